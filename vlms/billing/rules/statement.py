"""A statement (F12): lines of charges, what they sum up to by kind, and whether all agrees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from vlms.core.money import Money
from vlms.orders.rules.trace import exact_amount, reckoned, rounded

_PURCHASE = "purchase"


class ChargeKind(StrEnum):
    """What a statement sums up by."""

    NEW = "new"
    RENEW = "renew"
    PRORATE = "prorate"
    REPRICING = "repricing"
    CANCEL = "cancel"
    HANDOVER = "handover"
    OPENING = "opening"


class CodeStanding(StrEnum):
    """How a code stood at an instant, as far as that is known of any instant."""

    FREE = "free"
    GIVEN = "given"
    USED = "used"
    FORFEITED = "forfeited"
    ACTIVATED = "activated"
    VOID = "void"
    EXPIRED = "expired"


_KINDS = {"new": ChargeKind.NEW, "renew": ChargeKind.RENEW, "addQuantity": ChargeKind.PRORATE}
_LATER = {"repricing": ChargeKind.REPRICING, "cancellation": ChargeKind.CANCEL}


def kind_of(reason: str, charge_type: str) -> ChargeKind:
    """A purchase by its charge type, a later charge by why it was written."""
    if reason == _PURCHASE:
        return _KINDS[charge_type]
    return _LATER.get(reason, ChargeKind.HANDOVER)


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a charge is for, as files of reconciliation name it."""

    id: UUID
    number: str
    name: str
    domain_name: str
    country: str


@dataclass(frozen=True, slots=True)
class Item:
    """The product of a charge, and whose it was then."""

    key: str
    name: str
    chinese_name: str
    publisher_name: str = ""
    publisher_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One charge: amounts in minor units, `unit_price` for 12 months before tax."""

    customer: Customer
    item: Item
    # None where the reader does not see the order any more, since it was handed over.
    order_id: UUID | None
    line_id: UUID
    order_number: str
    position: int
    # 1 is the line's purchase; later ones change it.
    sequence: int
    ordered_on: date
    charged_on: date
    reason: str
    charge_type: str
    quantity: int
    unit_price: Decimal
    months: int
    net_minor: int
    tax_minor: int
    currency: str
    start: date
    end: date
    invoice_number: str = ""
    # Units of the whole order line; 0 where they are not known.
    ordered: int = 0
    # Moved in as it was charged elsewhere, so that no formula of ours explains it.
    is_opening: bool = False

    @property
    def kind(self) -> ChargeKind:
        if self.is_opening:
            return ChargeKind.OPENING
        return kind_of(self.reason, self.charge_type)

    @property
    def reference(self) -> str:
        """The order line's name."""
        return f"{self.order_number}/{self.position}"

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def gross(self) -> Money:
        return Money(self.net_minor + self.tax_minor, self.currency)

    @property
    def formula(self) -> str:
        """How the amount came about (P1).

        Of a change of price: the new amount, less what was charged before. None where it came
        about otherwise: what is given back after such a change.
        """
        if self.kind is ChargeKind.REPRICING:
            return self._repriced() if self.ordered else ""
        exact = exact_amount(self.unit_price, self.quantity, self.months)
        if not self.quantity or rounded(exact, self.currency) != self.net:
            return ""
        return reckoned(self.unit_price, self.quantity, self.months, self.net)

    def _repriced(self) -> str:
        exact = exact_amount(self.unit_price, self.ordered, self.months)
        new = rounded(exact, self.currency)
        before = Money(new.minor - self.net_minor, self.currency)
        amounts = f"{new.amount:,f} − {before.amount:,f} = {self.net.amount:,f}"
        return f"{reckoned(self.unit_price, self.ordered, self.months, new)}; {amounts}"


@dataclass(frozen=True, slots=True)
class Sum:
    """Charges of one kind, or of all, in one currency."""

    currency: str
    kind: ChargeKind | None
    count: int
    net_minor: int
    tax_minor: int

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def gross(self) -> Money:
        return Money(self.net_minor + self.tax_minor, self.currency)


def sums_by_kind(lines: Iterable[StatementLine]) -> list[Sum]:
    """By currency and kind, in the order of the kinds; currencies are never added up (I16)."""
    found: dict[tuple[str, ChargeKind], list[int]] = {}
    for line in lines:
        figures = found.setdefault((line.currency, line.kind), [0, 0, 0])
        figures[0] += 1
        figures[1] += line.net_minor
        figures[2] += line.tax_minor
    order = list(ChargeKind)
    keys = sorted(found, key=lambda key: (key[0], order.index(key[1])))
    return [Sum(currency, kind, *found[currency, kind]) for currency, kind in keys]


def totals(sums: Sequence[Sum]) -> list[Sum]:
    """The sums of all kinds, one a currency."""
    return [
        Sum(
            currency,
            None,
            sum(one.count for one in sums if one.currency == currency),
            sum(one.net_minor for one in sums if one.currency == currency),
            sum(one.tax_minor for one in sums if one.currency == currency),
        )
        for currency in sorted({one.currency for one in sums})
    ]
