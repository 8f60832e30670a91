"""A month as weeks, and what an address may ask for."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.planning.rules.months import month_of, months_from, weeks_of

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("0000-01", date(2026, 11, 1)),
        ("9999-12", date(2026, 11, 1)),
        ("2026-1", date(2026, 11, 1)),
        ("２０２６-01", date(2026, 11, 1)),
        ("junk", date(2026, 11, 1)),
        (None, date(2026, 11, 1)),
    ],
)
def test_an_address_that_names_no_month_shows_this_one(text: str | None, expected: date) -> None:
    assert month_of(text, TODAY) == expected


@pytest.mark.parametrize(("first", "begins"), [(6, date(2026, 11, 1)), (0, date(2026, 10, 26))])
def test_weeks_begin_as_the_language_has_it(first: int, begins: date) -> None:
    weeks = weeks_of(date(2026, 11, 1), first)
    assert weeks[0][0] == begins
    assert all(len(week) == 7 for week in weeks)


def test_months_run_over_the_year() -> None:
    found = months_from(date(2026, 11, 1), 3)
    assert found == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
