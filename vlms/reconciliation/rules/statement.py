"""A statement (F12): charges of some days up to an instant, and what they add up to by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from vlms.core.money import Money
from vlms.orders.rules.trace import reckoned

_PURCHASE = "purchase"


class ChargeKind(StrEnum):
    """What a statement adds up by."""

    NEW = "new"
    PRORATED = "prorated"
    RENEWAL = "renewal"
    REPRICING = "repricing"
    CANCELLATION = "cancellation"
    HANDOVER = "handover"


_OF_PURCHASES = {
    "new": ChargeKind.NEW,
    "addQuantity": ChargeKind.PRORATED,
    "renew": ChargeKind.RENEWAL,
}


def kind_of(reason: str, charge_type: str) -> ChargeKind:
    """A purchase by its charge type, a later charge by why it was written."""
    return _OF_PURCHASES[charge_type] if reason == _PURCHASE else ChargeKind(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One charge in plain values: net in minor units, `unit_price` for 12 months before tax.

    `sequence` 1 is the purchase of its order line; later ones change it.
    """

    id: UUID
    order_id: UUID
    order_line_id: UUID
    organisation_id: UUID
    agreement_id: UUID
    order_number: str
    position: int
    ordered_on: date
    customer_name: str
    customer_slug: str
    agreement_number: str
    country: str
    product_key: str
    product_name: str
    product_chinese: str
    sequence: int
    reason: str
    charge_type: str
    quantity: int
    unit_price: Decimal
    months: int
    net_minor: int
    currency: str
    charged_on: date
    charge_start: date
    charge_end: date

    @property
    def kind(self) -> ChargeKind:
        return kind_of(self.reason, self.charge_type)

    @property
    def reference(self) -> str:
        """The order line as people call it."""
        return f"{self.order_number}/{self.position}"

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def formula(self) -> str | None:
        """How the amount came about (P1); None for what no reckoning of its own gave.

        A later charge is the difference of two amounts, or gives back what was charged.
        """
        if self.reason != _PURCHASE:
            return None
        return reckoned(self.unit_price, self.quantity, self.months, self.net)


@dataclass(frozen=True, slots=True)
class StatementSum:
    """Charges of one kind in one currency, net."""

    currency: str
    kind: ChargeKind
    count: int
    net_minor: int

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """All kinds in one currency; different currencies are never added up (I16)."""

    currency: str
    count: int
    net: Money
    sums: tuple[StatementSum, ...]


def sums_by_kind(parts: Iterable[tuple[str, str, str, int, int]]) -> list[StatementSum]:
    """Adds up (currency, reason, charge type, count, net) by currency and kind, in their order."""
    found: dict[tuple[str, ChargeKind], tuple[int, int]] = {}
    for currency, reason, charge_type, count, net in parts:
        key = currency, kind_of(reason, charge_type)
        counted, added = found.get(key, (0, 0))
        found[key] = counted + count, added + net
    order = list(ChargeKind)
    keys = sorted(found, key=lambda key: (key[0], order.index(key[1])))
    return [StatementSum(*key, *found[key]) for key in keys]


def totals_of(sums: Iterable[StatementSum]) -> list[CurrencyTotal]:
    """One total a currency, by its code."""
    by_currency: dict[str, list[StatementSum]] = {}
    for one in sums:
        by_currency.setdefault(one.currency, []).append(one)
    return [
        CurrencyTotal(
            currency,
            sum(one.count for one in some),
            Money(sum(one.net_minor for one in some), currency),
            tuple(some),
        )
        for currency, some in sorted(by_currency.items())
    ]
