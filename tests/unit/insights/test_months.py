"""How codes stood at the end of each month."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from vlms.insights.rules.months import Course, Standing, month_ends, months_until, standings

MOMENTS = 6
periods = st.integers(0, MOMENTS)
ends = st.sampled_from([Standing.USED, Standing.LOST, Standing.EXPIRED])
courses = st.builds(Course, periods, periods, periods, ends, st.integers(0, 50))


def test_months_begin_in_the_zone() -> None:
    now = datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert months_until(now, "Asia/Taipei", 3) == [
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 4, 1),
    ]
    assert months_until(now, "America/Los_Angeles", 1) == [date(2026, 3, 1)]


def test_a_month_ends_at_midnight_of_its_zone() -> None:
    (end,) = month_ends([date(2026, 2, 1)], "Asia/Taipei")
    assert end == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_a_code_goes_from_unassigned_to_its_end() -> None:
    found = standings([Course(1, 2, 4, Standing.USED, 5)], MOMENTS)
    assert found[Standing.UNASSIGNED] == [0, 5, 0, 0, 0, 0]
    assert found[Standing.ASSIGNED] == [0, 0, 5, 5, 0, 0]
    assert found[Standing.USED] == [0, 0, 0, 0, 5, 5]


@given(st.lists(courses, max_size=20))
def test_at_each_moment_every_issued_code_stands_somewhere_once(some: list[Course]) -> None:
    found = standings(some, MOMENTS)
    for moment in range(MOMENTS):
        issued = sum(course.count for course in some if course.issued <= moment)
        assert sum(counts[moment] for counts in found.values()) == issued
