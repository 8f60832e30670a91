"""On which days somebody is reminded, day by day (M1, M2, K5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vlms.partners.rules.membership_reminding import (
    ReminderKind,
    benefit_reminder,
    last_day_to_renew,
    lost_on,
    planned_mails,
    renewal_reminders,
    skills_check,
    skills_check_days,
)
from vlms.partners.rules.membership_year import MembershipYear, membership_year
from vlms.partners.rules.renewal_conditions import Facts, renewal_conditions
from vlms.partners.terms import membership_terms, waivers


def year_of(anniversary: str) -> MembershipYear:
    day = date.fromisoformat(anniversary)
    return membership_year(day, membership_terms(day).terms, waivers())


def found(anniversary: str, days: int) -> list[int]:
    year = year_of(anniversary)
    due = renewal_reminders(year, year.anniversary + timedelta(days=days))
    return [(one - year.anniversary).days for one in due]


@pytest.mark.parametrize("anniversary", ["2019-09-01", "2024-02-29", "2024-03-15", "2026-12-31"])
def test_reminders_are_due_from_day_15_before_and_23_after_until_the_window_closes_m1(
    anniversary: str,
) -> None:
    for days in range(-40, 60):
        expected = []
        if -15 <= days <= 30:
            expected = [-15, 23] if days >= 23 else [-15]
        assert found(anniversary, days) == expected, days


def test_the_worked_example_reminds_on_17_august_and_24_september_m1() -> None:
    year = year_of("2019-09-01")
    assert renewal_reminders(year, date(2019, 8, 16)) == ()
    assert renewal_reminders(year, date(2019, 8, 17)) == (date(2019, 8, 17),)
    assert renewal_reminders(year, date(2019, 9, 24))[-1] == date(2019, 9, 24)
    assert lost_on(year, date(2019, 10, 1)) is None
    assert lost_on(year, date(2019, 10, 2)) == date(2019, 10, 2)


@pytest.mark.parametrize("anniversary", ["2019-09-01", "2024-08-27", "2025-12-31"])
def test_skills_are_checked_180_90_and_60_days_before_k5(anniversary: str) -> None:
    year = year_of(anniversary)
    terms = membership_terms(year.anniversary).terms
    for days in range(-200, 5):
        due = skills_check(year, terms, year.anniversary + timedelta(days=days))
        expected = next((one for one in (60, 90, 180) if -days <= one), None) if days <= 0 else None
        assert due == (year.anniversary - timedelta(days=expected) if expected else None), days


def test_skills_of_a_waived_anniversary_are_checked_before_the_next_one_m2() -> None:
    year = year_of("2020-03-01")
    terms = membership_terms(year.anniversary).terms
    for days in range(-200, 1):
        assert skills_check(year, terms, year.anniversary + timedelta(days=days)) is None
    assert skills_check_days(year, terms) == ()
    following = year_of(year.next_anniversary.isoformat())
    assert following.anniversary == date(2021, 3, 1)
    assert skills_check_days(following, terms)[0] == date(2020, 9, 2)
    # What stays due is reminded of as ever.
    assert renewal_reminders(year, date(2020, 2, 15)) == (date(2020, 2, 15),)


def test_a_waived_window_can_be_made_good_and_is_lost_after_30_june_m2() -> None:
    year = year_of("2020-01-15")
    assert last_day_to_renew(year) == date(2020, 6, 30)
    assert renewal_reminders(year, date(2020, 6, 30))[-1] == date(2020, 2, 7)
    assert lost_on(year, date(2020, 6, 30)) is None
    assert lost_on(year, date(2020, 7, 1)) == date(2020, 7, 1)


def test_unused_benefits_are_reminded_of_60_and_30_days_before_their_end_m1() -> None:
    ends, terms = date(2024, 3, 30), membership_terms(date(2024, 2, 29)).terms
    for days in range(-70, 5):
        due = benefit_reminder(ends, terms, ends + timedelta(days=days))
        if -60 <= days <= 0:
            assert due == ends - timedelta(days=30 if days >= -30 else 60), days
        else:
            assert due is None, days


def unmet(anniversary: str, day: str, **facts: object) -> set[str]:
    told = {"waiting_number": None, "may_order": True, "is_qualified": True, **facts}
    asked = Facts(year_of(anniversary), date.fromisoformat(day), **told)  # type: ignore[arg-type]
    return {one.key for one in renewal_conditions(asked) if not one.is_met}


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        ("2019-09-01", {"opens"}),
        ("2019-09-02", set()),
        ("2019-10-01", set()),
        ("2019-10-02", {"closes"}),
    ],
)
def test_conditions_of_a_renewal_around_the_window_m1(day: str, keys: set[str]) -> None:
    assert unmet("2019-09-01", day) == keys


def test_each_other_condition_is_told_by_itself() -> None:
    inside = ("2019-09-01", "2019-09-10")
    assert unmet(*inside, waiting_number="M-2019-000001") == {"order"}
    assert unmet(*inside, may_order=False) == {"role"}
    assert unmet(*inside, is_qualified=False) == {"competency"}
    assert unmet(*inside, is_qualified=None) == set()


def test_a_waiver_meets_the_competency_and_opens_the_window_again_m2() -> None:
    assert unmet("2020-01-15", "2020-05-01", is_qualified=False) == set()
    assert unmet("2020-01-15", "2020-06-30", is_qualified=False) == set()
    assert unmet("2020-01-15", "2020-07-01", is_qualified=False) == {"closes"}
    assert unmet("2020-06-30", "2020-07-30", is_qualified=False) == set()
    assert unmet("2020-06-30", "2020-07-31", is_qualified=False) == {"closes"}


def test_the_plan_of_mails_is_what_each_rule_sends_day_by_day() -> None:
    """The plan against the rules that send: no day more, no day less."""
    year = year_of("2024-02-29")
    terms = membership_terms(year.anniversary).terms
    ends = [year.anniversary, year.window_closes]
    plan = planned_mails(year, terms, ends, is_package=True)
    sent: set[tuple[date, ReminderKind]] = set()
    for days in range(-400, 60):
        day = year.anniversary + timedelta(days=days)
        told = [(due, ReminderKind.RENEWAL) for due in renewal_reminders(year, day)]
        told += [(benefit_reminder(end, terms, day), ReminderKind.BENEFITS) for end in ends]
        told += [(skills_check(year, terms, day), ReminderKind.SKILLS)]
        told += [(lost_on(year, day), ReminderKind.LOST)]
        sent |= {(due, kind) for due, kind in told if due == day}
    assert set(plan) == sent
    assert plan == sorted(plan)
    alone = planned_mails(year, terms, [], is_package=False)
    assert [kind for _day, kind in alone] == ["renewal", "renewal", "lost"]
