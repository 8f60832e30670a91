"""The life of a seat in a sitting (A2): reserved, then consumed or given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from vlms.academy.errors import SeatRefused
from vlms.core.text import Text, _


class SeatState(StrEnum):
    """Reserved when scheduled; started: consumed for good, unless reversed; else given back."""

    RESERVED = "reserved"
    STARTED = "started"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


class SeatStep(StrEnum):
    """What is done with a seat; correcting and moving leave it reserved."""

    CORRECT = "correct"
    MOVE = "move"
    START = "start"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    RECORD = "record"
    REVERSE = "reverse"


class SeatOutcome(StrEnum):
    """What has become of a candidate's exam, as they are told it."""

    COMING = "coming"
    AWAITED = "awaited"
    PASSED = "passed"
    FAILED = "failed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


OPEN = frozenset({SeatState.RESERVED, SeatState.STARTED})
_UNSTARTED = {
    SeatState.RESERVED: SeatOutcome.COMING,
    SeatState.NO_SHOW: SeatOutcome.NO_SHOW,
    SeatState.CANCELLED: SeatOutcome.CANCELLED,
    SeatState.REVERSED: SeatOutcome.REVERSED,
}

NEXT = {
    (SeatState.RESERVED, SeatStep.CORRECT): SeatState.RESERVED,
    (SeatState.RESERVED, SeatStep.MOVE): SeatState.RESERVED,
    (SeatState.RESERVED, SeatStep.START): SeatState.STARTED,
    (SeatState.RESERVED, SeatStep.NO_SHOW): SeatState.NO_SHOW,
    (SeatState.RESERVED, SeatStep.CANCEL): SeatState.CANCELLED,
    (SeatState.STARTED, SeatStep.RECORD): SeatState.STARTED,
    (SeatState.STARTED, SeatStep.REVERSE): SeatState.REVERSED,
}

_WHY: dict[SeatState, tuple[Text, Text]] = {
    SeatState.RESERVED: (
        _("The exam of this seat has not been started."),
        _("Start it first, or record a no-show or cancel the seat; it is then given back."),
    ),
    SeatState.STARTED: (
        _("The exam was started, and has been consumed from the quota."),
        _("If it was started by mistake, reverse it with the reason."),
    ),
    SeatState.NO_SHOW: (
        _("The candidate did not come, and the exam went back to the quota."),
        _("Schedule them again."),
    ),
    SeatState.CANCELLED: (
        _("The seat was cancelled, and the exam went back to the quota."),
        _("Schedule the candidate again."),
    ),
    SeatState.REVERSED: (
        _("The start was reversed, and the exam went back to the quota."),
        _("Schedule the candidate again."),
    ),
}


def next_seat_state(state: SeatState, step: SeatStep) -> SeatState:
    """The state after a step (A2). Raises SeatRefused with the way out."""
    following = NEXT.get((state, step))
    if following is None:
        sentence, way_out = _WHY[state]
        raise SeatRefused(
            "A2",
            sentence,
            reason="seat_step_refused",
            way_out=way_out,
            facts={"state": state.value, "step": step.value},
        )
    return following


def outcome_of(state: SeatState, has_passed: bool | None) -> SeatOutcome:
    """A started exam is passed or failed, or its result is awaited (None)."""
    if state is not SeatState.STARTED:
        return _UNSTARTED[state]
    if has_passed is None:
        return SeatOutcome.AWAITED
    return SeatOutcome.PASSED if has_passed else SeatOutcome.FAILED


@dataclass(frozen=True)
class DeliveryTerms:
    """Days after a sitting within which its start is recorded, and a start is reversed."""

    record_days: int
    reversal_days: int


def check_may_start(sitting_day: date, today: date, terms: DeliveryTerms) -> None:
    """A start is recorded on the sitting's day, or within `record_days` after it.

    The days are the school's. Raises SeatRefused.
    """
    if today < sitting_day:
        raise SeatRefused(
            "A2",
            _("The sitting is on %(day)s; no exam of it starts before.", day=sitting_day),
            reason="sitting_not_begun",
            way_out=_("Wait for its day, or move the sitting."),
        )
    last_day = sitting_day + timedelta(days=terms.record_days)
    if today > last_day:
        raise SeatRefused(
            "A2",
            _(
                "The sitting was on %(day)s; its starts were recorded until %(last)s.",
                day=sitting_day,
                last=last_day,
            ),
            reason="sitting_over",
            way_out=_("Record a no-show; what was not started goes back to the quota."),
        )


def check_no_show(starts_at: datetime, now: datetime) -> None:
    """Nobody is missed before the sitting begins. Raises SeatRefused."""
    if now < starts_at:
        raise SeatRefused(
            "A2",
            _("The sitting has not begun, so nobody has missed it."),
            reason="no_show_too_early",
            way_out=_("Cancel the seat if the candidate will not come."),
        )


def check_may_reverse(
    started_on: date, today: date, terms: DeliveryTerms, *, has_result: bool
) -> None:
    """A start is reversed within `reversal_days` of its day, and without a result.

    Raises SeatRefused.
    """
    last_day = started_on + timedelta(days=terms.reversal_days)
    if today > last_day:
        raise SeatRefused(
            "A2",
            _(
                "The exam was started on %(day)s; it could be reversed until %(last)s.",
                day=started_on,
                last=last_day,
            ),
            reason="reversal_late",
            way_out=_("It stays consumed. The retake is another exam."),
        )
    if has_result:
        raise SeatRefused(
            "A2",
            _("The exam has a result, so it was delivered."),
            reason="reversal_has_result",
            way_out=_("If the result belongs to somebody else, take it away first."),
        )


def started_at(starts_at: datetime, sitting_day: date, now: datetime, today: date) -> datetime:
    """When an exam counts as started: now; of what is recorded later, the sitting's moment."""
    return now if today == sitting_day else starts_at
