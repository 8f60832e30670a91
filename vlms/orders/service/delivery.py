"""Delivery, line by line (O4): what was delivered tells the domains above to issue codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.audit.service import journal
from vlms.core.acts import require
from vlms.core.errors import BadInput
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.events import LineDelivered
from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import get_line, get_order
from vlms.orders.rules.limits import check_quantity
from vlms.orders.rules.order_clock import (
    OrderState,
    OrderStep,
    closes_by_itself,
    delivery_step,
)
from vlms.orders.service.conditions import delivering_step, delivery_conditions
from vlms.orders.service.transition import deliveries, moved, take_step


def deliver(
    work: Work,
    order_id: UUID,
    line_id: UUID,
    quantity: int,
    note: str | None = None,
    batch_id: UUID | None = None,
) -> Order:
    """Deliver units of a line; a short delivery stays open with its note as the exception.

    The order is fulfilled with its last line and closes by itself when nothing is open. A
    site pack opens as soon as the order is processed. Raises Forbidden, OrderRefused (O4),
    BadInput for more than is open, Conflict when somebody else was faster.
    """
    order = get_order(work.session, order_id)
    line = get_line(work.session, order, line_id)
    opens = delivering_step(order, line) is OrderStep.OPEN_PACK
    require(delivery_conditions(work.actor, order, line))
    _check_delivery(line, quantity, note)
    _count_delivered(work, line, quantity, note)
    work.events.append(LineDelivered(line.id, quantity, batch_id))
    if opens:
        return take_step(work, order, OrderStep.OPEN_PACK, told=(None, note))
    step = OrderStep.DELIVER if _is_fulfilled(order) else delivery_step(deliveries(order))
    fulfilled: dict[str, Any] = {"fulfilled_at": work.now} if step is OrderStep.FULFIL else {}
    order = take_step(work, order, step, told=(None, note), **fulfilled)
    return _close(work, order)


def open_pack(work: Work, order: Order, line: OrderLine) -> Order:
    """O4: a site pack opens by itself as soon as its order is processed; nobody takes the step."""
    left = line.quantity - line.delivered_quantity
    _count_delivered(work, line, left, None)
    work.events.append(LineDelivered(line.id, left))
    return take_step(work, order, OrderStep.OPEN_PACK)


def keep_closed(work: Work, line: OrderLine, note: str) -> None:
    """Say why a site pack did not open; it stays to be delivered, and late after 24 hours (O4)."""
    line.exception_note = note[:500]
    work.does("order_line.kept_closed")
    work.flush()


def settle(work: Work, order: Order) -> Order:
    """Fulfil and close an invoiced order of which everything was delivered before."""
    if delivery_step(deliveries(order)) is OrderStep.FULFIL:
        order = take_step(work, order, OrderStep.FULFIL, fulfilled_at=work.now)
        order = _close(work, order)
    return order


def _close(work: Work, order: Order) -> Order:
    if closes_by_itself(order.state, deliveries(order)):
        order = take_step(work, order, OrderStep.CLOSE)
    return order


def _is_fulfilled(order: Order) -> bool:
    return order.state is OrderState.FULFILLED


def _check_delivery(line: OrderLine, quantity: int, note: str | None) -> None:
    check_quantity(quantity)
    left = line.quantity - line.delivered_quantity
    if quantity > left:
        raise BadInput(
            "O4",
            _("%(left)s of this line are still to be delivered, not more.", left=left),
            reason="more_than_open",
            field="quantity",
            way_out=_("Enter %(left)s or less.", left=left),
        )
    if quantity < left and not note:
        raise BadInput(
            "O4",
            _("A short delivery stays open with its reason, and there is none."),
            reason="exception_without_note",
            field="note",
            way_out=_("Say why the rest is missing and when it comes."),
        )


def _count_delivered(work: Work, line: OrderLine, quantity: int, note: str | None) -> None:
    """Add to what was delivered, guarded: never twice, never more than was ordered."""
    before = line.delivered_quantity
    after = before + quantity
    exception = note if after < line.quantity else None
    changed = guarded_update(
        work.session,
        OrderLine,
        OrderLine.id == line.id,
        OrderLine.delivered_quantity == before,
        OrderLine.quantity >= after,
        delivered_quantity=after,
        exception_note=exception,
    )
    if changed != 1:
        raise moved()
    journal(
        work,
        "order_line.delivered",
        ("order_line", line.id, line.organisation_id),
        before={"delivered_quantity": before, "exception_note": line.exception_note},
        after={"delivered_quantity": after, "exception_note": exception},
        reason=note,
    )
    work.flush()
    work.session.refresh(line)
