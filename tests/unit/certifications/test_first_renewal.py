"""When the renewal of a certification begins, as its calendar tells it (R1, R2)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.certifications.rules.activity import Life, first_renewal
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
