"""The life of a seat (A2): every state with every step, and the days of its steps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vlms.academy.delivery_terms import delivery_terms
from vlms.academy.errors import SeatRefused
from vlms.academy.rules.seat_state import (
    DeliveryTerms,
    SeatState,
    SeatStep,
    check_may_reverse,
    check_may_start,
    check_no_show,
    next_seat_state,
    started_at,
)

EXPECTED = {
    ("reserved", "correct"): "reserved",
    ("reserved", "move"): "reserved",
    ("reserved", "start"): "started",
    ("reserved", "no_show"): "no_show",
    ("reserved", "cancel"): "cancelled",
    ("started", "record"): "started",
    ("started", "reverse"): "reversed",
}
TERMS = DeliveryTerms(record_days=7, reversal_days=3)
DAY = date(2026, 3, 10)


@pytest.mark.parametrize("state", SeatState)
@pytest.mark.parametrize("step", SeatStep)
def test_every_step_of_every_state(state: SeatState, step: SeatStep) -> None:
    expected = EXPECTED.get((state.value, step.value))
    if expected is not None:
        assert next_seat_state(state, step).value == expected
        return
    with pytest.raises(SeatRefused) as refused:
        next_seat_state(state, step)
    assert refused.value.rule == "A2"
    assert refused.value.way_out
    assert refused.value.facts == {"state": state.value, "step": step.value}


@pytest.mark.parametrize(
    ("days", "reason"),
    [(-1, "sitting_not_begun"), (0, None), (7, None), (8, "sitting_over")],
)
def test_a_start_is_recorded_on_the_day_or_soon_after(days: int, reason: str | None) -> None:
    today = DAY + timedelta(days=days)
    if reason is None:
        check_may_start(DAY, today, TERMS)
        return
    with pytest.raises(SeatRefused) as refused:
        check_may_start(DAY, today, TERMS)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("days", "has_result", "reason"),
    [
        (0, False, None),
        (3, False, None),
        (4, False, "reversal_late"),
        (0, True, "reversal_has_result"),
        (4, True, "reversal_late"),
    ],
)
def test_a_start_is_reversed_within_the_limit_and_without_a_result(
    days: int, has_result: bool, reason: str | None
) -> None:
    today = DAY + timedelta(days=days)
    if reason is None:
        check_may_reverse(DAY, today, TERMS, has_result=has_result)
        return
    with pytest.raises(SeatRefused) as refused:
        check_may_reverse(DAY, today, TERMS, has_result=has_result)
    assert refused.value.reason == reason


def test_nobody_is_missed_before_the_sitting_begins() -> None:
    starts_at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    check_no_show(starts_at, starts_at)
    with pytest.raises(SeatRefused):
        check_no_show(starts_at, starts_at - timedelta(seconds=1))


def test_what_is_recorded_later_started_with_its_sitting() -> None:
    starts_at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    late = starts_at + timedelta(days=2)
    assert started_at(starts_at, DAY, starts_at + timedelta(hours=1), DAY) > starts_at
    assert started_at(starts_at, DAY, late, late.date()) == starts_at


def test_the_limits_are_dated_data() -> None:
    assert delivery_terms(DAY) == DeliveryTerms(record_days=7, reversal_days=7)
