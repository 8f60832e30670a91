"""What providers say of exams goes into transcripts by itself (R1)."""

from __future__ import annotations

from sqlalchemy import select

from vlms.accounts.queries import get_person
from vlms.catalog.models import CertificationExam
from vlms.certifications.models import ExamPass, HeldCertification, PassSource
from vlms.certifications.service.earning import enter_pass
from vlms.codes.events import ExamPassed, PassWithdrawn
from vlms.core.work import Work

_WHY = "an exam's result goes into its taker's transcript"


def enter_result(work: Work, event: ExamPassed) -> None:
    """A passed exam is a line of the transcript, with what it earns."""
    with work.as_system(_WHY):
        person = get_person(work.session, event.person_id)
        if person.erased_at is None:
            enter_pass(work, person, event.exam_number, event.passed_on, PassSource.EXAM)


def withdraw_result(work: Work, event: PassWithdrawn) -> None:
    """A corrected result takes away the line and what it earned that day.

    What was renewed since, or entered by somebody, stays: a person must look at it.
    """
    with work.as_system(_WHY):
        work.does("exam_pass.withdrawn")
        for row in (*_passes(work, event), *_earned(work, event)):
            work.session.delete(row)


def _passes(work: Work, event: PassWithdrawn) -> list[ExamPass]:
    own = select(ExamPass).where(
        ExamPass.person_id == event.person_id,
        ExamPass.exam_number == event.exam_number,
        ExamPass.passed_on == event.passed_on,
        ExamPass.source == PassSource.EXAM,
    )
    return list(work.session.scalars(own))


def _earned(work: Work, event: PassWithdrawn) -> list[HeldCertification]:
    named = select(CertificationExam.certification_key).where(
        CertificationExam.exam_number == event.exam_number
    )
    own = select(HeldCertification).where(
        HeldCertification.person_id == event.person_id,
        HeldCertification.certification_key.in_(named),
        HeldCertification.earned_on == event.passed_on,
        HeldCertification.source == PassSource.EXAM,
        HeldCertification.version == 1,
    )
    return list(work.session.scalars(own))
