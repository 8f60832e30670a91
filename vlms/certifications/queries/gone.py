"""Finds what was taken back of a person's transcript: only the journal knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.audit.models import AuditDetail, AuditEntry

_TAKEN_BACK = ("exam_pass.withdrawn", "certification.withdrawn", "certification.attempt_withdrawn")


def list_gone(session: Session, person: Person) -> Sequence[UUID]:
    """The keys of passed exams, certifications and renewal results that are not there any more."""
    whose = AuditDetail.before["person_id"].as_string()
    told = (
        select(AuditEntry.record_id)
        .join(AuditDetail, AuditDetail.sequence == AuditEntry.sequence)
        .where(
            AuditEntry.organisation_id == person.organisation_id,
            AuditEntry.action.in_(_TAKEN_BACK),
            whose == str(person.id),
        )
    )
    return session.scalars(told).all()
