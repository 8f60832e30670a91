"""The one way an order changes its state: a guarded statement, its event, its journal entry.

State and version that were read are conditions of the change, so that of two people who
act at once one finds no row and is told so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from vlms.audit.service import journal
from vlms.core.errors import Conflict, Forbidden, Topic
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update
from vlms.core.text import Text, _
from vlms.core.work import Actor, Work
from vlms.orders.models import Order, OrderEvent
from vlms.orders.rules.order_clock import LineDelivery, OrderStep, may_take, next_state, roles_for
from vlms.orders.words import STEP_WORDS

_ASK_WHOM: dict[frozenset[Role], Text] = {
    frozenset({Role.LICENSING_ADMIN}): _("Ask a licensing admin of the organisation."),
    frozenset({Role.RESELLER}): _("Ask the reseller of the agreement."),
    frozenset({Role.OPERATOR}): _("Ask the operator."),
}


def has_seller(order: Order) -> bool:
    """Whether a reseller takes it on; before it is placed, its agreement's counts."""
    seller_id = order.reseller_id if order.placed_at else order.agreement.reseller_id
    return seller_id is not None


def require_role(actor: Actor, order: Order, step: OrderStep) -> None:
    """Raises Forbidden (O4) unless one of the actor's roles takes the step on this order."""
    has_reseller = has_seller(order)
    if not may_take(step, actor.roles, has_reseller=has_reseller):
        raise Forbidden(
            "O4",
            _("Your role does not take this step: %(step)s.", step=STEP_WORDS[step]),
            reason="step_of_another_role",
            way_out=_ASK_WHOM.get(roles_for(step, has_reseller=has_reseller)),
            ask=Topic.PRICING,
        )


def take_step(
    work: Work,
    order: Order,
    step: OrderStep,
    *,
    happened_at: datetime | None = None,
    told: tuple[str | None, str | None] = (None, None),
    recorded_by: UUID | None = None,
    **values: Any,
) -> Order:
    """Take a step on an order as it was read; `told` is a reference and a note or reason.

    `recorded_by` is who recorded it, where that is not the actor; `values` are further columns
    of the change. Raises OrderRefused (O4) when the step is not possible, Conflict when
    somebody else was faster.
    """
    before, after = order.state, next_state(order.state, step, lines=deliveries(order))
    earlier = {name: getattr(order, name) for name in values}
    hold(work, order, state=after, **values)
    event = _event(work, order, step, happened_at or work.now, told)
    event.recorded_by = recorded_by or work.actor.user_id
    work.session.add(event)
    journal(
        work,
        f"order.{step.value}",
        ("order", order.id, order.organisation_id),
        before={"state": before, **earlier},
        after={"state": after, **values, **({"reference": told[0]} if told[0] else {})},
        reason=told[1],
    )
    work.flush()
    work.session.refresh(order)
    return order


def hold(work: Work, order: Order, **values: Any) -> None:
    """Write these columns and the next version; of two who act at once one gets Conflict."""
    changed = guarded_update(
        work.session,
        Order,
        Order.id == order.id,
        Order.state == order.state,
        Order.version == order.version,
        version=order.version + 1,
        **values,
    )
    if changed != 1:
        raise moved()


def _event(
    work: Work,
    order: Order,
    step: OrderStep,
    happened_at: datetime,
    told: tuple[str | None, str | None],
) -> OrderEvent:
    reference, note = told
    return OrderEvent(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        step=step,
        happened_at=happened_at,
        recorded_at=work.now,
        reference=reference,
        note=note,
    )


def deliveries(order: Order) -> list[LineDelivery]:
    """How far each line is delivered."""
    return [LineDelivery(line.quantity, line.delivered_quantity) for line in order.lines]


def moved() -> Conflict:
    """Somebody else changed the order since it was read."""
    return Conflict(
        "O4",
        _("Somebody else has just changed this order; nothing was done twice."),
        reason="order_moved",
        way_out=_("Load the page again to see how it stands."),
        ask=Topic.PRICING,
    )
