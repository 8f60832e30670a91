"""What is left over at the present pace: examples, and what always holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.academy.rules.pace import Counter, Stage, foresee

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 10)  # 100 days


@pytest.mark.parametrize(
    ("used", "reserved", "today", "by_pace", "left_over", "stage"),
    [
        # 20 in 50 days: 20 more in the other 50.
        (20, 0, date(2026, 2, 19), 20, 60, Stage.RUNNING),
        # More is reserved than the pace gives.
        (20, 35, date(2026, 2, 19), 20, 45, Stage.RUNNING),
        # Faster than the pack is large: never more than there is.
        (80, 0, date(2026, 1, 10), 20, 0, Stage.RUNNING),
        # 7 in 30 days: 16.33 more in 70 days, rounded down.
        (7, 0, date(2026, 1, 30), 16, 77, Stage.RUNNING),
        # Before the first day only what is reserved is known.
        (0, 12, date(2025, 12, 1), 0, 88, Stage.NOT_BEGUN),
        # On the last day nothing more is expected: what is reserved was not started.
        (40, 0, LAST, 0, 60, Stage.RUNNING),
        (40, 5, date(2026, 5, 1), 0, 60, Stage.OVER),
    ],
)
def test_what_is_left_over_by_example(
    used: int, reserved: int, today: date, by_pace: int, left_over: int, stage: Stage
) -> None:
    found = foresee(Counter(100, used, reserved, FIRST, LAST), today)
    assert (found.by_pace, found.left_over, found.stage) == (by_pace, left_over, stage)


def test_the_exams_a_week_that_use_all_are_rounded_up() -> None:
    found = foresee(Counter(100, 20, 0, FIRST, LAST), date(2026, 2, 19))
    assert found.needed_a_week == 12  # 80 in 50 days are 11.2 a week
    assert foresee(Counter(100, 20, 0, FIRST, LAST), LAST).needed_a_week is None


@st.composite
def _counters(draw: st.DrawFn) -> Counter:
    size = draw(st.integers(0, 500))
    used = draw(st.integers(0, size))
    reserved = draw(st.integers(0, size - used))
    days = draw(st.integers(0, 400))
    return Counter(size, used, reserved, FIRST, FIRST + timedelta(days=days))


@settings(max_examples=150)
@given(_counters(), st.integers(-30, 450))
def test_the_numbers_of_a_reckoning_add_up(counter: Counter, days: int) -> None:
    today = FIRST + timedelta(days=days)
    found = foresee(counter, today)
    assert counter.used + found.expected + found.left_over == counter.size
    assert found.left_over >= 0
    assert found.expected >= 0
    assert found.days_gone + found.days_left == (counter.last_day - counter.first_day).days + 1
    if found.days_left:
        assert found.left_over <= counter.size - counter.used - counter.reserved
