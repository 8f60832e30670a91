"""When a failed exam may be taken again (A4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.catalog.rules.retake import RetakeTerms, next_retake
from vlms.core.clock import local_day
from vlms.core.term import add_months

DAY = timedelta(days=1)
GENERAL = RetakeTerms(DAY, 14 * DAY, 5)
MTA = RetakeTerms(DAY, 7 * DAY, 5)
MOS = RetakeTerms(DAY, 2 * DAY, None)
UTC_ZONE = "UTC"


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)


CASES = [
    ("nothing was tried", GENERAL, [], None),
    ("after the 1st failure 24 hours", GENERAL, ["2025-03-01"], at("2025-03-02")),
    ("before the 3rd 14 days", GENERAL, ["2025-03-01", "2025-03-02"], at("2025-03-16")),
    (
        "before the 5th 14 days",
        GENERAL,
        ["2025-03-01", "2025-03-02", "2025-03-16", "2025-03-30"],
        at("2025-04-13"),
    ),
    (
        "the 6th only 12 months after the first of five",
        GENERAL,
        ["2025-03-01", "2025-03-02", "2025-03-16", "2025-03-30", "2025-04-13"],
        at("2026-03-01", 0),
    ),
    (
        "the window of a leap day ends on the last day of February",
        GENERAL,
        ["2024-02-29", "2024-03-01", "2024-03-15", "2024-03-29", "2024-04-12"],
        at("2025-02-28", 0),
    ),
    (
        "a failure of a year ago does not count",
        GENERAL,
        ["2024-03-01", "2025-03-01"],
        at("2025-03-02"),
    ),
    ("one of a year ago less a day does", GENERAL, ["2024-03-02", "2025-03-01"], at("2025-03-15")),
    ("MTA and MCE wait 7 days", MTA, ["2025-03-01", "2025-03-02"], at("2025-03-09")),
    ("MOS waits 24 hours, then 2 days", MOS, ["2025-03-01", "2025-03-02"], at("2025-03-04")),
    (
        "MOS has no cap",
        MOS,
        [f"2025-03-{day:02}" for day in range(1, 20, 2)],
        at("2025-03-21"),
    ),
]


@pytest.mark.parametrize(("_name", "terms", "days", "expected"), CASES, ids=[c[0] for c in CASES])
def test_the_table_of_waits(
    _name: str, terms: RetakeTerms, days: list[str], expected: datetime | None
) -> None:
    found = next_retake([at(day) for day in days], UTC_ZONE, terms)
    assert (found.allowed_at if found else None) == expected


def test_it_is_told_when_the_limit_holds_somebody_back() -> None:
    five = [at("2025-03-01") + 15 * DAY * n for n in range(5)]
    held = next_retake(five, UTC_ZONE, GENERAL)
    free = next_retake(five[:4], UTC_ZONE, GENERAL)
    assert held is not None
    assert held.is_held_by_limit
    assert free is not None
    assert not free.is_held_by_limit


def test_the_day_of_the_window_is_one_of_the_zone() -> None:
    five = [at("2025-03-01", 20) + 15 * DAY * n for n in range(5)]
    found = next_retake(five, "Asia/Taipei", GENERAL)
    # In Taipei the first attempt was on 2 March.
    assert found is not None
    assert found.allowed_at == datetime(2026, 3, 1, 16, tzinfo=UTC)


moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@settings(max_examples=150)
@given(st.lists(moments, min_size=1, max_size=8), st.sampled_from([GENERAL, MTA, MOS]))
def test_a_retake_waits_and_never_breaks_the_limit(
    attempts: list[datetime], terms: RetakeTerms
) -> None:
    found = next_retake(attempts, UTC_ZONE, terms)
    assert found is not None
    assert found.allowed_at >= max(attempts) + terms.first_wait
    if terms.yearly_limit is None:
        return
    day = local_day(found.allowed_at, UTC_ZONE)
    within = [one for one in attempts if add_months(local_day(one, UTC_ZONE), 12) > day]
    assert len(within) < terms.yearly_limit


@settings(max_examples=100)
@given(st.lists(moments, min_size=1, max_size=8))
def test_the_order_of_telling_does_not_matter(attempts: list[datetime]) -> None:
    forwards = next_retake(attempts, UTC_ZONE, GENERAL)
    assert forwards == next_retake(attempts[::-1], UTC_ZONE, GENERAL)


def test_retake_after_each_allowed_day_never_waits_for_ever() -> None:
    """Taking each retake as soon as allowed gives five a year, not fewer."""
    taken = [at("2025-01-01")]
    while len(taken) < 11:
        found = next_retake(taken, UTC_ZONE, GENERAL)
        assert found is not None
        taken.append(found.allowed_at)
    assert taken[5].date() == date(2026, 1, 1)
    assert taken[10].date() == date(2027, 1, 1)
