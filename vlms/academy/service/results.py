"""Results of exams that were started (A2), and when one may be taken again (A4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.academy.errors import SeatRefused
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.queries.sittings import attempts_at, whole_institution
from vlms.academy.rules.retakes import retake_after
from vlms.academy.rules.seat_state import SeatState, SeatStep, next_seat_state
from vlms.academy.service.examining import retake_terms
from vlms.academy.service.seats import chosen, day_of, get_deliverable, require_each, take
from vlms.catalog.rules.retake import Retake
from vlms.codes.events import ExamPassed, PassWithdrawn
from vlms.core.clock import local_day
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Result:
    """What the test provider says of an exam; without either there is none (yet)."""

    score: int | None
    has_passed: bool | None


def record_results(work: Work, sitting_id: UUID, results: Mapping[UUID, Result]) -> Sitting:
    """Record results by seat; a later one replaces it, an empty one takes it away.

    Raises SomeRefused, SeatRefused, Forbidden, NotFound.
    """
    sitting = get_deliverable(work, sitting_id)
    seats = chosen(sitting, list(results))
    changed = [seat for seat in seats if result_of(seat) != results[seat.id]]
    require_each(changed, lambda seat: _check(seat, results[seat.id]))
    for seat in changed:
        result = results[seat.id]
        _tell(work, seat, had_passed=bool(seat.has_passed), has_passed=bool(result.has_passed))
        values = {"score": result.score, "has_passed": result.has_passed, "result_at": work.now}
        if result.has_passed is None:
            values["result_at"] = None
        take(work, [seat], SeatStep.RECORD, values)
    return sitting


def _tell(work: Work, seat: ExamSeat, *, had_passed: bool, has_passed: bool) -> None:
    if had_passed == has_passed:
        return
    told = ExamPassed if has_passed else PassWithdrawn
    day = local_day(seat.started_at or seat.starts_at, "UTC")
    work.events.append(told(seat.person_id, seat.exam_number, day))


def _check(seat: ExamSeat, result: Result) -> None:
    next_seat_state(seat.state, SeatStep.RECORD)
    if result.score is not None and result.has_passed is None:
        raise SeatRefused(
            "A2",
            _("A score alone does not say whether the exam was passed."),
            reason="result_unclear",
            way_out=_("Choose passed or failed, as the score report says."),
        )


def result_of(seat: ExamSeat) -> Result:
    return Result(seat.score, seat.has_passed)


def retakes_of(session: Session, sitting: Sitting) -> Mapping[UUID, Retake]:
    """By seat: when those who failed may take the exam again (A4)."""
    terms = retake_terms(session, sitting.exam, day_of(sitting))
    failed = {
        seat.person_id: seat.id
        for seat in sitting.seats
        if seat.state is SeatState.STARTED and seat.has_passed is False
    }
    if terms is None or not failed:
        return {}
    with whole_institution(session) as wide:
        attempts = attempts_at(wide, failed, sitting.exam_number)
    retakes = (
        (failed[person_id], retake_after(tried, sitting.time_zone, terms))
        for person_id, tried in attempts.items()
    )
    return {seat_id: retake for seat_id, retake in retakes if retake is not None}
