"""An order as people look at it: its price, fixed or of today, and its dates (O4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.catalog.models import ProductKind
from vlms.catalog.queries import list_holidays
from vlms.core.clock import local_day
from vlms.core.text import Text, _
from vlms.orders.models import Order, OrderEvent, OrderLine
from vlms.orders.queries import list_perhaps_late
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.deadline import (
    DELIVERY_TERMS,
    Deadline,
    Promise,
    acknowledgement_deadline,
    codes_deadline,
    codes_due,
    site_pack_deadline,
)
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.rules.trace import LineTrace
from vlms.orders.service.consent_conditions import find_asked
from vlms.orders.service.drafts import wishes_of
from vlms.orders.service.pricing import LineWish, PricedLine, PricedOrder, price_order
from vlms.orders.words import STATE_WORDS

_UNPRICED = frozenset({OrderState.DRAFT, OrderState.AWAITING_APPROVAL})
_RUNNING = frozenset({OrderState.PROCESSED, OrderState.ACKNOWLEDGED, OrderState.INVOICED})


def quote_of(session: Session, order: Order, now: datetime, window_days: int) -> PricedOrder:
    """The order's price: that of its placing, or today's while it is not placed."""
    agreement = order.agreement
    if order.state in _UNPRICED:
        today = local_day(now, agreement.time_zone)
        return price_order(session, agreement, wishes_of(order), today, window_days)
    lines = tuple(_kept(line) for line in order.lines)
    points = next((line.trace.source.points for line in lines if line.trace), None)
    level = order.price_level.value if order.price_level else ""
    on = order.ordered_on or local_day(order.created_at, agreement.time_zone)
    return PricedOrder(on, order.currency, level, points, lines)


def _kept(line: OrderLine) -> PricedLine:
    wish = LineWish(
        line.product_id, line.quantity, line.twelve_months_asked, line.next_period_asked
    )
    trace = None if line.trace is None else LineTrace.from_json(line.trace)
    return PricedLine(wish, line.product, trace, None, line.charge_type)


@dataclass(frozen=True)
class Milestone:
    """A point on an order's way: when it was reached, or between which days it is due."""

    word: Text
    at: datetime | None = None
    due: tuple[date, date] | None = None
    due_at: datetime | None = None
    is_late: bool = False


def milestones(order: Order, now: datetime, due: OrderDates) -> list[Milestone]:
    """An order's way from placing to closing, for the line of steps."""
    late = {deadline.promise for deadline in due.deadlines if deadline.is_missed(now)}
    until = {deadline.promise: deadline.due_at for deadline in due.deadlines}
    words = STATE_WORDS
    return [
        Milestone(words[OrderState.PLACED], order.placed_at),
        Milestone(words[OrderState.PROCESSED], order.processed_at),
        Milestone(
            words[OrderState.ACKNOWLEDGED],
            order.acknowledged_at,
            due_at=until.get(Promise.ACKNOWLEDGEMENT),
            is_late=Promise.ACKNOWLEDGEMENT in late,
        ),
        Milestone(words[OrderState.INVOICED], order.invoiced_at),
        *_site_pack(order, until, late),
        *_codes(order, due, until, late),
        Milestone(words[OrderState.CLOSED], happened(order, OrderStep.CLOSE)),
    ]


def _codes(
    order: Order, due: OrderDates, until: Mapping[Promise, datetime], late: set[Promise]
) -> list[Milestone]:
    """Nothing for an order of site packs alone: it brings no codes."""
    if order.lines and len(_site_packs(order)) == len(order.lines):
        return []
    return [
        Milestone(
            _("Codes"),
            order.fulfilled_at,
            due=due.codes,
            due_at=until.get(Promise.CODES),
            is_late=Promise.CODES in late,
        )
    ]


def _site_pack(
    order: Order, until: Mapping[Promise, datetime], late: set[Promise]
) -> list[Milestone]:
    if Promise.SITE_PACK not in until:
        return []
    return [
        Milestone(
            _("Site pack open"),
            _opened_at(order),
            due_at=until[Promise.SITE_PACK],
            is_late=Promise.SITE_PACK in late,
        )
    ]


@dataclass(frozen=True)
class OrderDates:
    """What is due by when, and between which days the codes are expected."""

    deadlines: tuple[Deadline, ...]
    codes: tuple[date, date] | None = None


class Calendar:
    """The holidays of countries, each read once, as they are now (O4)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, frozenset[date]] = {}

    def dates(self, order: Order) -> OrderDates:
        """The order's deadlines by its agreement's country and zone.

        Of an order that moved in, waits begin anew there: nobody here was late before (O4).
        """
        if order.processed_at is None:
            return OrderDates(())
        zone = order.agreement.time_zone
        processed_at = _since(order, order.processed_at)
        terms = in_effect(DELIVERY_TERMS, local_day(processed_at, zone))
        found = [acknowledgement_deadline(processed_at, order.acknowledged_at, terms)]
        if _site_packs(order):
            found.append(site_pack_deadline(processed_at, _opened_at(order), terms))
        if order.invoiced_at is None:
            return OrderDates(tuple(found))
        invoiced_on = local_day(_since(order, order.invoiced_at), zone)
        codes = codes_due(invoiced_on, self._holidays(order.agreement.country), terms)
        found.append(codes_deadline(codes[1], zone, order.fulfilled_at))
        return OrderDates(tuple(found), codes)

    def is_late(self, order: Order, now: datetime) -> bool:
        """Whether something of a running order is overdue now."""
        if order.state not in _RUNNING:
            return False
        deadlines = self.dates(order).deadlines
        return any(one.met_at is None and one.is_missed(now) for one in deadlines)

    def _holidays(self, country: str) -> frozenset[date]:
        if country not in self._known:
            self._known[country] = list_holidays(self._session, country)
        return self._known[country]


def _since(order: Order, at: datetime) -> datetime:
    return at if order.moved_in_at is None else max(at, order.moved_in_at)


def late_orders(session: Session, now: datetime) -> frozenset[UUID]:
    """The running orders of which something is overdue (O4)."""
    calendar = Calendar(session)
    perhaps = list_perhaps_late(session, now)
    return frozenset(order.id for order in perhaps if calendar.is_late(order, now))


def happened(order: Order, step: OrderStep) -> datetime | None:
    """When a step was taken last."""
    return max((e.happened_at for e in order.events if e.step is step), default=None)


def _site_packs(order: Order) -> Sequence[OrderLine]:
    return [line for line in order.lines if line.product.kind is ProductKind.SITE_PACK]


def _opened_at(order: Order) -> datetime | None:
    if any(line.delivered_quantity == 0 for line in _site_packs(order)):
        return None
    return happened(order, OrderStep.OPEN_PACK) or order.fulfilled_at


def last_decline(order: Order) -> OrderEvent | None:
    """The approval that was declined, while the draft it became has not been asked for again."""
    approvals = (OrderStep.ASK_APPROVAL, OrderStep.DECLINE)
    last = next((e for e in reversed(order.events) if e.step in approvals), None)
    is_declined = last is not None and last.step is OrderStep.DECLINE
    return last if is_declined and order.state is OrderState.DRAFT else None


def next_step(order: Order) -> Text | None:
    """What comes next and who does it; None for an order that has ended (O4)."""
    if find_asked(order) is not None:
        return _CONSENT
    by_seller = order.reseller_id is not None or order.agreement.reseller_id is not None
    found = _NEXT[order.state]
    return None if found is None else found[0 if by_seller else 1]


_DELIVERS = _("Next the operator delivers the codes.")
_REST = _("Next the operator delivers what is still missing; the order then closes by itself.")
_CONSENT = _("Next a licensing admin agrees to the higher total, or declines it.")
_DRAFTED = _("Next a licensing admin of the organisation places the order.")
_APPROVED = _("Next another licensing admin of the organisation approves or declines it.")
# With a reseller, and without one.
_NEXT: dict[OrderState, tuple[Text, Text] | None] = {
    OrderState.DRAFT: (_DRAFTED, _DRAFTED),
    OrderState.AWAITING_APPROVAL: (_APPROVED, _APPROVED),
    OrderState.PLACED: (
        _("Next the reseller records that the order is processed."),
        _("Next the operator records that the order is processed."),
    ),
    OrderState.PROCESSED: (
        _("Next the reseller records that the order is acknowledged."),
        _("Next the operator records that the order is acknowledged."),
    ),
    OrderState.ACKNOWLEDGED: (
        _("Next the reseller records the publisher's invoice."),
        _("Next the operator records the publisher's invoice."),
    ),
    OrderState.INVOICED: (_DELIVERS, _DELIVERS),
    OrderState.FULFILLED: (_REST, _REST),
    OrderState.CLOSED: None,
    OrderState.CANCELLED: None,
}
