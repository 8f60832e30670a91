"""Orders that were placed elsewhere, taken in as they stood: no step is taken, nobody is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from vlms.agreements.models import Agreement
from vlms.core.money import Money
from vlms.core.term import start_of_day
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import ChargeType, Order, OrderEvent, OrderLine
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.rules.trace import LineTrace, exact_amount
from vlms.orders.service.numbers import take_number

# The steps whose days are told, in the order of an order's life.
STEPS = (
    OrderStep.PLACE,
    OrderStep.PROCESS,
    OrderStep.ACKNOWLEDGE,
    OrderStep.INVOICE,
    OrderStep.FULFIL,
)
_OPEN_BEFORE = _("Still to be delivered when the order moved in.")


@dataclass(frozen=True)
class MovedLine:
    """A line with its amount as it was invoiced; it is not reckoned again (P5)."""

    position: int
    product_id: UUID
    quantity: int
    delivered: int
    charge_type: ChargeType
    months: int
    unit_price: Decimal
    amount: Money
    charge_start: date
    charge_end: date
    cap_months: int | None = None


@dataclass(frozen=True)
class MovedOrder:
    """An order by the number it had before; `days` are those of STEPS as far as it got."""

    former_number: str
    agreement: Agreement
    state: OrderState
    days: Sequence[date | None]
    purchase_order: str | None
    cost_centre: str | None
    lines: Sequence[MovedLine]


def take_in_order(work: Work, moved: MovedOrder) -> Order:
    """Write the order with its history; it gets a number of ours, found by its former one too."""
    work.does("order.moved_in")
    order = _order(work, moved)
    work.session.add(order)
    work.flush()
    work.session.add_all(_line(order, moved, line) for line in moved.lines)
    work.session.add_all(_events(work, order, moved))
    work.flush()
    return order


def _order(work: Work, moved: MovedOrder) -> Order:
    agreement = moved.agreement
    at = [_instant(day, agreement) for day in moved.days]
    ordered_on = moved.days[0]
    assert ordered_on is not None
    return Order(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        number=take_number(work, ordered_on.year),
        state=moved.state,
        version=1,
        currency=agreement.currency,
        total_minor=sum(line.amount.minor for line in moved.lines),
        purchase_order=moved.purchase_order or moved.former_number,
        cost_centre=moved.cost_centre,
        ordered_on=ordered_on,
        created_at=at[0],
        created_by=None,
        placed_at=at[0],
        processed_at=at[1],
        acknowledged_at=at[2],
        invoiced_at=at[3],
        fulfilled_at=at[4],
        moved_in_at=work.now,
    )


def _instant(day: date | None, agreement: Agreement) -> datetime | None:
    return None if day is None else start_of_day(day, agreement.time_zone)


def _line(order: Order, moved: MovedOrder, line: MovedLine) -> OrderLine:
    is_short = line.delivered < line.quantity and moved.state is OrderState.FULFILLED
    return OrderLine(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        position=line.position,
        product_id=line.product_id,
        quantity=line.quantity,
        charge_type=line.charge_type,
        months=line.months,
        unit_price=line.unit_price,
        amount_minor=line.amount.minor,
        charge_start=line.charge_start,
        charge_end=line.charge_end,
        is_twelve_months=_is_twelve_months(line),
        trace=_trace(order, line).to_json(),
        delivered_quantity=line.delivered,
        exception_note=str(_OPEN_BEFORE) if is_short else None,
    )


def _is_twelve_months(line: MovedLine) -> bool:
    """Whether later lines end with it (O3)."""
    return line.charge_type is not ChargeType.ADD_QUANTITY


def _trace(order: Order, line: MovedLine) -> LineTrace:
    """Without a price list, so that no other list ever prices it again."""
    assert order.ordered_on is not None
    return LineTrace(
        ordered_on=order.ordered_on,
        start=line.charge_start,
        end=line.charge_end,
        months=line.months,
        cap_months=line.cap_months,
        is_twelve_months=_is_twelve_months(line),
        asked_twelve_months=False,
        anchor_end=None,
        unit_price=line.unit_price,
        quantity=line.quantity,
        amount=line.amount,
        exact=exact_amount(line.unit_price, line.quantity, line.months),
        rules=("P1",),
        valid_until=order.ordered_on,
    )


def _events(work: Work, order: Order, moved: MovedOrder) -> list[OrderEvent]:
    """The history: what happened counts by when it happened, and was recorded today."""
    days = list(zip(STEPS, moved.days, strict=True))
    if moved.state is OrderState.CLOSED:
        days.append((OrderStep.CLOSE, moved.days[-1]))
    return [
        OrderEvent(
            organisation_id=order.organisation_id,
            agreement_id=order.agreement_id,
            reseller_id=order.reseller_id,
            order_id=order.id,
            step=step,
            happened_at=start_of_day(day, moved.agreement.time_zone),
            recorded_at=work.now,
            recorded_by=work.actor.user_id,
            reference=moved.former_number,
        )
        for step, day in days
        if day is not None
    ]
