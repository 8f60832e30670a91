"""What a row of a provider's report does to a code, seen how the code stands (C3, C6).

What happened counts by when it happened: rows may come late, twice and in any order. What is
recorded already is the same; what something later has overtaken changes nothing any more; what
contradicts the records is left to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vlms.codes.rules.appointment import AppointmentTerms, cancel_outcome
from vlms.codes.rules.lifecycle import TERMINAL, State, Step
from vlms.giving.rules.report_rows import ToldRow
from vlms.giving.rules.report_standing import (
    OVERTAKEN,
    SAME,
    Act,
    Appointment,
    Kind,
    Standing,
    Verdict,
)
from vlms.giving.rules.report_words import Fate, Happening, Why

CANCELS = frozenset({Step.CANCEL_IN_TIME, Step.LATE_CANCEL, Step.PROVIDER_CANCEL})


@dataclass(frozen=True)
class How:
    """When a row is judged, and by which figures of C3."""

    now: datetime
    terms: AppointmentTerms


def judge(told: ToldRow, standing: Standing, now: datetime, terms: AppointmentTerms) -> Verdict:
    """What the row does to a code that stands so."""
    if standing.state is State.VOID:
        return _wait(Why.VOID)
    if standing.state in (State.AVAILABLE, State.RESERVED):
        return _wait(Why.NOT_ASSIGNED)
    verdict = _JUDGES[told.happening](told, standing, How(now, terms))
    if verdict.fate is not Fate.CHANGED:
        return verdict
    if now - told.happened_at > terms.record_within:
        return _wait(Why.TOO_OLD)
    if standing.since is not None and told.happened_at < standing.since:
        return _wait(Why.BEFORE_ASSIGNMENT)
    starts = [act.starts_at for act in verdict.acts if act.starts_at is not None]
    if any(start >= standing.expires_at for start in starts):
        return _wait(Why.AFTER_EXPIRY)
    return verdict


def _booked(told: ToldRow, standing: Standing, _how: How) -> Verdict:
    """Registered, or moved to the row's appointment."""
    assert told.exam is not None
    assert told.starts_at is not None
    for one in standing.appointments:
        is_there = (one.exam, one.starts_at) == (told.exam, told.starts_at)
        if is_there and (one.ended_at is None or one.ended_at >= told.happened_at):
            return SAME
    if standing.appointments and told.happened_at <= (standing.last_at or told.happened_at):
        return OVERTAKEN
    if standing.open is not None:
        is_moved = told.happening is Happening.MOVED and standing.open.exam == told.exam
        return _do(_move(told.starts_at, told.happened_at)) if is_moved else _wait(_OTHER)
    if standing.state in TERMINAL:
        return _wait(Why.CONTRADICTS)
    return _do(_register(told.exam, told.starts_at, told.happened_at))


def _cancelled(told: ToldRow, standing: Standing, how: How) -> Verdict:
    known = _appointment(told, standing)
    if known is not None and known.ended is not None:
        agrees = known.ended in CANCELS and _loses(_cancel(told, known, how)) == _loses(known.ended)
        return SAME if agrees else _wait(Why.CONTRADICTS)
    if known is not None:
        if told.happened_at < known.told_at:
            return OVERTAKEN
        return _do(_end(_cancel(told, known, how), told.happened_at))
    if standing.appointments and told.happened_at <= (standing.last_at or told.happened_at):
        return OVERTAKEN
    if standing.open is not None:
        return _wait(_OTHER)
    if standing.state in TERMINAL:
        return _wait(Why.CONTRADICTS)
    return _cancelled_unknown(told, standing, how)


def _cancelled_unknown(told: ToldRow, standing: Standing, how: How) -> Verdict:
    """An appointment that nobody told of: given back in time it leaves the code as it is."""
    if told.starts_at is None or told.exam is None:
        return SAME
    booked_at = _unsaid(standing, how)
    step = _cancel(told, Appointment(told.exam, told.starts_at, booked_at), how)
    if not _loses(step):
        return SAME
    return _do(_register(told.exam, told.starts_at, booked_at), _end(step, told.happened_at))


def _missed(told: ToldRow, standing: Standing, how: How) -> Verdict:
    known = _appointment(told, standing)
    if known is not None and known.ended is not None:
        return SAME if known.ended is Step.NO_SHOW else _wait(Why.CONTRADICTS)
    return _ended(told, standing, how, Step.NO_SHOW)


def _delivered(told: ToldRow, standing: Standing, how: How) -> Verdict:
    used, result = standing.used, (told.result, told.score)
    if used is not None:
        if told.exam not in (None, used.exam):
            return _wait(Why.CONTRADICTS)
        return _scored(told, standing)
    known = _appointment(told, standing)
    if known is not None and known.ended is not None:
        return _wait(Why.CONTRADICTS)
    verdict = _ended(told, standing, how, Step.START_EXAM)
    if verdict.fate is not Fate.CHANGED or result == (None, None):
        return verdict
    return _do(*verdict.acts, Act(Kind.RESULT, told.happened_at, result=result))


def _scored(told: ToldRow, standing: Standing) -> Verdict:
    """The exam is known to have been taken: only its result may be new."""
    kept, said = standing.result, (told.result, told.score)
    merged = (said[0] or kept[0], said[1] or kept[1])
    if merged == kept:
        return SAME
    differs = any(old and new and old != new for old, new in zip(kept, said, strict=True))
    if differs:
        return _wait(Why.CONTRADICTS)
    return _do(Act(Kind.RESULT, told.happened_at, result=merged))


def _ended(told: ToldRow, standing: Standing, how: How, step: Step) -> Verdict:
    """An appointment was missed or its exam begun; what led there may never have been told."""
    end = _end(step, told.happened_at, told)
    if standing.open is not None:
        return _ended_open(told, standing.open, end, how)
    if standing.state in TERMINAL:
        return _wait(Why.CONTRADICTS)
    starts_at = told.starts_at or (told.happened_at if step is Step.START_EXAM else None)
    if told.exam is None or starts_at is None:
        return _wait(_OTHER)
    return _do(_register(told.exam, starts_at, _unsaid(standing, how)), end)


def _ended_open(told: ToldRow, known: Appointment, end: Act, how: How) -> Verdict:
    if told.exam not in (None, known.exam):
        return _wait(_OTHER)
    if told.happened_at < known.told_at:
        return _wait(Why.CONTRADICTS)
    if told.starts_at is not None and told.starts_at != known.starts_at:
        return _do(_move(told.starts_at, known.told_at), end)
    is_start = end.step is Step.START_EXAM
    earliest = known.starts_at - (how.terms.starts_early_by if is_start else timedelta(0))
    return _wait(_OTHER) if told.happened_at < earliest else _do(end)


def _appointment(told: ToldRow, standing: Standing) -> Appointment | None:
    """The appointment that the row is about: of those that fit, the last made before it."""
    fitting = [
        one
        for one in standing.appointments
        if told.exam in (None, one.exam) and told.starts_at in (None, one.starts_at)
    ]
    before = [one for one in fitting if one.told_at <= told.happened_at]
    found = before or fitting
    return found[-1] if found else None


def _cancel(told: ToldRow, known: Appointment, how: How) -> Step:
    by_provider = told.happening is Happening.CANCELLED_BY_PROVIDER
    return cancel_outcome(known.starts_at, told.happened_at, how.terms, by_provider=by_provider)


def _loses(step: Step) -> bool:
    return step is Step.LATE_CANCEL


def _unsaid(standing: Standing, how: How) -> datetime:
    """When a booking that nobody told of counts as made: after all that is recorded before."""
    earliest = how.now - how.terms.record_within
    return max(filter(None, (standing.last_at, standing.since, earliest)))


def _do(*acts: Act) -> Verdict:
    return Verdict(Fate.CHANGED, acts)


def _wait(why: Why) -> Verdict:
    return Verdict(Fate.QUEUED, why=why)


def _register(exam: str, starts_at: datetime, at: datetime) -> Act:
    return Act(Kind.REGISTER, at, exam, starts_at)


def _move(starts_at: datetime, at: datetime) -> Act:
    return Act(Kind.MOVE, at, starts_at=starts_at)


def _end(step: Step, at: datetime, told: ToldRow | None = None) -> Act:
    starts_at = at if told is not None and step is Step.START_EXAM else None
    return Act(Kind.END, at, starts_at=starts_at, step=step)


_OTHER = Why.OTHER_APPOINTMENT
_Judge = Callable[[ToldRow, Standing, How], Verdict]
_JUDGES: dict[Happening, _Judge] = {
    Happening.REGISTERED: _booked,
    Happening.MOVED: _booked,
    Happening.CANCELLED: _cancelled,
    Happening.CANCELLED_BY_PROVIDER: _cancelled,
    Happening.NO_SHOW: _missed,
    Happening.DELIVERED: _delivered,
}
