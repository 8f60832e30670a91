"""Mail about approvals (O4): to those who may approve, and back to who asked."""

from __future__ import annotations

from collections.abc import Sequence

from vlms.accounts.models import User
from vlms.accounts.queries import list_users_who_may
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.orders.events import ApprovalAsked, ApprovalDeclined
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.service.conditions import asked_by
from vlms.orders.service.mail import tell_user

_ASKING = System("who may approve an order")


def list_approvers(order: Order) -> Sequence[User]:
    """The admins of the organisation who decide about the order's money."""
    with reading(_ASKING) as session:
        return list_users_who_may(
            session, order.organisation_id, Permission.APPROVE_ORDERS, order.agreement_id
        )


def tell_approvers(work: Work, event: ApprovalAsked) -> None:
    """Tell every admin of the organisation who may approve, but for who asked."""
    order = get_order(work.session, event.order_id)
    may = list_approvers(order)
    asker = _asker(work, order)
    facts = {"asker": asker.name if asker else work.actor.name}
    for user in may:
        if asker is None or user.id != asker.id:
            # Each time that it is asked or declined is told once.
            tell_user(work, order, user, ("order_waits", order.version), facts)


def tell_asker(work: Work, event: ApprovalDeclined) -> None:
    """Tell who asked that the order is a draft again, and why."""
    order = get_order(work.session, event.order_id)
    asker = _asker(work, order)
    if asker is not None and asker.disabled_at is None:
        facts = {"decliner": work.actor.name, "reason": event.reason}
        tell_user(work, order, asker, ("order_declined", order.version), facts)


def _asker(work: Work, order: Order) -> User | None:
    work.session.refresh(order, ["events"])
    user_id = asked_by(order)
    return None if user_id is None else work.session.get(User, user_id)
