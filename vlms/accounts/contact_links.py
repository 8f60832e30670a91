"""Links for an agreement's contacts who cannot sign in (O5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, RoleGrant
from vlms.accounts.queries import find_user
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.work import Work

ORDER_LIFETIME = timedelta(days=7)
# Whoever writes the mail: a reseller does not see the customer's roles.
_ASKING = System("whether a contact can sign in")


def link_for_contact(
    work: Work, organisation_id: UUID, email: str, order_id: UUID
) -> OneTimeLink | None:
    """A link that opens the order for seven days; None for who has an account there."""
    if _has_account(organisation_id, email):
        return None
    return make_link(
        work,
        LinkPurpose.OPEN_ORDER,
        order_id,
        ORDER_LIFETIME,
        organisation_id=organisation_id,
    )


def _has_account(organisation_id: UUID, email: str) -> bool:
    with reading(_ASKING) as session:
        user = find_user(session, email)
        if user is None or user.disabled_at is not None:
            return False
        grant = select(RoleGrant.id).where(
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.user_id == user.id,
            RoleGrant.ended_at.is_(None),
        )
        return session.scalar(grant.limit(1)) is not None
