"""Somebody else's membership, for those who may not see it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.support.making_memberships import make_package_order
from vlms.accounts.queries import get_organisation
from vlms.core.work import Work
from vlms.partners.queries.memberships import list_benefits
from vlms.partners.service.membership_orders import buy
from vlms.partners.service.membership_payments import record_payment


def make_foreign_membership(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """A package with its benefits, and an order that waits, the canary in its words."""
    owner = get_organisation(work.session, owner_id)
    today = work.today(owner.time_zone)
    order = make_package_order(work, owner, "silver-package", "TWD", "宏遠科技")
    order.purchase_order = "宏遠科技"
    membership = record_payment(work, order.id, today, "宏遠科技")
    waiting = buy(work, owner_id, "action-pack", "TWD", "宏遠科技")
    assert waiting.pay_by == today + timedelta(days=30)
    return {
        "membership_id": membership.id,
        "membership_order_id": waiting.id,
        "benefit_id": list_benefits(work.session, membership.id)[0].id,
    }
