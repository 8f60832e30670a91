"""A past day is judged by the version of its time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vlms.core.versions import Version, in_force

FIRST = Version("1", None, "As it began.", 10)
SECOND = Version("2", date(2024, 2, 29), "From the leap day on.", 20)
THIRD = Version("3", date(2026, 1, 1), "From 2026 on.", 30)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date.min, "1"),
        (date(2024, 2, 28), "1"),
        (date(2024, 2, 29), "2"),
        (date(2025, 12, 31), "2"),
        (date(2026, 1, 1), "3"),
        (date.max, "3"),
    ],
)
@pytest.mark.parametrize("versions", [(FIRST, SECOND, THIRD), (THIRD, FIRST, SECOND)])
def test_the_version_of_a_day_is_the_last_that_began_by_then(
    versions: tuple[Version[int], ...], day: date, name: str
) -> None:
    assert in_force(versions, day).name == name


def test_before_the_first_version_nothing_holds() -> None:
    assert in_force((SECOND, THIRD), date(2024, 2, 29)) is SECOND
    for versions in ((SECOND, THIRD), ()):
        with pytest.raises(LookupError, match="2024-02-28"):
            in_force(versions, date(2024, 2, 29) - timedelta(days=1))
