"""R2 where months have other lengths: each state changes at midnight in UTC, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from vlms.certifications.rules.renewal import RenewalState, state_at
from vlms.certifications.terms import renewal_terms

TERMS = renewal_terms(date(2026, 1, 1)).terms
ZONES = ("UTC", "Asia/Taipei", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago")
TICK = timedelta(microseconds=1)
# The last day; then the first day in the window, of the last 30 days, and after the end.
TURNS = [
    ("2028-02-29", "2027-08-29", "2028-01-30", "2028-03-01"),
    ("2027-02-28", "2026-08-28", "2027-01-29", "2027-03-01"),
    ("2028-02-28", "2027-08-28", "2028-01-29", "2028-02-29"),
    ("2026-08-31", "2026-02-28", "2026-08-01", "2026-09-01"),
    ("2028-08-31", "2028-02-29", "2028-08-01", "2028-09-01"),
    ("2026-08-30", "2026-02-28", "2026-07-31", "2026-08-31"),
    ("2026-08-29", "2026-02-28", "2026-07-30", "2026-08-30"),
    ("2028-08-29", "2028-02-29", "2028-07-30", "2028-08-30"),
    ("2026-03-31", "2025-09-30", "2026-03-01", "2026-04-01"),
    ("2026-04-30", "2025-10-30", "2026-03-31", "2026-05-01"),
    ("2026-05-31", "2025-11-30", "2026-05-01", "2026-06-01"),
    ("2026-10-31", "2026-04-30", "2026-10-01", "2026-11-01"),
    ("2026-12-31", "2026-06-30", "2026-12-01", "2027-01-01"),
]
Rule = Callable[[date, datetime], RenewalState]


def by_terms(expiry: date, at: datetime) -> RenewalState:
    return state_at(expiry, at, TERMS)


def turns(rule: Rule, expiry: str, days: tuple[str, ...]) -> None:
    """Each state holds from the first instant of its day until one instant before the next."""
    states = list(RenewalState)[: len(days) + 1]
    assert states[-1] is RenewalState.LAPSED
    for on, before, after in zip(days, states[:-1], states[1:], strict=True):
        midnight = datetime.combine(date.fromisoformat(on), time(), UTC)
        for zone in ZONES:
            for at, state in ((midnight - TICK, before), (midnight, after)):
                found = rule(date.fromisoformat(expiry), at.astimezone(ZoneInfo(zone)))
                assert found is state, (on, zone, at)


@pytest.mark.parametrize(("expiry", "opens", "due", "over"), TURNS)
def test_month_ends_and_leap_days_r2(expiry: str, opens: str, due: str, over: str) -> None:
    turns(by_terms, expiry, (opens, due, over))


@pytest.mark.parametrize(("expiry", "opens", "due", "over"), TURNS)
@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_off_would_be_found_out(
    expiry: str, opens: str, due: str, over: str, days: int
) -> None:
    """The negative control: clocks a day early or late, and a day of another zone."""
    off = timedelta(days=days)
    with pytest.raises(AssertionError):
        turns(lambda day, at: state_at(day, at + off, TERMS), expiry, (opens, due, over))

    def there(day: date, at: datetime) -> RenewalState:
        local = at.astimezone(ZoneInfo("Asia/Taipei")).replace(tzinfo=UTC)
        return state_at(day, local, TERMS)

    with pytest.raises(AssertionError):
        turns(there, expiry, (opens, due, over))
