"""A3: the days of a grant."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.academy.rules.grant_term import grant_term

FIRST, LAST = date(2025, 7, 1), date(2028, 6, 30)


@pytest.mark.parametrize(
    ("processed_on", "expected"),
    [
        (date(2025, 7, 1), (date(2025, 7, 1), date(2026, 6, 30))),
        (date(2028, 2, 29), (date(2028, 2, 29), LAST)),
        (date(2026, 2, 28), (date(2026, 2, 28), date(2027, 2, 27))),
        # Before the agreement nothing is usable (O1); the months count from its first day.
        (date(2025, 5, 1), (FIRST, date(2026, 6, 30))),
        (LAST, (LAST, LAST)),
        (date(2028, 7, 1), None),
    ],
)
def test_a_grant_lasts_twelve_months_or_until_the_agreement_ends(
    processed_on: date, expected: tuple[date, date] | None
) -> None:
    assert grant_term(processed_on, FIRST, LAST) == expected
