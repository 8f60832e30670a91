"""What can be done with an order now by somebody, and why not what cannot be (O4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vlms.core.acts import Act
from vlms.core.text import Text, _
from vlms.core.work import Actor
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service.conditions import (
    asked_by,
    cancelling_step,
    delivery_conditions,
    price_conditions,
    standing_conditions,
)
from vlms.orders.service.consent_conditions import answer_conditions, find_asked
from vlms.orders.service.pricing import PricedOrder

_RECORDED: dict[OrderStep, tuple[Text, str]] = {
    OrderStep.PROCESS: (_("Record as processed"), "processed_at"),
    OrderStep.ACKNOWLEDGE: (_("Record as acknowledged"), "acknowledged_at"),
    OrderStep.INVOICE: (_("Record the publisher's invoice"), "invoiced_at"),
}


def acts_on(actor: Actor, order: Order, priced: PricedOrder) -> list[Act]:
    """All acts on an order, whosever they are; `priced` is its price now."""
    return [
        *_placing(actor, order, priced),
        *_approval(actor, order, priced),
        *_recording(actor, order),
        *(answering(actor, order) if find_asked(order) else ()),
        *(_delivering(actor, order, line) for line in order.lines),
        _cancelling(actor, order),
    ]


def acts_ahead(actor: Actor, order: Order, priced: PricedOrder) -> list[Act]:
    """The acts without those that the order has behind it: its steps tell of them."""
    behind = _behind(order)
    return [act for act in acts_on(actor, order, priced) if act.name not in behind]


def _behind(order: Order) -> set[str]:
    is_placed = order.placed_at is not None
    behind = {step.value for step, (_label, column) in _RECORDED.items() if getattr(order, column)}
    if is_placed or order.state is OrderState.AWAITING_APPROVAL:
        behind |= {"edit", "place"}
    if is_placed or asked_by(order) is None:
        behind |= {"approve", "decline"}
    return behind


def is_own(act: Act) -> bool:
    """Whether it is this actor's to do, be it possible now or not."""
    return act.conditions[0].is_met


def _act(order: Order, name: str, label: Text, *rest: Any, **facts: Any) -> Act:
    picture, endpoint, conditions = rest
    values = {"order_id": order.id, **facts.pop("values", {})}
    return Act(name, label, picture, f"orders.{endpoint}", tuple(conditions), values, **facts)


def _placing(actor: Actor, order: Order, priced: PricedOrder) -> Iterator[Act]:
    conditions = list(standing_conditions(actor, order, OrderStep.PLACE))
    yield _act(order, "edit", _("Edit the draft"), "pencil", "edit", conditions)
    if all(one.is_met for one in conditions):
        conditions += price_conditions(order, priced)
    yield _act(order, "place", _("Place the order"), "send", "place", conditions, is_final=True)


def _approval(actor: Actor, order: Order, priced: PricedOrder) -> Iterator[Act]:
    conditions = list(standing_conditions(actor, order, OrderStep.APPROVE))
    if all(one.is_met for one in conditions):
        conditions += price_conditions(order, priced)
    label = _("Approve and place")
    yield _act(order, "approve", label, "check", "approve", conditions, is_final=True)
    declining = standing_conditions(actor, order, OrderStep.DECLINE)
    yield _act(order, "decline", _("Decline"), "x", "decline", declining)


def _recording(actor: Actor, order: Order) -> Iterator[Act]:
    for step, (label, _column) in _RECORDED.items():
        conditions = standing_conditions(actor, order, step)
        values = {"step": step.value}
        yield _act(order, step.value, label, "clipboard", "record", conditions, values=values)


def answering(actor: Actor, order: Order) -> Iterator[Act]:
    """What a higher total waits for, be it asked or not (P5)."""
    conditions = list(answer_conditions(actor, order))
    label = _("Agree to the higher total")
    yield _act(order, "consent", label, "check", "consent", conditions, is_final=True)
    declining = _("Decline the higher total")
    yield _act(order, "decline_consent", declining, "x", "decline_consent", conditions)


def _delivering(actor: Actor, order: Order, line: OrderLine) -> Act:
    return _act(
        order,
        f"deliver-{line.position}",
        _("Deliver line %(number)s", number=line.position),
        "truck-delivery",
        "deliver",
        delivery_conditions(actor, order, line),
        values={"line_id": line.id},
        is_final=True,
    )


def _cancelling(actor: Actor, order: Order) -> Act:
    conditions = standing_conditions(actor, order, cancelling_step(actor, order))
    label = _("Cancel the order")
    return _act(order, "cancel", label, "ban", "cancel", conditions, is_final=True)
