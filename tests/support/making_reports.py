"""Makes exams in every state, for reports; counters of quotas go along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count as counting
from typing import Any

from tests.support.making_academy import MOS_EXAM, Academy, make_place
from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import (
    AcademicTerm,
    ClassMember,
    ClassRole,
    ClassTerm,
    SchoolClass,
)
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.seat_state import SeatState
from vlms.accounts.models import Person, School
from vlms.core.work import Work

_numbers = counting(1)
# What became of an exam: its state, and whether it was passed.
Outcome = tuple[SeatState, bool | None]
RESERVED: Outcome = (SeatState.RESERVED, None)
PASSED: Outcome = (SeatState.STARTED, True)
FAILED: Outcome = (SeatState.STARTED, False)
STARTED: Outcome = (SeatState.STARTED, None)
NO_SHOW: Outcome = (SeatState.NO_SHOW, None)
CANCELLED: Outcome = (SeatState.CANCELLED, None)
REVERSED: Outcome = (SeatState.REVERSED, None)


def make_class(
    work: Work, school: School, title: str, term: AcademicTerm, students: Sequence[Person] = ()
) -> SchoolClass:
    """A class of a school in a term, with its students."""
    found = SchoolClass(organisation_id=school.organisation_id, school_id=school.id, title=title)
    work.session.add(found)
    work.flush()
    facts = {"organisation_id": school.organisation_id, "school_id": school.id}
    work.session.add(ClassTerm(class_id=found.id, term_id=term.id, **facts))
    work.session.add_all(
        ClassMember(class_id=found.id, person_id=one.id, role=ClassRole.STUDENT, **facts)
        for one in students
    )
    work.flush()
    return found


def make_students(work: Work, school: School, count: int) -> list[Person]:
    return [make_place(work, school, f"Student {next(_numbers)}") for _number in range(count)]


def make_sitting(
    work: Work,
    academy: Academy,
    quota: PackQuota,
    outcomes: Sequence[tuple[Person, Outcome]],
    *,
    starts_at: datetime,
    school: School | None = None,
    of_class: SchoolClass | None = None,
    exam: str = MOS_EXAM,
) -> Sitting:
    """A sitting and what became of each of its candidates."""
    place = school or academy.law
    facts = {
        "organisation_id": quota.organisation_id,
        "agreement_id": quota.agreement_id,
        "school_id": place.id,
        "quota_id": quota.id,
        "exam_number": exam,
        "starts_at": starts_at,
    }
    sitting = Sitting(
        class_id=of_class.id if of_class else None,
        site_id=academy.site.id,
        pack_id=quota.pack_id,
        number=f"S-R{next(_numbers):05d}",
        state=SittingState.SCHEDULED,
        time_zone=place.time_zone or "Asia/Taipei",
        created_at=work.now,
        **facts,
    )
    work.session.add(sitting)
    work.flush()
    _seat(work, sitting, quota, outcomes, facts)
    return sitting


def _seat(
    work: Work,
    sitting: Sitting,
    quota: PackQuota,
    outcomes: Sequence[tuple[Person, Outcome]],
    facts: dict[str, Any],
) -> None:
    for person, (state, has_passed) in outcomes:
        seat = ExamSeat(
            sitting_id=sitting.id, person_id=person.id, state=state, has_passed=has_passed, **facts
        )
        work.session.add(seat)
        quota.reserved_count += state is SeatState.RESERVED
        quota.used_count += state is SeatState.STARTED
    work.flush()
