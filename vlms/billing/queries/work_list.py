"""Finds the orders that wait for a step, with what is due of each (O4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.accounts.models import Organisation
from vlms.accounts.queries import names_organisation
from vlms.billing.rules.work_list import Dated, by_urgency
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.deadline import Deadline
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service.consent_conditions import find_asked
from vlms.orders.service.showing import Calendar, OrderDates

# What a seller records next of an order in a state.
NEXT_STEP: dict[OrderState, OrderStep | None] = {
    OrderState.PLACED: OrderStep.PROCESS,
    OrderState.PROCESSED: OrderStep.ACKNOWLEDGE,
    OrderState.ACKNOWLEDGED: OrderStep.INVOICE,
    # Then the operator delivers.
    OrderState.INVOICED: None,
}
# More are not looked through at once: the oldest are, of which late ones are.
MOST = 500


@dataclass(frozen=True)
class WorkFilter:
    """Which orders are wanted: by words, by the step to record, or late ones alone."""

    words: str | None = None
    step: OrderStep | None = None
    late: bool = False


@dataclass(frozen=True)
class WaitingOrder:
    """An order, the step to record next (None: it is not the seller's), and what is due."""

    order: Order
    step: OrderStep | None
    dates: OrderDates
    is_late: bool
    # P5: the invoice waits for the customer's consent.
    waits_for_consent: bool

    @property
    def open_deadlines(self) -> Sequence[Deadline]:
        return [each for each in self.dates.deadlines if each.met_at is None]


def list_work(session: Session, now: datetime, wanted: WorkFilter) -> list[WaitingOrder]:
    """The orders in progress that the scope sees: late ones first, then by what is due."""
    statement = (
        select(Order)
        .where(Order.state.in_(_states(wanted.step)), *_words(wanted.words))
        .options(
            joinedload(Order.agreement),
            joinedload(Order.organisation),
            selectinload(Order.lines).joinedload(OrderLine.product),
            selectinload(Order.events),
            selectinload(Order.consents),
        )
        .order_by(func.coalesce(Order.processed_at, Order.placed_at), Order.id)
        .limit(MOST)
    )
    calendar = Calendar(session)
    rows = by_urgency(_dated(calendar, order) for order in session.scalars(statement))
    found = [_waiting(one, now) for one in rows]
    return [one for one in found if one.is_late or not wanted.late]


def count_work(session: Session) -> int:
    """How many orders in progress the scope sees."""
    counted = select(func.count(Order.id)).where(Order.state.in_(NEXT_STEP))
    return int(session.scalar(counted) or 0)


def _states(step: OrderStep | None) -> list[OrderState]:
    return [state for state, own in NEXT_STEP.items() if step in (None, own)]


def _words(words: str | None) -> Iterator[ColumnElement[bool]]:
    if words:
        named = select(Organisation.id).where(names_organisation(words))
        columns = (Order.number, Order.purchase_order)
        yield or_(
            *(column.icontains(words, autoescape=True) for column in columns),
            Order.organisation_id.in_(named),
        )


def _dated(calendar: Calendar, order: Order) -> Dated[tuple[Order, OrderDates]]:
    dates = calendar.dates(order)
    due = min((each.due_at for each in dates.deadlines if each.met_at is None), default=None)
    return Dated((order, dates), due, order.placed_at or order.created_at)


def _waiting(dated: Dated[tuple[Order, OrderDates]], now: datetime) -> WaitingOrder:
    order, dates = dated.row
    return WaitingOrder(
        order,
        NEXT_STEP[order.state],
        dates,
        dated.is_late(now),
        find_asked(order) is not None,
    )
