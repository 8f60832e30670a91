"""When the renewal of a certification begins, and when its holder is told of it (R1, R2, R5)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.certifications.rules.activity import Life, first_renewal, tells_on
from vlms.certifications.terms import renewal_terms

LAST = date(2026, 8, 31)
DAYS = {
    "always there": (Life(), date(2026, 2, 28)),
    "old enough": (Life(date(2025, 8, 27)), date(2026, 2, 28)),
    "too new when the window opens": (Life(date(2025, 9, 1)), date(2026, 3, 2)),
    "too new until it lapses": (Life(date(2026, 2, 28)), date(2026, 8, 29)),
    "too new for ever": (Life(date(2026, 3, 1)), None),
    "retired before the window": (Life(None, date(2026, 2, 27)), None),
    "retired on its first day": (Life(None, date(2026, 2, 28)), date(2026, 2, 28)),
}


@pytest.mark.parametrize("case", list(DAYS))
def test_the_first_day_is_that_of_the_window_or_the_one_on_which_it_is_old_enough(
    case: str,
) -> None:
    life, first = DAYS[case]
    assert first_renewal(LAST, life, renewal_terms(date(2026, 1, 1)).terms) == first


TOLD = {
    "before the window": (Life(), "2026-01-01", "2026-02-28"),
    "on its first day": (Life(), "2026-02-28", "2026-02-28"),
    "later, who was not told then": (Life(), "2026-05-01", "2026-05-01"),
    "on the last day": (Life(), "2026-08-31", "2026-08-31"),
    "lapsed": (Life(), "2026-09-01", None),
    "once it is old enough": (Life(date(2025, 9, 1)), "2026-03-01", "2026-03-02"),
    "never, too new": (Life(date(2026, 3, 1)), "2026-03-01", None),
    "on the day it retires": (Life(None, date(2026, 5, 1)), "2026-05-01", "2026-05-01"),
    "never, retired since": (Life(None, date(2026, 5, 1)), "2026-05-02", None),
}


@pytest.mark.parametrize("case", list(TOLD))
def test_who_was_not_told_yet_is_told_on_the_first_day_that_is_left_r5(case: str) -> None:
    life, today, told = TOLD[case]
    day = date.fromisoformat(today)
    found = tells_on(LAST, life, renewal_terms(date(2026, 1, 1)).terms, day)
    assert found == (date.fromisoformat(told) if told else None)
