"""Retires an organisation's data key for a new one; what it sealed is sealed anew by and by."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.audit.service import journal
from vlms.core.errors import BadInput
from vlms.core.masters import current_ring
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.keys.models import SealingKey
from vlms.keys.service.sealing_keys import SealingKeys


def rotate(work: Work, owner_id: UUID | None, reason: str) -> UUID:
    """A new key seals for an organisation, or for the stock (None), from now on.

    The former ones still open. Raises BadInput without a reason.
    """
    work.actor.require(Permission.EDIT_SYSTEM)
    check_reason(reason)
    mine = (
        SealingKey.organisation_id.is_(None)
        if owner_id is None
        else SealingKey.organisation_id == owner_id
    )
    former = list(
        work.session.scalars(
            select(SealingKey.id)
            .where(mine, SealingKey.retired_at.is_(None))
            .order_by(SealingKey.id)
        )
    )
    new = SealingKeys(work.session, current_ring(work.keys), work.now).make(owner_id)
    guarded_update(
        work.session,
        SealingKey,
        SealingKey.id.in_(former),
        SealingKey.retired_at.is_(None),
        retired_at=work.now,
    )
    journal(
        work,
        "data_key.rotated",
        ("data_key", new.id, owner_id),
        after={"retired_count": len(former)},
        reason=reason,
    )
    return new.id


def check_reason(reason: str) -> None:
    """Raises BadInput without a reason."""
    if not reason.strip():
        raise BadInput(
            "C8",
            _("The reason is missing."),
            field="reason",
            way_out=_("Say why the key is changed; the journal keeps it."),
        )
