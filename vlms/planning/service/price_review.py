"""What the products of an agreement cost when it is renewed, against then; drafts of both kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.catalog.models import Product
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, NotFound, Topic
from vlms.core.money import Money
from vlms.core.term import ONE_DAY
from vlms.core.text import Name, _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import list_placed_lines
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.drafts import DraftFacts, create_draft, edit_draft
from vlms.orders.service.pricing import LineWish, PricedLine, PricedOrder, price_order
from vlms.planning.queries.renewals import (
    find_follower,
    first_day_for_next,
    list_ending_lines,
)
from vlms.planning.service.closings import draw_so_far
from vlms.planning.service.renewals import following_term


class Basis(StrEnum):
    """How many a renewal orders: as many as before, or what was used of them in 12 months."""

    SAME = "same"
    USED = "used"


@dataclass(frozen=True)
class Reviewed:
    """A product of the old agreement: what it cost then, and what it costs now.

    `unit_price` is the last one that was ordered at; unit prices are for 12 months.
    """

    product: Product
    quantity: int
    unit_price: Decimal | None
    total: Money
    now: PricedLine

    @property
    def new_total(self) -> Money | None:
        return self.now.trace.amount if self.now.trace else None

    @property
    def new_unit_price(self) -> Decimal | None:
        return self.now.trace.unit_price if self.now.trace else None

    @property
    def difference(self) -> Money | None:
        now = self.new_total
        return None if now is None else Money(now.minor - self.total.minor, now.currency)


@dataclass(frozen=True)
class Review:
    """All of them as one order of a day, under the agreement that follows or would follow."""

    lines: Sequence[Reviewed]
    priced: PricedOrder | None
    on: date
    total: Money


def review_prices(
    session: Session, old: Agreement, now: datetime, window_days: int, basis: Basis = Basis.SAME
) -> Review:
    """The quote of orders for what was ordered before: 12 months of each product.

    It is asked for today, or the first day on which the agreement that follows takes orders.
    """
    follower = find_follower(session, old.id) or _would_follow(old)
    first_order_day = follower.first_day - timedelta(days=window_days)
    on = max(local_day(now, old.time_zone), first_order_day)
    before = _ordered(session, old)
    quantities = _quantities(session, old, now, before, basis)
    wishes = [LineWish(key, count, twelve_months=True) for key, count in quantities.items()]
    priced = price_order(session, follower, wishes, on, window_days) if wishes else None
    lines = [
        _reviewed(before[line.product.id], line, old.currency)
        for line in (priced.lines if priced else ())
    ]
    total = sum((line.total for line in lines), Money(0, old.currency))
    return Review(lines, priced, on, total)


def draft_renewal(work: Work, agreement_id: UUID, basis: Basis) -> Order:
    """An order draft under the agreement that follows, of the products of the old one.

    Raises NotFound before it is renewed, BadInput when there is nothing to order, and what
    orders raise (O1).
    """
    old = get_agreement(work.session, agreement_id)
    follower = find_follower(work.session, old.id)
    if follower is None:
        raise NotFound(
            None,
            _("No agreement renews %(number)s.", number=old.number),
            way_out=_("Renew the agreement first; then its order can be drafted."),
        )
    review = review_prices(work.session, old, work.now, work.terms.order_early_days, basis)
    if not review.lines:
        raise BadInput(
            None,
            _("Nothing was ordered under %(number)s.", number=old.number),
            reason="nothing_to_renew",
            way_out=_("Order what is needed as a new order."),
        )
    return _draft(work, follower, tuple(line.now.wish for line in review.lines))


def draft_line(work: Work, agreement_id: UUID, product_id: UUID, day: date) -> Order:
    """An order draft of the next 12 months of the lines of a product that end on `day`.

    Raises NotFound without such lines, BadInput (O3) while orders would end with them.
    """
    agreement = get_agreement(work.session, agreement_id)
    ending = list_ending_lines(work.session, agreement.id, product_id, day)
    if not ending:
        raise NotFound(None, _("No 12-month line of this product ends on that day."))
    quantity = sum(line.quantity for line in ending)
    wish = LineWish(product_id, quantity, twelve_months=True, next_period=True)
    today = work.today(agreement.time_zone)
    window = work.terms.order_early_days
    (line,) = price_order(work.session, agreement, [wish], today, window).lines
    if line.trace is None and line.refusal is not None:
        raise line.refusal
    if line.trace is None or line.trace.start != day + ONE_DAY:
        raise _too_early(ending[0].product, day, first_day_for_next(today, day))
    return _draft(work, agreement, (wish,))


def _draft(work: Work, agreement: Agreement, wishes: tuple[LineWish, ...]) -> Order:
    order = create_draft(work, agreement.id)
    return edit_draft(work, order.id, order.version, DraftFacts(wishes))


def _would_follow(old: Agreement) -> Agreement:
    """The agreement that is not there yet, as the quote needs it; it is never added."""
    first, last = following_term(old)
    return Agreement(
        id=new_id(),
        organisation_id=old.organisation_id,
        number="",
        programme=old.programme,
        first_day=first,
        last_day=last,
        country=old.country,
        time_zone=old.time_zone,
        currency=old.currency,
        level_mode=old.level_mode,
        price_level=old.price_level,
        predecessor_id=old.id,
    )


def _ordered(session: Session, old: Agreement) -> dict[UUID, list[OrderLine]]:
    found: dict[UUID, list[OrderLine]] = {}
    for line in list_placed_lines(session, old.id):
        if line.order.state is not OrderState.CANCELLED:
            found.setdefault(line.product_id, []).append(line)
    return found


def _quantities(
    session: Session,
    old: Agreement,
    now: datetime,
    before: Mapping[UUID, Sequence[OrderLine]],
    basis: Basis,
) -> dict[UUID, int]:
    """By product; one of which nothing is needed is left out."""
    if basis is Basis.SAME:
        return {key: sum(line.quantity for line in lines) for key, lines in before.items()}
    figures = draw_so_far(session, old, now).content["next"]
    needed = {row["product"]: row["quantity"] for row in figures}
    counts = {key: needed.get(lines[0].product.key, 0) for key, lines in before.items()}
    return {key: count for key, count in counts.items() if count}


def _reviewed(before: Sequence[OrderLine], line: PricedLine, currency: str) -> Reviewed:
    total = sum(one.amount_minor or 0 for one in before)
    quantity = sum(one.quantity for one in before)
    return Reviewed(line.product, quantity, before[-1].unit_price, Money(total, currency), line)


def _too_early(product: Product, day: date, can_from: date) -> BadInput:
    name = Name(product.name_en, chinese=product.name_zh)
    return BadInput(
        "O3",
        _(
            "An order of %(product)s placed today ends with the line that runs until %(day)s.",
            product=name,
            day=day,
        ),
        reason="ends_with_anchor",
        way_out=_("Its next 12 months can be drafted from %(day)s on.", day=can_from),
        ask=Topic.PRICING,
    )
