"""When somebody who was asked has not answered for so many days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vlms.accounts.rules.asking_again import asked_before

TAIPEI = "Asia/Taipei"
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "days", "first_too_late"),
    [
        # Asked on the third of March at any hour of Taipei counts on the tenth: seven days.
        (TAIPEI, 7, datetime(2026, 3, 3, 16, tzinfo=UTC)),
        (TAIPEI, 1, datetime(2026, 3, 9, 16, tzinfo=UTC)),
        (TAIPEI, 0, datetime(2026, 3, 10, 16, tzinfo=UTC)),
        ("UTC", 7, datetime(2026, 3, 4, tzinfo=UTC)),
        # Still the ninth there; the night of the eighth was an hour shorter.
        ("America/Los_Angeles", 1, datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("America/Los_Angeles", 2, datetime(2026, 3, 8, 8, tzinfo=UTC)),
    ],
)
def test_whole_days_of_the_zone_count(zone: str, days: int, first_too_late: datetime) -> None:
    assert asked_before(NOON, zone, days) == first_too_late


def test_the_day_of_asking_moves_with_midnight_and_not_with_the_hour() -> None:
    midnight = datetime(2026, 3, 10, 16, tzinfo=UTC)
    before = asked_before(midnight - timedelta(seconds=1), TAIPEI, 7)
    assert asked_before(midnight, TAIPEI, 7) - before == timedelta(days=1)
    assert asked_before(NOON, TAIPEI, 7) == before
