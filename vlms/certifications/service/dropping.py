"""Takes away certifications that nothing bears any more, with what needed them (R1, R4)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.catalog.models import Certification
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.needs import list_dependents, needs_of
from vlms.certifications.queries.transcripts import list_attempts, pass_days
from vlms.certifications.rules.earning import Span, earned_spans
from vlms.certifications.service.deriving import (
    derive,
    derive_dependents,
    last_day_of,
    list_held_of,
)
from vlms.core.work import Work


def follow(work: Work, person: Person, certification: Certification, reason: str) -> None:
    """After its days were taken back: what passes make of it, and of all that needs it."""
    derive(work, person, certification, PassSource.ENTRY)
    for one in list_dependents(work.session, certification.key):
        drop_unfounded(work, person, one, reason)
    derive_dependents(work, person, certification, PassSource.ENTRY)


def drop_unfounded(work: Work, person: Person, certification: Certification, reason: str) -> None:
    """What exams had earned and was renewed since goes too, once no exam bears it any more."""
    for held in list_held_of(work, person.id, certification.key):
        beside = list_held_of(work, person.id, certification.key)
        # What follows from passes alone is made anew from those that are left.
        if held.is_derived and not is_founded(work.session, held, beside):
            drop(work, held, reason)
            for one in list_dependents(work.session, certification.key):
                drop_unfounded(work, person, one, reason)


def is_founded(
    session: Session, held: HeldCertification, beside: Sequence[HeldCertification]
) -> bool:
    """Whether passes still earn it on its day; what was entered or renewed `beside` it stands."""
    certification = held.certification
    fixed = [
        Span(one.earned_on, one.expires_on)
        for one in beside
        if one.id != held.id
        and one.certification_key == held.certification_key
        and not one.is_remade
    ]
    spans = earned_spans(
        needs_of(session, certification, held.person_id),
        pass_days(session, held.person_id),
        fixed,
        lambda day: last_day_of(certification, day),
    )
    return any(span.first == held.earned_on for span in spans)


def drop(work: Work, held: HeldCertification, reason: str) -> None:
    work.does("certification.withdrawn", reason)
    for attempt in list_attempts(work.session, held.id):
        work.session.delete(attempt)
    work.flush()
    work.session.delete(held)
    work.flush()
