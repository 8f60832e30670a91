from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.codes.errors import ExtensionRefused
from vlms.codes.rules.expiry import (
    LastDayReason,
    LineTerm,
    ProviderDate,
    code_expiry,
    explain,
    extended_by_provider,
)
from vlms.codes.rules.lifecycle import State, has_expired

SECOND = timedelta(seconds=1)
ZONES = [
    "Etc/GMT+12", "Etc/GMT-14", "Pacific/Kiritimati", "Asia/Taipei", "Asia/Kathmandu",
    "America/Los_Angeles", "Australia/Lord_Howe", "America/Havana", "UTC",
]  # fmt: skip


def a_term(
    charge_end: date, agreement_end: date, zone: str = "Asia/Taipei", to_end: bool = False
) -> LineTerm:
    return LineTerm(charge_end, agreement_end, zone, to_end)


@pytest.mark.parametrize(
    ("zone", "last_day", "expires_at"),
    [
        ("Etc/GMT+12", "2026-06-30", "2026-07-01T12:00:00"),
        ("Etc/GMT-14", "2026-06-30", "2026-06-30T10:00:00"),
        ("Pacific/Kiritimati", "2026-06-30", "2026-06-30T10:00:00"),
        ("Asia/Taipei", "2026-06-30", "2026-06-30T16:00:00"),
        ("Asia/Kathmandu", "2026-06-30", "2026-06-30T18:15:00"),
        ("America/Los_Angeles", "2026-03-07", "2026-03-08T08:00:00"),
        ("America/Los_Angeles", "2026-03-08", "2026-03-09T07:00:00"),
        ("America/Los_Angeles", "2026-11-01", "2026-11-02T08:00:00"),
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-04T13:00:00"),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T13:30:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T13:00:00"),
        # Midnight does not exist there, or exists twice: the first instant counts.
        ("America/Havana", "2026-03-07", "2026-03-08T05:00:00"),
        ("America/Havana", "2026-10-31", "2026-11-01T04:00:00"),
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00"),
        ("Asia/Taipei", "2028-02-28", "2028-02-28T16:00:00"),
        ("Asia/Taipei", "2028-02-29", "2028-02-29T16:00:00"),
        ("Asia/Taipei", "2026-02-28", "2026-02-28T16:00:00"),
        ("UTC", "2026-12-31", "2027-01-01T00:00:00"),
    ],
)
def test_a_code_lapses_at_the_first_instant_after_its_last_day(
    zone: str, last_day: str, expires_at: str
) -> None:
    day = date.fromisoformat(last_day)
    end = code_expiry(a_term(day, day + timedelta(days=400), zone)).expires_at
    assert end == datetime.fromisoformat(expires_at).replace(tzinfo=UTC)
    assert not has_expired(State.ASSIGNED, end, end - SECOND)
    assert has_expired(State.ASSIGNED, end, end)
    assert has_expired(State.ASSIGNED, end, end + SECOND)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(ZONES))
def test_the_last_second_still_belongs_to_the_last_day(day: date, zone: str) -> None:
    end = code_expiry(a_term(day, day, zone)).expires_at
    assert (end - SECOND).astimezone(ZoneInfo(zone)).date() == day
    assert end.astimezone(ZoneInfo(zone)).date() > day


@pytest.mark.parametrize(
    ("charge", "agreement", "printed", "to_end", "last_day", "reason"),
    [
        (10, 20, None, False, 10, LastDayReason.CHARGE_END),
        (20, 20, None, False, 20, LastDayReason.CHARGE_END),
        (25, 20, None, False, 20, LastDayReason.AGREEMENT_END),
        (10, 20, None, True, 20, LastDayReason.AGREEMENT_END),
        (10, 20, 5, False, 5, LastDayReason.PROVIDER_DATE),
        (10, 20, 15, False, 10, LastDayReason.CHARGE_END),
        (10, 20, 15, True, 15, LastDayReason.PROVIDER_DATE),
        (10, 20, 10, False, 10, LastDayReason.CHARGE_END),
        (10, 20, 25, True, 20, LastDayReason.AGREEMENT_END),
    ],
)
def test_the_earliest_bound_is_the_last_day_and_its_reason(
    charge: int, agreement: int, printed: int | None, to_end: bool, last_day: int,
    reason: LastDayReason,
) -> None:  # fmt: skip
    provider = printed and ProviderDate(date(2026, 5, printed), "Asia/Taipei")
    found = code_expiry(
        a_term(date(2026, 5, charge), date(2026, 5, agreement), to_end=to_end), provider or None
    )
    assert (found.last_day, found.reason) == (date(2026, 5, last_day), reason)
    assert str(explain(found.reason)).endswith(".")


@pytest.mark.parametrize(
    ("zone", "reason", "expires_at"),
    [
        ("Pacific/Kiritimati", LastDayReason.PROVIDER_DATE, datetime(2026, 5, 10, 10, tzinfo=UTC)),
        ("America/Los_Angeles", LastDayReason.CHARGE_END, datetime(2026, 5, 10, 16, tzinfo=UTC)),
    ],
)
def test_of_one_day_in_two_zones_the_earlier_instant_decides(
    zone: str, reason: LastDayReason, expires_at: datetime
) -> None:
    day = date(2026, 5, 10)
    found = code_expiry(a_term(day, date(2026, 12, 31)), ProviderDate(day, zone))
    assert (found.reason, found.expires_at) == (reason, expires_at)
    assert found.zone == (zone if reason is LastDayReason.PROVIDER_DATE else "Asia/Taipei")


def test_a_later_day_may_end_earlier_elsewhere() -> None:
    found = code_expiry(
        a_term(date(2026, 5, 10), date(2026, 12, 31), "Etc/GMT+12"),
        ProviderDate(date(2026, 5, 11), "Etc/GMT-14"),
    )
    assert (found.last_day, found.reason) == (date(2026, 5, 11), LastDayReason.PROVIDER_DATE)


def test_a_providers_extension_is_its_own_reason_and_ends_with_the_agreement() -> None:
    term = a_term(date(2026, 5, 10), date(2026, 5, 20))
    current = code_expiry(term)
    last = ProviderDate(date(2026, 5, 20), "Asia/Taipei")
    extended = extended_by_provider(current, term, last, "REF-1", datetime(2026, 5, 1, tzinfo=UTC))
    assert extended.reason is LastDayReason.PROVIDER_EXTENSION
    assert extended.last_day == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("day", "reference", "now_day", "words"),
    [
        (21, "REF-1", 1, "outlives its agreement, which ends on 2026-05-20"),
        (15, "  ", 1, "reference"),
        (15, "REF-1", 11, "does not come back"),
        (10, "REF-1", 1, "not later"),
    ],
)
def test_an_extension_against_the_rules_is_refused(
    day: int, reference: str, now_day: int, words: str
) -> None:
    term = a_term(date(2026, 5, 10), date(2026, 5, 20))
    with pytest.raises(ExtensionRefused) as caught:
        extended_by_provider(
            code_expiry(term),
            term,
            ProviderDate(date(2026, 5, day), "Asia/Taipei"),
            reference,
            datetime(2026, 5, now_day, tzinfo=UTC),
        )
    assert words in str(caught.value)
