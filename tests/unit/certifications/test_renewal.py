"""R1-R3: how long a certification is valid, when it is renewed, and the waits between attempts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from vlms.certifications.errors import RenewalRefused
from vlms.certifications.rules.renewal import (
    ZONE,
    RenewalState,
    check_attempt,
    expires_on,
    next_attempt,
    renewed_until,
    state_at,
    window,
)
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day

NOW = renewal_terms(date(2026, 1, 1))
EXPIRY = date(2026, 7, 5)
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("earned", "expiry"),
    [
        ("2021-06-29", "2023-06-29"),
        ("2021-06-30", "2022-06-30"),
        ("2021-07-01", "2022-07-01"),
        ("2019-02-28", "2021-02-28"),
        ("2020-02-29", "2022-02-28"),
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2025-12-31", "2026-12-31"),
    ],
)
def test_two_years_before_30_june_2021_and_one_year_since_r1(earned: str, expiry: str) -> None:
    day = date.fromisoformat(earned)
    assert expires_on(day, renewal_terms(day).terms) == date.fromisoformat(expiry)


@pytest.mark.parametrize(
    ("at", "expiry"),
    [
        ("2021-06-29T23:59:59.999999Z", "2023-06-29"),
        ("2021-06-30T00:00:00Z", "2022-06-30"),
        # The same instants as clocks show them elsewhere: it is the day in UTC that counts.
        ("2021-06-30T07:59:00+08:00", "2023-06-29"),
        ("2021-06-30T08:00:00+08:00", "2022-06-30"),
        ("2021-06-29T16:59:00-07:00", "2023-06-29"),
        ("2021-06-29T17:00:00-07:00", "2022-06-30"),
    ],
)
def test_the_day_that_parts_two_years_from_one_begins_at_midnight_in_utc_r1(
    at: str, expiry: str
) -> None:
    day = local_day(datetime.fromisoformat(at), ZONE)
    assert expires_on(day, renewal_terms(day).terms) == date.fromisoformat(expiry)


@pytest.mark.parametrize(
    ("expiry", "opens"),
    [
        ("2026-07-05", "2026-01-05"),
        ("2026-08-31", "2026-02-28"),
        ("2028-08-31", "2028-02-29"),
        ("2026-08-28", "2026-02-28"),
        ("2026-12-31", "2026-06-30"),
        ("2028-02-29", "2027-08-29"),
    ],
)
def test_the_window_opens_six_calendar_months_before_r2(expiry: str, opens: str) -> None:
    found = window(date.fromisoformat(expiry), NOW.terms)
    assert found.opens_on == date.fromisoformat(opens)


@pytest.mark.parametrize(
    ("expiry", "renewed"),
    [("2026-07-05", "2027-07-05"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")],
)
def test_a_pass_adds_a_year_to_the_present_expiry_r3(expiry: str, renewed: str) -> None:
    assert renewed_until(date.fromisoformat(expiry), NOW.terms) == date.fromisoformat(renewed)


def expected(day: date) -> RenewalState:
    """The state of the table's certification on a day, written out."""
    if day < date(2026, 1, 5):
        return RenewalState.VALID
    if day < date(2026, 6, 5):
        return RenewalState.WINDOW_OPEN
    return RenewalState.DUE if day <= EXPIRY else RenewalState.LAPSED


@pytest.mark.parametrize("boundary", [date(2026, 1, 5), date(2026, 6, 5), date(2026, 7, 6)])
def test_the_state_changes_at_midnight_in_utc_r2(boundary: date) -> None:
    for days in range(-3, 4):
        day = boundary + timedelta(days=days)
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for at in (begins, begins + 24 * HOUR - timedelta(microseconds=1)):
            assert state_at(EXPIRY, at, NOW.terms) is expected(day), at


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_zone_of_who_asks_changes_nothing_r2(zone: str) -> None:
    ends = datetime(2026, 7, 6, tzinfo=UTC)
    for at, state in (
        (ends - timedelta(microseconds=1), RenewalState.DUE),
        (ends, RenewalState.LAPSED),
        (FIRST - timedelta(microseconds=1), RenewalState.VALID),
        (FIRST, RenewalState.WINDOW_OPEN),
    ):
        assert state_at(EXPIRY, at.astimezone(ZoneInfo(zone)), NOW.terms) is state


def test_what_has_no_last_day_never_expires_r1() -> None:
    assert state_at(None, FIRST, NOW.terms) is RenewalState.NEVER_EXPIRES


@pytest.mark.parametrize(
    ("failures", "asked", "allowed"),
    [
        ([], -48, 0),
        ([], 5, 5),
        ([10], 10, 10),
        ([10], 12, 12),
        ([10, 10], 12, 34),
        ([10, 12], 12, 36),
        ([10, 12], 36, 36),
        ([10, 12, 36], 37, 60),
        ([10, 12, 36, 90], 200, 200),
    ],
)
def test_the_second_attempt_at_once_and_later_ones_after_24_hours_r3(
    failures: list[int], asked: int, allowed: int
) -> None:
    """In hours from the window's first instant."""
    tried = [FIRST + hours * HOUR for hours in failures]
    found = next_attempt(EXPIRY, tried, FIRST + asked * HOUR, NOW.terms)
    assert found == FIRST + allowed * HOUR


def test_no_attempt_is_left_where_the_wait_outlasts_the_window_r2() -> None:
    ends = datetime(2026, 7, 6, tzinfo=UTC)
    for last, found in ((25 * HOUR, ends - HOUR), (24 * HOUR, None), (23 * HOUR, None)):
        failures = [ends - 30 * HOUR, ends - last]
        assert next_attempt(EXPIRY, failures, ends - 2 * HOUR, NOW.terms) == found


@pytest.mark.parametrize(
    ("at", "rule", "reason"),
    [
        (FIRST - timedelta(microseconds=1), "R2", "window_not_open"),
        (datetime(2026, 7, 6, tzinfo=UTC), "R4", "lapsed"),
        (FIRST + 36 * HOUR - timedelta(microseconds=1), "R3", "wait"),
    ],
)
def test_an_attempt_at_the_wrong_time_is_refused_with_rule_and_version(
    at: datetime, rule: str, reason: str
) -> None:
    with pytest.raises(RenewalRefused) as refusal:
        check_attempt(EXPIRY, [FIRST, FIRST + 12 * HOUR], at, NOW)
    assert (refusal.value.rule, refusal.value.reason) == (rule, reason)
    assert refusal.value.facts["version"] == NOW.name == "2"
    assert "version 2" in str(refusal.value)
    assert refusal.value.way_out


@pytest.mark.parametrize("at", [FIRST + 36 * HOUR, datetime(2026, 7, 5, 23, 59, tzinfo=UTC)])
def test_an_attempt_in_time_is_not_refused_r3(at: datetime) -> None:
    check_attempt(EXPIRY, [FIRST, FIRST + 12 * HOUR], at, NOW)


def test_an_offset_is_another_writing_of_the_same_instant_r3() -> None:
    taipei = timezone(timedelta(hours=8))
    tried = [FIRST.astimezone(taipei), (FIRST + HOUR).astimezone(taipei)]
    assert next_attempt(EXPIRY, tried, FIRST, NOW.terms) == FIRST + 25 * HOUR


@pytest.mark.parametrize("wrong", [expires_on, renewed_until])
def test_beyond_the_calendar_is_told_apart(wrong: Callable[..., date]) -> None:
    with pytest.raises(OverflowError):
        wrong(date(9999, 1, 1), NOW.terms)
