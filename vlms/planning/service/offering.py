"""What to order for missing exams on a day: the cheapest product for each family that lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.billing.rules.charge_back import borne_by
from vlms.catalog.models import Product, ProductKind
from vlms.catalog.queries import list_products
from vlms.codes.rules.expiry import LineTerm, code_expiry
from vlms.core.money import Money
from vlms.core.text import Text, _
from vlms.orders.rules.trace import LineTrace
from vlms.orders.service.pricing import LineWish, PricedLine, PricedOrder, price_order
from vlms.planning.rules.needs import Need, Shortage, units_for, why_unfit

_KINDS = (ProductKind.EXAM_VOUCHER, ProductKind.CLASS_PACK, ProductKind.SITE_PACK)


@dataclass(frozen=True)
class PlannedLine:
    """So many units of a product, for so many missing exams."""

    product: Product
    quantity: int
    missing: int

    @property
    def surplus(self) -> int:
        """Exams that come along and are not planned for: they would lapse."""
        return self.quantity * self.product.units - self.missing


@dataclass(frozen=True)
class Offer:
    """What to order on a day and its price; or why nothing that is sold then will do."""

    on: date
    lines: Sequence[PlannedLine] = ()
    priced: PricedOrder | None = None
    refusal: Text | None = None

    @property
    def total(self) -> Money | None:
        return self.priced.total if self.priced else None

    @property
    def surplus(self) -> int:
        return sum(line.surplus for line in self.lines)

    @property
    def surplus_value(self) -> Money | None:
        """What the surplus bears of its lines (P3)."""
        if self.priced is None or self.priced.total is None:
            return None
        minor = 0
        for line, priced in zip(self.lines, self.priced.lines, strict=True):
            count = line.quantity * line.product.units
            amount = priced.trace.amount.minor if priced.trace else 0
            minor += borne_by(amount, count, range(line.missing, count))
        return Money(minor, self.priced.currency)


@dataclass(frozen=True)
class Offering:
    """The quote under one agreement, and what is sold for exams."""

    session: Session
    agreement: Agreement
    window_days: int

    @cached_property
    def products(self) -> Sequence[Product]:
        found = list_products(self.session)
        return [one for one in found if one.kind in _KINDS and one.is_orderable]

    def quote(self, on: date, wishes: Sequence[LineWish]) -> PricedOrder:
        return price_order(self.session, self.agreement, wishes, on, self.window_days)

    def priced(self, on: date, lines: Sequence[PlannedLine]) -> Offer:
        """The lines as one order of that day, one line a product."""
        merged = _merged(lines)
        return Offer(on, merged, self.quote(on, [wish_of(line) for line in merged]))

    def why_unfit(self, need: Need, line: PricedLine) -> Text | None:
        """Why a priced line does not serve a need; None: it does."""
        if line.trace is None:
            return line.refusal.sentence if line.refusal else None
        return why_unfit(need, line.trace.start, self._last_day(line.product, line.trace))

    def _last_day(self, product: Product, trace: LineTrace) -> date:
        """The last day of its codes (C5), or of its exams where they retire before."""
        agreement = self.agreement
        term = LineTerm(
            trace.end, agreement.last_day, agreement.time_zone, product.lives_to_agreement_end
        )
        last_day = code_expiry(term, None).last_day
        return min(last_day, product.exams_retire_on or last_day)


def wish_of(line: PlannedLine) -> LineWish:
    """As an order asks for it: to the end, or the next period where no month is left (O3)."""
    return LineWish(line.product.id, line.quantity, next_period=True)


def offer_on(offering: Offering, on: date, missing: Sequence[Shortage]) -> Offer:
    """The cheapest product for each family, priced together as an order of that day."""
    wanted = [
        (one, PlannedLine(product, units_for(one.missing, product.units), one.missing))
        for one in missing
        for product in offering.products
        if one.need.family in {family.key for family in product.families}
    ]
    quoted = offering.quote(on, [wish_of(line) for _one, line in wanted])
    chosen: list[PlannedLine] = []
    for one in missing:
        mine = [
            (line, priced)
            for (whose, line), priced in zip(wanted, quoted.lines, strict=True)
            if whose is one
        ]
        found = _cheapest(offering, one.need, mine)
        if not isinstance(found, PlannedLine):
            return Offer(on, refusal=found)
        chosen.append(found)
    return offering.priced(on, chosen)


def _cheapest(
    offering: Offering, need: Need, candidates: Sequence[tuple[PlannedLine, PricedLine]]
) -> PlannedLine | Text:
    """The line to order, or why there is none; that something would lapse says most."""
    fitting: list[tuple[int, int, PlannedLine]] = []
    reasons: list[tuple[bool, int, Text]] = []
    for place, (line, priced) in enumerate(candidates):
        why = offering.why_unfit(need, priced)
        if why is not None:
            reasons.append((priced.trace is None, place, why))
        elif priced.trace is not None:
            fitting.append((priced.trace.amount.minor, place, line))
    if fitting:
        return min(fitting, key=lambda one: one[:2])[2]
    if reasons:
        return min(reasons, key=lambda one: one[:2])[2]
    return _("No product that is sold covers exams of the family %(family)s.", family=need.family)


def _merged(lines: Sequence[PlannedLine]) -> list[PlannedLine]:
    """One line a product: what several families need of it is rounded up once."""
    products = {line.product.id: line.product for line in lines}
    missing = {
        key: sum(line.missing for line in lines if line.product.id == key) for key in products
    }
    return [
        PlannedLine(product, units_for(missing[key], product.units), missing[key])
        for key, product in products.items()
    ]
