"""What becomes of an appointment: cancelled, missed, or the exam started (C3).

What happened counts by when it happened, and may be recorded some days later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vlms.codes.errors import StepRefused
from vlms.codes.models import Code, Outcome, Registration
from vlms.codes.rules.appointment import (
    cancel_outcome,
    check_no_show,
    check_not_started,
    check_recording,
    check_start,
)
from vlms.codes.rules.lifecycle import NEXT, TERMINAL, Step
from vlms.codes.service.parties import check_actor, check_step
from vlms.codes.service.registering import appointment_terms, get_open_registration
from vlms.codes.service.transition import take_step
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work

OUTCOMES = {
    Step.CANCEL_IN_TIME: Outcome.CANCELLED_IN_TIME,
    Step.LATE_CANCEL: Outcome.CANCELLED_LATE,
    Step.PROVIDER_CANCEL: Outcome.CANCELLED_BY_PROVIDER,
    Step.NO_SHOW: Outcome.NO_SHOW,
    Step.START_EXAM: Outcome.USED,
}


def cancel(
    work: Work, code: Code, happened_at: datetime | None = None, *, accepts_loss: bool = False
) -> Registration:
    """Cancel the appointment: in time the code stays with its person, later it is lost (C3).

    Only who may record outcomes says that it happened earlier. Raises StepRefused with the
    reason `cancel_loses_code` unless a loss is accepted; AppointmentRefused, NotForThisParty.
    """
    check_step(work, code, Step.CANCEL_IN_TIME)
    if happened_at is not None:
        check_actor(work, code, Step.NO_SHOW)
    registration = get_open_registration(work, code)
    cancelled_at = happened_at or work.now
    check_not_started(registration.starts_at, cancelled_at)
    terms = appointment_terms(work)
    step = cancel_outcome(registration.starts_at, cancelled_at, terms, by_provider=False)
    if step is Step.LATE_CANCEL and not accepts_loss:
        raise _would_lose()
    return _end(work, code, registration, step, cancelled_at)


def record_provider_cancel(
    work: Work, code: Code, happened_at: datetime | None = None
) -> Registration:
    """The provider cancelled: the code stays with its person, at whatever hour (C3).

    Raises AppointmentRefused, NotForThisParty, StepRefused.
    """
    check_step(work, code, Step.PROVIDER_CANCEL)
    registration = get_open_registration(work, code)
    return _end(work, code, registration, Step.PROVIDER_CANCEL, happened_at or work.now)


def record_no_show(work: Work, code: Code, happened_at: datetime | None = None) -> Registration:
    """The person did not come: the code is forfeited; at the appointment's start, unless said.

    Raises AppointmentRefused, NotForThisParty, StepRefused.
    """
    check_step(work, code, Step.NO_SHOW)
    registration = get_open_registration(work, code)
    missed_at = happened_at or max(registration.starts_at, registration.recorded_at)
    check_no_show(registration.starts_at, missed_at)
    return _end(work, code, registration, Step.NO_SHOW, missed_at)


def record_start(work: Work, code: Code, started_at: datetime | None = None) -> Registration:
    """The exam started: the code is used; just now, unless said.

    Raises AppointmentRefused, NotForThisParty, StepRefused; also when the exam started only
    after the code had expired (C6).
    """
    started_at = started_at or work.now
    check_step(work, code, Step.START_EXAM, exam_starts_at=started_at)
    registration = get_open_registration(work, code)
    check_start(registration.starts_at, started_at, appointment_terms(work))
    return _end(work, code, registration, Step.START_EXAM, started_at)


def _end(
    work: Work, code: Code, registration: Registration, step: Step, happened_at: datetime
) -> Registration:
    check_recording(
        happened_at, work.now, appointment_terms(work), not_before=registration.recorded_at
    )
    work.does("registration.ended")
    starts_at = happened_at if step is Step.START_EXAM else registration.starts_at
    ended: dict[str, Any] = {}
    if NEXT[(code.state, step)] in TERMINAL:
        ended["ended_at"] = happened_at
    take_step(work, code, step, happened_at=happened_at, exam_starts_at=starts_at, **ended)
    registration.is_open = False
    registration.outcome = OUTCOMES[step]
    registration.outcome_at = happened_at
    registration.recorded_at = work.now
    work.flush()
    return registration


def _would_lose() -> StepRefused:
    return StepRefused(
        "C3",
        _("Less than 24 hours are left: cancelling now forfeits the voucher."),
        reason="cancel_loses_code",
        field="accepts_loss",
        way_out=_("Move the appointment instead, or say that the voucher may be lost."),
        ask=Topic.CODES,
    )
