"""Mail about approvals (O4): to those who may approve, and back to who asked."""

from __future__ import annotations

from vlms.accounts.models import User
from vlms.accounts.queries import list_users_who_may
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post
from vlms.orders.events import ApprovalAsked, ApprovalDeclined
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.service.conditions import asked_by
from vlms.orders.service.mail import order_facts

_ASKING = System("who may approve an order")


def tell_approvers(work: Work, event: ApprovalAsked) -> None:
    """Tell every admin of the organisation who may approve, but for who asked."""
    order = get_order(work.session, event.order_id)
    with reading(_ASKING) as session:
        may = list_users_who_may(
            session, order.organisation_id, Permission.APPROVE_ORDERS, order.agreement_id
        )
    asker = _asker(work, order)
    facts = {"asker": asker.name if asker else work.actor.name}
    for user in may:
        if asker is None or user.id != asker.id:
            _tell(work, order, "order_waits", user, facts)


def tell_asker(work: Work, event: ApprovalDeclined) -> None:
    """Tell who asked that the order is a draft again, and why."""
    order = get_order(work.session, event.order_id)
    asker = _asker(work, order)
    if asker is not None and asker.disabled_at is None:
        facts = {"decliner": work.actor.name, "reason": event.reason}
        _tell(work, order, "order_declined", asker, facts)


def _tell(work: Work, order: Order, template: str, user: User, facts: dict[str, str]) -> None:
    mail = Mail(
        template,
        order.id,
        # Each time that it is asked or declined is told once.
        f"{template}:{order.id}:{order.version}:{user.id}",
        order.organisation_id,
        order.agreement_id,
        facts={**order_facts(order), **facts},
    )
    post(work, mail, Recipient(user.name, user.email, user.language))


def _asker(work: Work, order: Order) -> User | None:
    work.session.refresh(order, ["events"])
    user_id = asked_by(order)
    return None if user_id is None else work.session.get(User, user_id)
