"""Keeps what passed exams alone have earned as these exams say (R1, R2, R4).

Such a certification is made anew whenever something before it changes: a pass that is entered
late, one that is taken back, a renewal that reaches further. What was entered as it is, or
renewed, stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.catalog.models import Certification, CertificationExam
from vlms.certifications.models import ExamPass, HeldCertification, PassSource, RenewalAttempt
from vlms.certifications.queries.needs import list_dependents, needs_of
from vlms.certifications.queries.transcripts import pass_days
from vlms.certifications.rules.earning import Span, earned_spans
from vlms.certifications.rules.renewal import expires_on, is_renewed
from vlms.certifications.terms import renewal_terms
from vlms.core.errors import Conflict
from vlms.core.text import _
from vlms.core.work import Work

Row = TypeVar("Row", ExamPass, HeldCertification, RenewalAttempt)


def hold_transcript(work: Work, person_id: UUID) -> None:
    """One at a time for a person: what is earned depends on all that they have passed."""
    own = select(Person.id).where(Person.id == person_id)
    work.session.execute(own.with_for_update(key_share=True))


def reread(work: Work, row: Row) -> Row:
    """A row as it stands now that the transcript is held.

    Raises Conflict where it is gone meanwhile.
    """
    model = type(row)
    own = select(model).where(model.id == row.id).execution_options(populate_existing=True)
    found = work.session.scalar(own)
    if found is None:
        raise Conflict(
            None,
            _("It is not there any more: somebody else has just taken it back."),
            reason="taken_back_already",
            way_out=_("Load the page again to see how it stands."),
        )
    return found


def derive_by_exam(work: Work, person: Person, exam_number: str, source: PassSource) -> None:
    """The same for all certifications of an exam."""
    named = select(CertificationExam.certification_key).where(
        CertificationExam.exam_number == exam_number
    )
    of_exam = select(Certification).where(Certification.key.in_(named))
    for certification in work.session.scalars(of_exam).all():
        derive(work, person, certification, source)


def derive(work: Work, person: Person, certification: Certification, source: PassSource) -> None:
    """Bring one certification to what the passes make of it, then those that need it."""
    held = list_held_of(work, person.id, certification.key)
    made = {one.earned_on: one for one in held if one.is_remade}
    fixed = [Span(one.earned_on, one.expires_on) for one in held if not one.is_remade]
    needs = needs_of(work.session, certification, person.id)
    passes = pass_days(work.session, person.id)
    spans = earned_spans(needs, passes, fixed, lambda day: last_day_of(certification, day))
    wanted = {span.first: span for span in spans}
    gone = [one for day, one in made.items() if day not in wanted]
    for one in gone:
        work.does("certification.withdrawn")
        work.session.delete(one)
        work.flush()
    new = [span for day, span in wanted.items() if day not in made]
    for span in new:
        add_held(work, person, certification, span, source).is_derived = True
        work.flush()
    if gone or new:
        derive_dependents(work, person, certification, source)


def derive_dependents(
    work: Work, person: Person, certification: Certification, source: PassSource
) -> None:
    for one in list_dependents(work.session, certification.key):
        derive(work, person, one, source)


def last_day_of(certification: Certification, day: date) -> date | None:
    """R1: until when it is valid that was earned on a day; None: it never expires."""
    terms = renewal_terms(day).terms
    return expires_on(day, terms) if is_renewed(certification.kind, terms) else None


def add_held(
    work: Work, person: Person, certification: Certification, span: Span, source: PassSource
) -> HeldCertification:
    """Not flushed yet."""
    work.does("certification.earned")
    held = HeldCertification(
        organisation_id=person.organisation_id,
        person_id=person.id,
        certification_key=certification.key,
        earned_on=span.first,
        expires_on=span.last,
        source=source,
        created_at=work.now,
        version=1,
        is_derived=False,
    )
    work.session.add(held)
    return held


def list_held_of(work: Work, person_id: UUID, key: str) -> Sequence[HeldCertification]:
    """The newest first, as they stand now, whatever was read before the transcript was held."""
    own = select(HeldCertification).where(
        HeldCertification.person_id == person_id, HeldCertification.certification_key == key
    )
    newest = own.order_by(HeldCertification.earned_on.desc())
    return work.session.scalars(newest.execution_options(populate_existing=True)).all()
