"""What must hold for each step of an order (O4), one condition after the other.

Services raise the refusal of the first that does not hold; pages show all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from vlms.catalog.models import ProductKind
from vlms.core.acts import Condition, condition
from vlms.core.errors import BadInput, Topic
from vlms.core.permissions import Role
from vlms.core.text import Text, _
from vlms.core.work import Actor
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import (
    OrderState,
    OrderStep,
    check_not_ended,
    check_state,
    check_undelivered,
    is_other_person,
    may_take,
    roles_for,
)
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.transition import deliveries, has_seller, require_role

_YOURS: dict[frozenset[Role], Text] = {
    frozenset({Role.LICENSING_ADMIN}): _("You are a licensing admin of the organisation."),
    frozenset({Role.RESELLER}): _("You act for the reseller of the agreement."),
    frozenset({Role.OPERATOR}): _("You act for the operator."),
}
_IN_STATE: dict[OrderStep, Text] = {
    OrderStep.PLACE: _("The order is a draft."),
    OrderStep.APPROVE: _("The order waits for approval."),
    OrderStep.DECLINE: _("The order waits for approval."),
    OrderStep.CANCEL: _("The order has not been recorded as processed."),
    OrderStep.CANCEL_ON_REQUEST: _("The order has been recorded as processed."),
    OrderStep.PROCESS: _("The order is placed and not yet recorded as processed."),
    OrderStep.ACKNOWLEDGE: _("The order is processed and not yet recorded as acknowledged."),
    OrderStep.INVOICE: _("The order is acknowledged and its invoice not yet recorded."),
    OrderStep.OPEN_PACK: _("The order has been recorded as processed."),
    OrderStep.DELIVER: _("The publisher's invoice has been recorded."),
}


def standing_conditions(actor: Actor, order: Order, step: OrderStep) -> Iterator[Condition]:
    """What a step asks of the actor and of the order as it stands, its price aside."""
    yield _role(actor, order, step)
    open_still = condition(
        _("The order is neither closed nor cancelled."),
        "O4",
        lambda: check_not_ended(order.state),
    )
    yield open_still
    if not open_still.is_met:
        return
    in_state = condition(_IN_STATE[step], "O4", lambda: check_state(order.state, step))
    yield in_state
    if in_state.is_met:
        yield from _FURTHER.get(step, _nothing_further)(actor, order)


def price_conditions(order: Order, priced: PricedOrder) -> Iterator[Condition]:
    """What placing and approving ask of the lines and of today's price (O1, O2, P2)."""
    yield condition(_("The order has a line."), "O1", lambda: _check_lines(order))
    for position, line in enumerate(priced.lines):
        refusal = line.refusal
        if refusal is not None:
            refusal.facts["position"] = position
        rule = refusal.rule if refusal else "O1"
        yield Condition(
            _("Line %(number)s can be ordered today.", number=position + 1), rule, refusal
        )


def delivery_conditions(actor: Actor, order: Order, line: OrderLine) -> Iterator[Condition]:
    """What delivering a line asks, or opening it where it is a site pack."""
    yield from standing_conditions(actor, order, delivering_step(order, line))
    yield condition(
        _("Something of the line is still to be delivered."),
        "O4",
        lambda: _check_line_open(line),
    )


def delivering_step(order: Order, line: OrderLine) -> OrderStep:
    """A site pack opens before the invoice; afterwards it is a delivery like others."""
    is_early = order.state in (OrderState.PROCESSED, OrderState.ACKNOWLEDGED)
    is_pack = line.product.kind is ProductKind.SITE_PACK
    return OrderStep.OPEN_PACK if is_pack and is_early else OrderStep.DELIVER


def cancelling_step(actor: Actor, order: Order) -> OrderStep:
    """Which of the two ways to cancel is the actor's at this point of the order's life."""
    has_reseller = has_seller(order)
    is_buyer = may_take(OrderStep.CANCEL, actor.roles, has_reseller=has_reseller)
    is_seller = may_take(OrderStep.CANCEL_ON_REQUEST, actor.roles, has_reseller=has_reseller)
    if not is_seller:
        return OrderStep.CANCEL
    began = (OrderState.DRAFT, OrderState.AWAITING_APPROVAL, OrderState.PLACED)
    is_early = order.state in began
    return OrderStep.CANCEL if is_buyer and is_early else OrderStep.CANCEL_ON_REQUEST


def asked_by(order: Order) -> UUID | None:
    """Who asked last for approval."""
    asked = [event for event in order.events if event.step is OrderStep.ASK_APPROVAL]
    return asked[-1].recorded_by if asked else None


def _role(actor: Actor, order: Order, step: OrderStep) -> Condition:
    roles = roles_for(step, has_reseller=has_seller(order))
    return condition(_YOURS[roles], "O4", lambda: require_role(actor, order, step))


def _nothing_further(_actor: Actor, _order: Order) -> Iterator[Condition]:
    yield from ()


def _other_admin(actor: Actor, order: Order) -> Iterator[Condition]:
    yield condition(
        _("Somebody else asked for the approval."),
        "O4",
        lambda: _refuse_own_approval(actor, order),
    )


def _undelivered(_actor: Actor, order: Order) -> Iterator[Condition]:
    yield condition(
        _("Nothing of it has been delivered."),
        "O4",
        lambda: check_undelivered(deliveries(order)),
    )


_FURTHER: dict[OrderStep, Callable[[Actor, Order], Iterator[Condition]]] = {
    OrderStep.APPROVE: _other_admin,
    OrderStep.CANCEL_ON_REQUEST: _undelivered,
}


def _refuse_own_approval(actor: Actor, order: Order) -> None:
    """O4: another admin approves than the one who asked. Raises OrderRefused."""
    if not is_other_person(actor.user_id, asked_by(order)):
        raise OrderRefused(
            "O4",
            _("You asked for this approval yourself; another licensing admin gives it."),
            reason="own_approval",
            way_out=_("Ask another licensing admin of your organisation."),
            ask=Topic.ACCOUNT,
        )


def _check_lines(order: Order) -> None:
    if not order.lines:
        raise BadInput(
            "O1",
            _("This order has no lines."),
            reason="no_lines",
            way_out=_("Choose a product and enter a quantity."),
        )


def _check_line_open(line: OrderLine) -> None:
    if line.delivered_quantity >= line.quantity:
        raise OrderRefused(
            "O4",
            _("This line is delivered in full."),
            reason="delivered_in_full",
            way_out=_("Place another order for more."),
            ask=Topic.CODES,
        )
