from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.codes.errors import AppointmentRefused
from vlms.codes.rules.appointment import (
    AppointmentTerms,
    cancel_outcome,
    check_appointment,
    check_no_show,
    check_recording,
    check_start,
    free_cancel_until,
)
from vlms.codes.rules.lifecycle import Step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
TERMS = AppointmentTerms(free_cancel_before=24 * HOUR, record_within=timedelta(days=30))


def test_an_exam_starts_before_the_code_expires_and_before_it_retires() -> None:
    start = NOW + timedelta(days=7)
    check_appointment(start, NOW, start + SECOND)
    check_appointment(start, NOW, start + SECOND, start + SECOND)


@pytest.mark.parametrize(
    ("starts", "expires", "retires", "reason"),
    [
        (0, 10, None, "appointment_past"),
        (-1, 10, None, "appointment_past"),
        (10, 10, None, "appointment_after_expiry"),
        (11, 10, None, "appointment_after_expiry"),
        (5, 10, 5, "appointment_after_retirement"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(
    starts: int, expires: int, retires: int | None, reason: str
) -> None:
    with pytest.raises(AppointmentRefused) as caught:
        check_appointment(
            NOW + starts * HOUR,
            NOW,
            NOW + expires * HOUR,
            None if retires is None else NOW + retires * HOUR,
        )
    refusal = caught.value
    assert (refusal.reason, refusal.rule, refusal.field) == (reason, "C3", "starts_at")
    assert refusal.way_out


@pytest.mark.parametrize(
    ("notice", "by_provider", "step"),
    [
        (24 * HOUR, False, Step.CANCEL_IN_TIME),
        (24 * HOUR + SECOND, False, Step.CANCEL_IN_TIME),
        (24 * HOUR - SECOND, False, Step.LATE_CANCEL),
        (-HOUR, False, Step.LATE_CANCEL),
        (HOUR, True, Step.PROVIDER_CANCEL),
        (-HOUR, True, Step.PROVIDER_CANCEL),
    ],
)
def test_a_cancellation_keeps_or_forfeits_the_code(
    notice: timedelta, by_provider: bool, step: Step
) -> None:
    assert cancel_outcome(NOW, NOW - notice, TERMS, by_provider=by_provider) is step


@pytest.mark.parametrize(
    ("cancelled", "step"), [((8, 0), Step.CANCEL_IN_TIME), ((8, 1), Step.LATE_CANCEL)]
)
def test_the_day_on_which_clocks_go_forward_has_an_hour_less(
    cancelled: tuple[int, int], step: Step
) -> None:
    """By the wall clock 8:01 would be 24 hours and 59 minutes before 9:00 of the next day."""
    zone = ZoneInfo("America/Los_Angeles")
    starts_at = datetime(2026, 3, 8, 9, tzinfo=zone)
    cancelled_at = datetime(2026, 3, 7, *cancelled, tzinfo=zone)
    assert cancel_outcome(starts_at, cancelled_at, TERMS, by_provider=False) is step
    assert free_cancel_until(starts_at, TERMS) == datetime(2026, 3, 7, 16, tzinfo=UTC)


@given(st.timedeltas(timedelta(days=-60), timedelta(days=60)))
def test_the_last_free_instant_agrees_with_the_outcome(notice: timedelta) -> None:
    at = NOW - notice
    free = cancel_outcome(NOW, at, TERMS, by_provider=False) is Step.CANCEL_IN_TIME
    assert free == (at <= free_cancel_until(NOW, TERMS))


def test_what_happened_is_recorded_up_to_thirty_days_later() -> None:
    check_recording(NOW, NOW, TERMS)
    check_recording(NOW - TERMS.record_within, NOW, TERMS, NOW - TERMS.record_within)


@pytest.mark.parametrize(
    ("ago", "previous", "reason"),
    [
        (-SECOND, None, "happened_in_future"),
        (timedelta(days=30, seconds=1), None, "happened_too_long_ago"),
        (HOUR, HOUR - SECOND, "happened_out_of_order"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    ago: timedelta, previous: timedelta | None, reason: str
) -> None:
    with pytest.raises(AppointmentRefused) as caught:
        check_recording(NOW - ago, NOW, TERMS, None if previous is None else NOW - previous)
    assert (caught.value.reason, caught.value.field) == (reason, "happened_at")


def test_the_recording_limit_is_the_setting_that_was_passed() -> None:
    with pytest.raises(AppointmentRefused, match="more than 7 days"):
        check_recording(
            NOW - timedelta(days=8), NOW, AppointmentTerms(record_within=timedelta(days=7))
        )


def test_nobody_misses_an_exam_before_it_starts() -> None:
    check_no_show(NOW, NOW)
    with pytest.raises(AppointmentRefused, match="before it has started"):
        check_no_show(NOW, NOW - SECOND)


@pytest.mark.parametrize("naive_first", [True, False])
def test_instants_without_a_zone_are_an_error(naive_first: bool) -> None:
    pair = (datetime(2026, 3, 2, 9), NOW) if naive_first else (NOW, datetime(2026, 3, 2, 9))
    with pytest.raises(ValueError, match="zone"):
        cancel_outcome(*pair, TERMS, by_provider=False)


def test_an_exam_starts_at_most_an_hour_before_its_appointment() -> None:
    check_start(NOW, NOW, TERMS)
    check_start(NOW, NOW - HOUR, TERMS)
    with pytest.raises(AppointmentRefused) as refused:
        check_start(NOW, NOW - HOUR - SECOND, TERMS)
    assert refused.value.reason == "start_too_early"
