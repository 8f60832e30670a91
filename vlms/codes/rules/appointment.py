"""Exam appointments of a code (C3): when one may be, and what a cancellation leads to.

What happened counts by when it happened. Every instant is aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vlms.codes.errors import AppointmentRefused
from vlms.codes.rules.instants import as_utc
from vlms.codes.rules.lifecycle import Step
from vlms.core.errors import Topic
from vlms.core.text import Text, _


@dataclass(frozen=True)
class AppointmentTerms:
    """C3's figures: how long before the start cancelling is free, how late one may record."""

    free_cancel_before: timedelta = timedelta(hours=24)
    record_within: timedelta = timedelta(days=30)
    # A test centre may let somebody begin early, on the day and within the hour.
    starts_early_by: timedelta = timedelta(hours=1)


def check_appointment(
    starts_at: datetime,
    booked_at: datetime,
    expires_at: datetime,
    exam_retires_at: datetime | None = None,
) -> None:
    """Whether an exam booked or moved at `booked_at` may start at `starts_at` (C3).

    Raises AppointmentRefused unless it starts later than that, before the code expires
    and before the exam retires. That a code registers once at a time is the states' matter.
    """
    start = as_utc(starts_at)
    if start <= as_utc(booked_at):
        raise _refused("appointment_past", _("The appointment would lie in the past."))
    if start >= as_utc(expires_at):
        raise _refused(
            "appointment_after_expiry",
            _("The appointment must start before the code expires."),
            _("Choose an earlier date; nobody here can extend a code."),
        )
    if exam_retires_at is not None and start >= as_utc(exam_retires_at):
        raise _refused(
            "appointment_after_retirement",
            _("The exam will be retired before this appointment."),
            _("Choose an earlier date, or another exam that the code is good for."),
        )


def cancel_outcome(
    starts_at: datetime, cancelled_at: datetime, terms: AppointmentTerms, *, by_provider: bool
) -> Step:
    """Which step a cancellation is (C3): the code stays with its person, or is forfeited."""
    if by_provider:
        return Step.PROVIDER_CANCEL
    notice = as_utc(starts_at) - as_utc(cancelled_at)
    return Step.CANCEL_IN_TIME if notice >= terms.free_cancel_before else Step.LATE_CANCEL


def free_cancel_until(starts_at: datetime, terms: AppointmentTerms) -> datetime:
    """The last instant, in UTC, at which the holder cancels without losing the code (C3)."""
    return as_utc(starts_at) - terms.free_cancel_before


def check_recording(
    happened_at: datetime,
    now: datetime,
    terms: AppointmentTerms,
    not_before: datetime | None = None,
) -> None:
    """Whether what happened at `happened_at` may be recorded now (C3).

    Raises AppointmentRefused for what lies in the future, lies longer back than
    `record_within`, or comes before `not_before`, the last thing recorded of this code.
    """
    happened = as_utc(happened_at)
    if happened > as_utc(now):
        raise _untimely("happened_in_future", _("This cannot have happened in the future."))
    if as_utc(now) - happened > terms.record_within:
        raise _untimely(
            "happened_too_long_ago",
            _(
                "This happened more than %(days)s days ago and can no longer be recorded.",
                days=terms.record_within.days,
            ),
        )
    if not_before is not None and happened < as_utc(not_before):
        raise _untimely(
            "happened_out_of_order",
            _("This cannot have happened before what is already recorded of the code."),
        )


def check_start(starts_at: datetime, started_at: datetime, terms: AppointmentTerms) -> None:
    """Raises AppointmentRefused for an exam that would have started before its appointment."""
    if as_utc(started_at) < as_utc(starts_at) - terms.starts_early_by:
        raise _untimely(
            "start_too_early", _("The exam cannot have started: its appointment is later.")
        )


def check_no_show(starts_at: datetime, happened_at: datetime) -> None:
    """Raises AppointmentRefused for a no-show before the appointment has started."""
    if as_utc(happened_at) < as_utc(starts_at):
        raise _untimely(
            "no_show_too_early", _("Nobody misses an appointment before it has started.")
        )


def check_not_started(starts_at: datetime, now: datetime) -> None:
    """Raises AppointmentRefused once it has begun: it is missed then, not moved or cancelled."""
    if as_utc(now) >= as_utc(starts_at):
        raise _refused(
            "appointment_started",
            _("The appointment has begun and can no longer be moved or cancelled."),
            _("Ask the exam desk to record what happened."),
        )


def _refused(reason: str, sentence: Text, way_out: Text | None = None) -> AppointmentRefused:
    return AppointmentRefused(
        "C3",
        sentence,
        reason=reason,
        field="starts_at",
        way_out=way_out or _("Choose a later date."),
        ask=Topic.CODES,
    )


def _untimely(reason: str, sentence: Text) -> AppointmentRefused:
    return AppointmentRefused(
        "C3",
        sentence,
        reason=reason,
        field="happened_at",
        way_out=_("Check the date and the time zone."),
        ask=Topic.EXAM_PROVIDER,
    )
