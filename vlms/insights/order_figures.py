"""Counts orders by state, and shows those in progress with their clock (O4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vlms.core.text import Text, _
from vlms.orders.models import Order
from vlms.orders.queries import OPEN_STATES, asks_consent
from vlms.orders.rules.deadline import Deadline
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.showing import Calendar, late_orders
from vlms.orders.words import PROMISE_WORDS
from vlms.planning.queries.order_clocks import with_clock

SHOWN = 10
# More than are ever looked at; a database takes only so many values in a list.
_MOST_LATE = 500
WHAT_IS_NEXT: dict[OrderState, Text] = {
    OrderState.DRAFT: _("Licensing admin: place it"),
    OrderState.AWAITING_APPROVAL: _("Another licensing admin: approve it"),
    OrderState.PLACED: _("Reseller: record that it is processed"),
    OrderState.PROCESSED: _("Reseller: record the acknowledgement"),
    OrderState.ACKNOWLEDGED: _("Reseller: record the publisher's invoice"),
    OrderState.INVOICED: _("Operator: deliver the codes"),
    OrderState.FULFILLED: _("Operator: deliver the rest"),
}


@dataclass(frozen=True)
class Ticking:
    """An order in progress: its next step, what is due next, and whether that is late."""

    order: Order
    next_step: Text
    due: Deadline | None
    is_late: bool

    @property
    def due_word(self) -> Text | None:
        return PROMISE_WORDS[self.due.promise] if self.due else None


@dataclass(frozen=True)
class OrderFigures:
    by_state: Mapping[OrderState, int]
    late: frozenset[UUID]
    ticking: Sequence[Ticking]

    @property
    def running(self) -> int:
        """How many are neither closed nor cancelled."""
        return sum(self.by_state.get(state, 0) for state in OPEN_STATES)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def count_orders(session: Session, now: datetime) -> OrderFigures:
    """The orders that the scope sees; of those in progress the late ones first, then the old."""
    statement = select(Order.state, func.count(Order.id)).group_by(Order.state)
    by_state = Counter({state: count for state, count in session.execute(statement)})
    late = late_orders(session, now)
    return OrderFigures(by_state, late, _ticking(session, now, late))


def count_asking(session: Session) -> int:
    """For how many orders the customer is asked to agree to a higher total (P5)."""
    return session.scalar(select(func.count(Order.id)).where(asks_consent())) or 0


def _ticking(session: Session, now: datetime, late: frozenset[UUID]) -> list[Ticking]:
    late_first = case((Order.id.in_(sorted(late)[:_MOST_LATE]), 0), else_=1)
    statement = with_clock(select(Order).where(Order.state.in_(OPEN_STATES)))
    found = session.scalars(statement.order_by(late_first, Order.id).limit(SHOWN)).all()
    calendar = Calendar(session)
    return [_tick(calendar, order, order.id in late) for order in found]


def _tick(calendar: Calendar, order: Order, is_late: bool) -> Ticking:
    open_ones = [each for each in calendar.dates(order).deadlines if each.met_at is None]
    due = min(open_ones, key=lambda each: each.due_at, default=None)
    return Ticking(order, WHAT_IS_NEXT[order.state], due, is_late)
