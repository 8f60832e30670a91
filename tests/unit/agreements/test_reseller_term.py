"""Who takes on an agreement from which day until which (O4)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.agreements.rules.reseller_term import (
    Change,
    ResellerTerm,
    check_first_day,
    reseller_terms,
)
from vlms.core.errors import BadInput
from vlms.core.term import ONE_DAY

FIRST, LAST = date(2025, 7, 1), date(2026, 6, 30)


def test_without_a_change_one_reseller_has_the_whole_term() -> None:
    assert reseller_terms(FIRST, LAST, "Litware", []) == [ResellerTerm("Litware", FIRST, LAST)]


def test_each_change_begins_a_part_on_its_day() -> None:
    changes = [
        Change(date(2025, 10, 1), "Litware", "Fabrikam"),
        Change(date(2026, 1, 1), "Fabrikam", None),
    ]
    assert reseller_terms(FIRST, LAST, None, changes) == [
        ResellerTerm("Litware", FIRST, date(2025, 9, 30)),
        ResellerTerm("Fabrikam", date(2025, 10, 1), date(2025, 12, 31)),
        ResellerTerm(None, date(2026, 1, 1), LAST),
    ]


def test_a_change_before_the_agreement_leaves_the_former_no_day() -> None:
    changes = [Change(date(2025, 6, 1), "Litware", "Fabrikam")]
    assert reseller_terms(FIRST, LAST, "Fabrikam", changes) == [
        ResellerTerm("Fabrikam", FIRST, LAST)
    ]


@settings(max_examples=100)
@given(st.sets(st.integers(0, 364), max_size=6))
def test_the_parts_cover_every_day_once(offsets: set[int]) -> None:
    days = [FIRST + ONE_DAY * offset for offset in sorted(offsets)]
    changes = [Change(day, "before", f"from {day}") for day in days]
    parts = reseller_terms(FIRST, LAST, "before", changes)
    covered = [
        part.first_day + ONE_DAY * number
        for part in parts
        for number in range((part.last_day - part.first_day).days + 1)
    ]
    assert covered == [FIRST + ONE_DAY * number for number in range((LAST - FIRST).days + 1)]


@pytest.mark.parametrize(
    ("day", "reason"),
    [(date(2026, 1, 31), "day_passed"), (date(2026, 7, 1), "after_the_agreement")],
)
def test_a_day_that_passed_or_is_after_the_end_is_refused(day: date, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_first_day(day, date(2026, 2, 1), LAST)
    assert refused.value.reason == reason


@pytest.mark.parametrize("day", [date(2026, 2, 1), LAST])
def test_today_and_the_last_day_are_taken(day: date) -> None:
    check_first_day(day, date(2026, 2, 1), LAST)
