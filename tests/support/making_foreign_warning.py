"""Somebody else's warning of a last day, for the addresses that name one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.agreements.models import Agreement
from vlms.core.work import Work
from vlms.giving.models.reminders import EndWarning


def make_foreign_warning(work: Work, owner_id: UUID) -> dict[str, UUID]:
    theirs = select(Agreement).where(Agreement.organisation_id == owner_id).limit(1)
    agreement = work.session.scalars(theirs).one()
    warning = EndWarning(
        organisation_id=owner_id,
        agreement_id=agreement.id,
        last_day=agreement.last_day,
        days=1,
        told_at=work.now,
    )
    work.session.add(warning)
    work.flush()
    return {"warning_id": warning.id}
