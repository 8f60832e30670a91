"""Enters passed exams, with what they make, and certifications as they were earned (R1, R4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.catalog.models import Certification, Exam
from vlms.catalog.queries import find_exam
from vlms.certifications.models import ExamPass, HeldCertification, PassSource
from vlms.certifications.rules.earning import Span
from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.service.deriving import (
    add_held,
    derive,
    derive_by_exam,
    derive_dependents,
    hold_transcript,
    last_day_of,
    list_held_of,
)
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.core.permissions import Permission
from vlms.core.reading import shown
from vlms.core.term import ONE_DAY
from vlms.core.text import _
from vlms.core.work import Work


def record_pass(
    work: Work, person: Person, exam_number: str, passed_on: date, source: PassSource
) -> ExamPass:
    """Enter a passed exam once, and what it earns.

    Raises Forbidden, BadInput for a day to come (R1) or one after the exam's retirement (C3),
    NotFound for an exam that is not there.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    return enter_pass(work, person, exam_number, passed_on, source)


def enter_pass(
    work: Work, person: Person, exam_number: str, passed_on: date, source: PassSource
) -> ExamPass:
    """The same, for who has asked for the permission or acts as the system.

    A provider's result proves a line that was entered or imported before (R1).
    """
    _refuse_later(work, passed_on)
    exam = find_exam(work.session, exam_number)
    if exam is None:
        raise NotFound("R1", _("There is no exam %(name)s.", name=shown(exam_number)))
    if source is not PassSource.EXAM:
        check_offered(exam, passed_on)
    hold_transcript(work, person.id)
    found = find_pass(work, person.id, exam_number, passed_on)
    if found is not None:
        if source is PassSource.EXAM:
            _prove(work, found)
        return found
    work.does("exam_pass.recorded")
    found = ExamPass(
        organisation_id=person.organisation_id,
        person_id=person.id,
        exam_number=exam_number,
        passed_on=passed_on,
        source=source,
        created_at=work.now,
    )
    with refusing_doubles(work, uq_exam_pass=_entered_meanwhile()):
        work.session.add(found)
    derive_by_exam(work, person, exam_number, source)
    return found


def _prove(work: Work, found: ExamPass) -> None:
    """From now on it is not taken back by hand."""
    if found.source is not PassSource.EXAM:
        work.does("exam_pass.proved")
        found.source = PassSource.EXAM
        work.flush()


def find_pass(work: Work, person_id: UUID, exam_number: str, passed_on: date) -> ExamPass | None:
    """As it stands now, whatever was read before the transcript was held."""
    own = select(ExamPass).where(
        ExamPass.person_id == person_id,
        ExamPass.exam_number == exam_number,
        ExamPass.passed_on == passed_on,
    )
    return work.session.scalar(own.execution_options(populate_existing=True))


def hold(
    work: Work, person: Person, certification: Certification, day: date, source: PassSource
) -> HeldCertification:
    """Enter a certification that was earned on a day, valid by the terms of that day (R1).

    Raises Forbidden, BadInput for a day to come, one after its retirement, or one on which it
    was held already.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    _refuse_later(work, day)
    _refuse_retired(certification, day)
    hold_transcript(work, person.id)
    span = Span(day, last_day_of(certification, day))
    refuse_double(work, person.id, certification.key, span)
    with refusing_doubles(work, uq_held_certification=_entered_meanwhile()):
        held = add_held(work, person, certification, span, source)
    # What passes had earned within its time is earned no more (R2).
    derive(work, person, certification, source)
    derive_dependents(work, person, certification, source)
    return held


def refuse_double(work: Work, person_id: UUID, key: str, span: Span) -> None:
    """One certification is not held twice on any day; an earlier time may be entered later."""
    for one in list_held_of(work, person_id, key):
        if not one.gives_way(span.first) and span.meets(Span(one.earned_on, one.expires_on)):
            raise BadInput(
                "R4",
                _("This certification is held already since %(day)s.", day=one.earned_on),
                field="day",
                way_out=_("Record its renewals instead."),
            )


def _refuse_later(work: Work, day: date) -> None:
    if day > work.today(ZONE):
        raise BadInput(
            "R1",
            _("An exam cannot have been passed on a day to come."),
            field="day",
            way_out=_("Enter the day of the score report."),
        )


def check_offered(exam: Exam, day: date) -> None:
    """Raises BadInput for a day on which an exam was not given any more (C3)."""
    retired_on = exam.last_day
    # Where its last day ends later than in UTC it may be the day after there.
    if retired_on is not None and day > retired_on + ONE_DAY:
        raise BadInput(
            "C3",
            _(
                "This exam was retired on %(day)s and cannot have been passed later.",
                day=retired_on,
            ),
            field="day",
            way_out=_("Enter the day of the score report."),
        )


def _refuse_retired(certification: Certification, day: date) -> None:
    retired_on = certification.retires_on
    if retired_on is not None and day > retired_on:
        raise BadInput(
            "R1",
            _(
                "This certification was retired on %(day)s and cannot be earned later.",
                day=retired_on,
            ),
            field="day",
            way_out=_("Enter the day of the score report."),
        )


def _entered_meanwhile() -> Conflict:
    return Conflict(
        "R4",
        _("Somebody else has entered the same just now."),
        reason="entered_meanwhile",
        way_out=_("Load the page again to see how it stands."),
    )
