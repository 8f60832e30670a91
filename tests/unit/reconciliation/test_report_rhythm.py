"""Which days a saved report covers, and when it comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from vlms.reconciliation.rules.rhythm import MONTHLY, WEEKLY, days_before, next_start


@pytest.mark.parametrize(
    ("rhythm", "today", "first", "last"),
    [
        (MONTHLY, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (MONTHLY, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        (WEEKLY, date(2026, 3, 2), date(2026, 2, 23), date(2026, 3, 1)),
        (WEEKLY, date(2026, 3, 8), date(2026, 2, 23), date(2026, 3, 1)),
    ],
)
def test_the_last_whole_one(rhythm: str, today: date, first: date, last: date) -> None:
    assert days_before(rhythm, today) == (first, last)


@pytest.mark.parametrize(
    ("rhythm", "next_at"),
    [
        (MONTHLY, datetime(2026, 3, 31, 16, tzinfo=UTC)),
        (WEEKLY, datetime(2026, 3, 8, 16, tzinfo=UTC)),
    ],
)
def test_the_next_one_begins_where_the_organisation_is(rhythm: str, next_at: datetime) -> None:
    assert next_start(rhythm, date(2026, 3, 2), "Asia/Taipei") == next_at
