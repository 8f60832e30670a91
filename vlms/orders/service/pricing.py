"""What an order costs on a day under its agreement, each line with its trace (O1-O3, P1-P6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.catalog.queries import get_product
from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.text import Name
from vlms.orders.models import ChargeType
from vlms.orders.queries import list_programmes
from vlms.orders.rules.bands import product_totals
from vlms.orders.rules.limits import check_quantity
from vlms.orders.rules.orderable import (
    Buyer,
    ProductOnSale,
    refuse_outside_window,
    refuse_unorderable,
)
from vlms.orders.rules.pricing import LineRequest, quote_line
from vlms.orders.rules.trace import LineTrace
from vlms.orders.service.past_orders import PastOrders, load_past
from vlms.orders.service.price_choice import PriceChoice


@dataclass(frozen=True)
class LineWish:
    """What a person asks for: `next_period` takes the time after the anchor instead (O3)."""

    product_id: UUID
    quantity: int
    twelve_months: bool = False
    next_period: bool = False


@dataclass(frozen=True)
class PricedLine:
    """A wish with its price, or with the rule that refuses it."""

    wish: LineWish
    product: Product
    trace: LineTrace | None = None
    refusal: DomainError | None = None
    charge_type: ChargeType = ChargeType.ADD_QUANTITY

    @property
    def next_period(self) -> tuple[date, date] | None:
        """The period that is offered in place of a refused one (P2)."""
        offer: tuple[date, date] | None = None
        if self.refusal is not None:
            offer = self.refusal.facts.get("next_period")
        return offer


@dataclass(frozen=True)
class PricedOrder:
    """All lines of an order as of a day, at one price level (P4)."""

    on: date
    currency: str
    level: str
    points: int | None
    lines: tuple[PricedLine, ...]

    @property
    def total(self) -> Money | None:
        """The sum of the rounded lines, before tax (P3); None while one of them is refused."""
        total = Money(0, self.currency)
        for line in self.lines:
            if line.trace is None:
                return None
            total += line.trace.amount
        return total

    @property
    def saving(self) -> Money | None:
        """What it costs less than at reference prices; None when no line has one."""
        savings = [line.trace.saving for line in self.lines if line.trace]
        known = [saving for saving in savings if saving is not None]
        return sum(known, Money(0, self.currency)) if known else None

    @property
    def valid_until(self) -> date | None:
        """The last order day on which every line costs the same."""
        return min((line.trace.valid_until for line in self.lines if line.trace), default=None)

    @property
    def is_sample(self) -> bool:
        """Whether a price comes from a sample list."""
        return any(line.trace.source.is_sample for line in self.lines if line.trace)


def price_order(
    session: Session,
    agreement: Agreement,
    wishes: Sequence[LineWish],
    on: date,
    window_days: int,
) -> PricedOrder:
    """Price the wishes as one order of `on`, a day in the agreement's zone.

    A line that a rule forbids carries its refusal; nothing is raised for it. Raises
    NotFound for an unknown product.
    """
    past = load_past(session, agreement)
    products = {wish.product_id: get_product(session, wish.product_id) for wish in wishes}
    new_points = sum(wish.quantity * products[wish.product_id].points for wish in wishes)
    level, points = past.level(on, new_points)
    choice = PriceChoice(session, agreement, past.initial, level, points, on)
    totals = product_totals((wish.product_id, wish.quantity) for wish in wishes)
    pricing = _Pricing(session, agreement, past, choice, window_days)
    lines = tuple(
        pricing.line(wish, products[wish.product_id], totals[wish.product_id]) for wish in wishes
    )
    return PricedOrder(on, agreement.currency, level.value, points, lines)


@dataclass(frozen=True)
class _Pricing:
    session: Session
    agreement: Agreement
    past: PastOrders
    choice: PriceChoice
    window_days: int

    def line(self, wish: LineWish, product: Product, total: int) -> PricedLine:
        try:
            trace = self._trace(wish, product, total)
        except DomainError as refusal:
            return PricedLine(wish, product, refusal=refusal)
        return PricedLine(wish, product, trace, charge_type=self._charge_type(product, trace))

    def _trace(self, wish: LineWish, product: Product, total: int) -> LineTrace:
        agreement, on = self.agreement, self.choice.on
        check_quantity(wish.quantity)
        refuse_outside_window(on, agreement.first_day, agreement.last_day, self.window_days)
        refuse_unorderable(on_sale(self.session, product), buyer_of(agreement), on)
        unit_price, source = self.choice.price(product, total)
        anchor_end = self.past.anchor_end(on)
        return quote_line(
            LineRequest(
                unit_price=unit_price,
                currency=agreement.currency,
                quantity=wish.quantity,
                ordered_on=on,
                term_start=agreement.first_day,
                term_end=agreement.last_day,
                twelve_months=wish.twelve_months,
                anchor_end=anchor_end,
                following_end=self.past.following_end(anchor_end),
                cap_months=product.cap_months,
                accepts_next_period=wish.next_period,
                window_days=self.window_days,
                source=source,
            )
        )

    def _charge_type(self, product: Product, trace: LineTrace) -> ChargeType:
        """12 months are new, or renew what ended the day before; the rest is prorated."""
        if not trace.is_twelve_months:
            return ChargeType.ADD_QUANTITY
        renews = self.past.ended_before(product.id, trace.start)
        return ChargeType.RENEW if renews else ChargeType.NEW


def on_sale(session: Session, product: Product) -> ProductOnSale:
    """A product as the rules of ordering see it (O1, A1)."""
    return ProductOnSale(
        name=Name(product.name_en, chinese=product.name_zh),
        programmes=list_programmes(session, product.id),
        is_orderable=product.is_orderable,
        is_academic_only=product.is_academic_only,
        first_sale_on=product.first_sale_on,
        last_sale_on=product.last_sale_on,
        region=product.region,
    )


def buyer_of(agreement: Agreement) -> Buyer:
    """An agreement as the rules of ordering see it; its country is its region."""
    return Buyer(
        programme=agreement.programme.value,
        is_academic=agreement.programme.is_academic,
        region=agreement.country,
    )
