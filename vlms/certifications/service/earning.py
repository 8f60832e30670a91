"""Passed exams, and the certifications that they make (R1, R4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.catalog.models import Certification, CertificationExam, CertificationKind
from vlms.catalog.queries import find_exam
from vlms.certifications.models import ExamPass, HeldCertification, PassSource
from vlms.certifications.queries.transcripts import pass_days
from vlms.certifications.rules.earning import earned_on
from vlms.certifications.rules.renewal import ZONE, expires_on
from vlms.certifications.terms import renewal_terms
from vlms.core.errors import BadInput, NotFound
from vlms.core.permissions import Permission
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Work

RENEWED = frozenset(
    {CertificationKind.ASSOCIATE, CertificationKind.EXPERT, CertificationKind.SPECIALTY}
)


def record_pass(
    work: Work, person: Person, exam_number: str, passed_on: date, source: PassSource
) -> ExamPass:
    """Enter a passed exam once, and what it earns.

    Raises Forbidden, BadInput for a day to come (R1), NotFound for an exam that is not there.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    return enter_pass(work, person, exam_number, passed_on, source)


def enter_pass(
    work: Work, person: Person, exam_number: str, passed_on: date, source: PassSource
) -> ExamPass:
    """The same, for who has asked for the permission or acts as the system."""
    _refuse_later(work, passed_on)
    if find_exam(work.session, exam_number) is None:
        raise NotFound("R1", _("There is no exam %(name)s.", name=shown(exam_number)))
    found = work.session.scalar(
        select(ExamPass).where(
            ExamPass.person_id == person.id,
            ExamPass.exam_number == exam_number,
            ExamPass.passed_on == passed_on,
        )
    )
    if found is not None:
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
    work.session.add(found)
    work.flush()
    for certification in _of_exam(work, exam_number):
        _earn(work, person, certification, source)
    return found


def hold(
    work: Work, person: Person, certification: Certification, day: date, source: PassSource
) -> HeldCertification:
    """Enter a certification that was earned on a day, valid by the terms of that day (R1).

    Raises Forbidden, BadInput for a day to come or one that it was earned on already.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    return _hold(work, person, certification, day, source)


def _hold(
    work: Work, person: Person, certification: Certification, day: date, source: PassSource
) -> HeldCertification:
    _refuse_later(work, day)
    renewed = certification.kind in RENEWED
    last_day = expires_on(day, renewal_terms(day).terms) if renewed else None
    _refuse_double(work, person.id, certification.key, (day, last_day))
    work.does("certification.earned")
    held = HeldCertification(
        organisation_id=person.organisation_id,
        person_id=person.id,
        certification_key=certification.key,
        earned_on=day,
        expires_on=last_day,
        source=source,
        created_at=work.now,
        version=1,
    )
    work.session.add(held)
    work.flush()
    return held


def _refuse_later(work: Work, day: date) -> None:
    if day > work.today(ZONE):
        raise BadInput(
            "R1",
            _("An exam cannot have been passed on a day to come."),
            field="day",
            way_out=_("Enter the day of the score report."),
        )


def _refuse_double(work: Work, person_id: UUID, key: str, days: tuple[date, date | None]) -> None:
    """One certification is not held twice on any day; an earlier time may be entered later."""
    first, last = days
    for one in _list_held(work, person_id, key):
        is_before = one.expires_on is not None and one.expires_on < first
        is_behind = last is not None and last < one.earned_on
        if not (is_before or is_behind):
            raise BadInput(
                "R4",
                _("This certification is held already since %(day)s.", day=one.earned_on),
                field="day",
                way_out=_("Record its renewals instead."),
            )


def _of_exam(work: Work, exam_number: str) -> Iterable[Certification]:
    named = select(CertificationExam.certification_key).where(
        CertificationExam.exam_number == exam_number
    )
    return work.session.scalars(select(Certification).where(Certification.key.in_(named))).all()


def _earn(work: Work, person: Person, certification: Certification, source: PassSource) -> None:
    """Passing again renews nothing while it is held (R2)."""
    last = next(iter(_list_held(work, person.id, certification.key)), None)
    if last is not None and (last.expires_on is None or last.expires_on >= work.today(ZONE)):
        return
    exams = [exam.number for exam in certification.exams]
    after = last.expires_on if last else None
    day = earned_on(exams, pass_days(work.session, person.id), after)
    if day is not None:
        _hold(work, person, certification, day, source)


def _list_held(work: Work, person_id: UUID, key: str) -> Sequence[HeldCertification]:
    """The newest first."""
    own = select(HeldCertification).where(
        HeldCertification.person_id == person_id, HeldCertification.certification_key == key
    )
    return work.session.scalars(own.order_by(HeldCertification.earned_on.desc())).all()
