"""Orders that go to another reseller with their agreement, before the publisher's invoice (O4)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from vlms.agreements.events import ResellerChanged
from vlms.audit.service import journal
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.events import OrderHandedOver
from vlms.orders.models import Order, OrderEvent, OrderLine, PriceConsent
from vlms.orders.rules.order_clock import OrderState

# What is invoiced to a reseller stays with it.
HANDED_OVER = (OrderState.PLACED, OrderState.PROCESSED, OrderState.ACKNOWLEDGED)
_PARTS = (OrderLine, OrderEvent, PriceConsent)


def hand_over_orders(work: Work, changed: ResellerChanged) -> None:
    """Give the new reseller what the former one has open, where that was agreed."""
    if not changed.hands_over:
        return
    for order in _open_orders(work, changed):
        if _hand_over(work, order, changed.reseller_id):
            work.events.append(OrderHandedOver(order.id, changed.former_id, changed.reseller_id))


def _open_orders(work: Work, changed: ResellerChanged) -> Sequence[Order]:
    statement = select(Order).where(
        Order.agreement_id == changed.agreement_id,
        Order.state.in_(HANDED_OVER),
        Order.reseller_id == changed.former_id,
    )
    return work.session.scalars(statement.order_by(Order.number)).all()


def _hand_over(work: Work, order: Order, reseller_id: UUID | None) -> bool:
    """Whether it went; not when it was invoiced or cancelled since it was read."""
    former_id = order.reseller_id
    still = (Order.id == order.id, Order.state.in_(HANDED_OVER), Order.reseller_id == former_id)
    facts = {"reseller_id": reseller_id, "version": Order.version + 1}
    if guarded_update(work.session, Order, *still, **facts) != 1:
        return False
    for part in _PARTS:
        guarded_update(work.session, part, part.order_id == order.id, reseller_id=reseller_id)
    journal(
        work,
        "order.handed_over",
        ("order", order.id, order.organisation_id),
        before={"reseller_id": former_id},
        after={"reseller_id": reseller_id},
        reason=work.reason,
    )
    work.session.refresh(order)
    return True
