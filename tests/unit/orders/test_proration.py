from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.core.errors import BadInput
from vlms.core.term import add_months
from vlms.orders.rules.proration import (
    has_twelve_months,
    last_start_with,
    line_start,
    period_until,
)

DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))
few = settings(max_examples=50)
FOUR_YEARS = [date(2024, 1, 1) + timedelta(days=n) for n in range(1461)]


def months_by_another_hand(start: date, end: date) -> int:
    """P1 word by word, on dateutil: the largest m that still fits."""
    months = 0
    while start + relativedelta(months=months + 1) <= end + timedelta(days=1):
        months += 1
    return months


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 10, 15), date(2025, 6, 30), 8),
        (date(2024, 10, 1), date(2025, 6, 30), 9),
        (date(2024, 7, 15), date(2025, 7, 14), 12),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 31), date(2025, 2, 27), 1),
        (date(2025, 1, 31), date(2025, 2, 26), 0),
        (date(2024, 2, 29), date(2025, 2, 27), 12),
        (date(2024, 2, 29), date(2025, 2, 26), 11),
        (date(2025, 6, 1), date(2025, 6, 30), 1),
        (date(2025, 6, 2), date(2025, 6, 30), 0),
        (date(2025, 6, 30), date(2025, 6, 30), 0),
    ],
)
def test_the_worked_examples_of_months_come_out(start: date, end: date, months: int) -> None:
    assert period_until(start, end, cap_months=12).months == months


def test_every_order_day_of_four_years_has_the_months_that_another_hand_counts() -> None:
    ends = [date(2028, 2, 29), date(2026, 2, 28)]
    for start in FOUR_YEARS:
        for end in ends:
            uncapped = period_until(start, end, cap_months=None)
            assert uncapped.months == months_by_another_hand(start, end), (start, end)
            capped = period_until(start, end, cap_months=12)
            assert capped.months == min(12, uncapped.months), (start, end)


def test_every_twelve_month_line_of_four_years_ends_the_day_before_twelve_months_on() -> None:
    for start in FOUR_YEARS:
        period = period_until(start, date(2040, 12, 31), cap_months=12)
        assert period.is_twelve_months
        assert period.end == start + relativedelta(months=12) - timedelta(days=1), start


def test_a_line_ordered_ahead_starts_on_the_first_day() -> None:
    assert line_start(date(2024, 5, 2), date(2024, 7, 1)) == date(2024, 7, 1)
    assert line_start(date(2024, 9, 2), date(2024, 7, 1)) == date(2024, 9, 2)


@pytest.mark.parametrize(
    ("cap_months", "asked", "months", "end", "is_twelve"),
    [
        (12, False, 12, date(2025, 9, 9), True),
        (12, True, 12, date(2025, 9, 9), True),
        (None, True, 12, date(2025, 9, 9), True),
        (None, False, 33, date(2027, 6, 30), False),
    ],
)
def test_cap_and_wish_decide_where_more_than_a_year_is_left(
    cap_months: int | None, asked: bool, months: int, end: date, is_twelve: bool
) -> None:
    period = period_until(
        date(2024, 9, 10), date(2027, 6, 30), cap_months=cap_months, twelve_months=asked
    )
    assert (period.months, period.end, period.is_twelve_months) == (months, end, is_twelve)


@pytest.mark.parametrize("cap_months", [-1, 0, 6, 24])
def test_a_cap_is_twelve_or_none(cap_months: int) -> None:
    with pytest.raises(BadInput) as refusal:
        period_until(date(2024, 9, 10), date(2027, 6, 30), cap_months=cap_months)
    assert refusal.value.field == "cap_months"


@few
@given(DAYS, DAYS)
def test_a_later_start_never_has_more_months(start: date, end: date) -> None:
    today = period_until(start, end, cap_months=None).months
    assert period_until(start + timedelta(days=1), end, cap_months=None).months <= today


@few
@given(DAYS, DAYS)
def test_twelve_months_are_left_exactly_when_they_fit(start: date, end: date) -> None:
    fits = start + relativedelta(months=12) - timedelta(days=1) <= end
    assert has_twelve_months(start, end) == fits


@few
@given(DAYS, st.integers(1, 40), st.integers(0, 30))
def test_the_last_start_with_as_many_months_is_found(start: date, whole: int, days: int) -> None:
    end = add_months(start, whole) + timedelta(days=days - 1)
    months = period_until(start, end, cap_months=None).months
    last = last_start_with(months, start, end)
    assert period_until(last, end, cap_months=None).months == months
    assert period_until(last + timedelta(days=1), end, cap_months=None).months < months


def test_the_calendar_s_first_and_last_days_are_no_error() -> None:
    assert last_start_with(1, date(1, 1, 1), date(1, 1, 31)) == date(1, 1, 1)
    period = period_until(date(9998, 1, 1), date(9999, 12, 31), cap_months=None)
    assert period.months == 23
