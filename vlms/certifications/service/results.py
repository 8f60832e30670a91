"""What providers say of exams goes into transcripts by itself (R1)."""

from __future__ import annotations

from vlms.accounts.queries import get_person
from vlms.certifications.models import PassSource
from vlms.certifications.service.deriving import derive_by_exam, hold_transcript
from vlms.certifications.service.earning import enter_pass, find_pass
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
    """A corrected result takes away the line, whoever had entered it too, and what it alone earned.

    A certification that was renewed since, or entered by somebody, stays: a person must look at it.
    """
    with work.as_system(_WHY):
        hold_transcript(work, event.person_id)
        found = find_pass(work, event.person_id, event.exam_number, event.passed_on)
        if found is None:
            return
        work.does("exam_pass.withdrawn")
        work.session.delete(found)
        work.flush()
        person = get_person(work.session, event.person_id)
        derive_by_exam(work, person, event.exam_number, PassSource.EXAM)
