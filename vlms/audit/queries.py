"""Reads the journal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.models import AuditEntry


def list_entries(
    session: Session, *record_ids: UUID, limit: int = 200, only_in: UUID | None = None
) -> Sequence[AuditEntry]:
    """The entries on these records that the session's scope may see, newest first.

    With `only_in` those of one organisation.
    """
    statement = (
        select(AuditEntry)
        .where(AuditEntry.record_id.in_(record_ids))
        .order_by(AuditEntry.sequence.desc())
        .limit(limit)
    )
    if only_in is not None:
        statement = statement.where(AuditEntry.organisation_id == only_in)
    return session.scalars(statement).all()
