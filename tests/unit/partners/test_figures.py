"""A month's sum is that of the anniversary year in which it lies, whatever was paid since (K3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vlms.core.term import add_months
from vlms.partners.rules.figures import anniversary_sum, anniversary_until

# Five hundred in each month from October 2025 to September 2027.
MONTHS = {add_months(date(2025, 10, 1), n): Decimal(500) for n in range(24)}
BEFORE, PAID = date(2026, 11, 12), date(2027, 11, 12)
LEAP = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("anniversary", "month", "total"),
    [
        # The year from November 2025 to October 2026, before and after its renewal was paid.
        (BEFORE, date(2026, 10, 1), 6000),
        (PAID, date(2026, 10, 1), 6000),
        (BEFORE, date(2026, 1, 1), 1500),
        (PAID, date(2026, 1, 1), 1500),
        # Its first month is of the year that begins in it, the month before is not.
        (BEFORE, date(2025, 11, 1), 500),
        (PAID, date(2025, 11, 1), 500),
        (PAID, date(2025, 10, 1), 500),
        # The month of the anniversary itself begins the next year, also while nobody has paid.
        (BEFORE, date(2026, 11, 1), 500),
        (PAID, date(2026, 11, 1), 500),
        (BEFORE, date(2026, 12, 1), 1000),
        (PAID, date(2027, 9, 1), 5500),
        # Two renewals later it is still the same.
        (date(2028, 11, 12), date(2026, 10, 1), 6000),
        (LEAP, date(2026, 2, 1), 500),
        (LEAP, date(2026, 1, 1), 2000),
    ],
)
def test_a_month_keeps_its_sum_when_the_anniversary_moves_on(
    anniversary: date, month: date, total: int
) -> None:
    assert anniversary_until(MONTHS, anniversary, month) == total


def test_the_next_anniversary_alone_would_lose_what_came_before_it() -> None:
    month = date(2026, 10, 1)
    assert anniversary_sum(MONTHS, BEFORE, month) == 6000
    assert anniversary_sum(MONTHS, PAID, month) == 0
