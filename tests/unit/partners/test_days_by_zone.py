"""Each boundary in the zone that its rule names, and in three others (K1-K3, K5, M1-M3).

A table gives the days; every row is looked at one instant before midnight there, at it, and at
the midnights of the other zones, which decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest

from vlms.core.clock import local_day
from vlms.core.term import start_of_day
from vlms.partners.rules.attainment import CompetencyState, Level, competency_state
from vlms.partners.rules.linking import LinkState, counts_by, link_state, next_link, task_reminder
from vlms.partners.rules.membership_offers import BenefitEnd, OfferBenefit
from vlms.partners.rules.membership_orders import (
    MembershipOrderKind,
    MembershipOrderState,
    Waiting,
    last_day_to_pay,
)
from vlms.partners.rules.membership_reminding import benefit_reminder, skills_check
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipYear,
    last_day_to_renew,
    membership_state,
    membership_year,
)
from vlms.partners.rules.skills import Proof, passed_by
from vlms.partners.rules.skills_report import is_active
from vlms.partners.terms import (
    exam_counts_until,
    link_terms,
    membership_terms,
    waivers,
    waivers_on,
)

ZONES = ("America/Los_Angeles", "Asia/Taipei", "Pacific/Kiritimati", "Pacific/Pago_Pago")
TICK = timedelta(microseconds=1)
Found = TypeVar("Found")


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def year_of(anniversary: str) -> MembershipYear:
    day = day_of(anniversary)
    return membership_year(day, membership_terms(day).terms, waivers())


def changes(rule: Callable[[date], Found], on: str, before: Found, after: Found) -> None:
    """It changes at the first instant of a day in the rule's zone, whatever others' clocks say."""
    for zone in ZONES:
        midnight = start_of_day(day_of(on), zone)
        assert rule(local_day(midnight - TICK, zone)) == before, (on, zone)
        assert rule(local_day(midnight, zone)) == after, (on, zone)
        for other in ZONES:
            at = start_of_day(day_of(on), other)
            assert rule(local_day(at, zone)) == (after if at >= midnight else before), (zone, other)


def test_a_day_of_another_zone_would_be_found_out() -> None:
    """The negative control: a rule that reckons in one zone whatever it is asked for."""
    in_taipei = start_of_day(day_of("2024-02-29"), "Asia/Taipei")

    def wrong(day: date) -> bool:
        return start_of_day(day, "Pacific/Kiritimati") >= in_taipei

    with pytest.raises(AssertionError):
        changes(wrong, "2024-02-29", False, True)


# The anniversary, then its checks 180, 90 and 60 days before it (K5).
SKILLS = [
    ("2024-02-29", "2023-09-02", "2023-12-01", "2023-12-31"),
    ("2024-03-01", "2023-09-03", "2023-12-02", "2024-01-01"),
    ("2025-03-01", "2024-09-02", "2024-12-01", "2024-12-31"),
    ("2026-01-31", "2025-08-04", "2025-11-02", "2025-12-02"),
    ("2026-12-31", "2026-07-04", "2026-10-02", "2026-11-01"),
]


@pytest.mark.parametrize(("anniversary", "first", "second", "third"), SKILLS)
def test_skills_checks_k5(anniversary: str, first: str, second: str, third: str) -> None:
    year = year_of(anniversary)
    terms = membership_terms(year.anniversary).terms

    def due(day: date) -> date | None:
        return skills_check(year, terms, day)

    one, two, three = map(day_of, (first, second, third))
    changes(due, first, None, one)
    changes(due, second, one, two)
    changes(due, third, two, three)
    over = (year.anniversary + timedelta(days=1)).isoformat()
    changes(due, over, three, None)


# Anniversaries around the first and last that the waiver of 2020 has; the last day to renew (M2).
WAIVED = [
    ("2019-12-31", "2020-01-30", False),
    ("2020-01-01", "2020-06-30", True),
    ("2020-02-29", "2020-06-30", True),
    ("2020-05-31", "2020-06-30", True),
    ("2020-06-01", "2020-07-01", True),
    ("2020-06-30", "2020-07-30", True),
    ("2020-07-01", "2020-07-31", False),
]


@pytest.mark.parametrize(("anniversary", "last", "is_waived"), WAIVED)
def test_a_waived_window_and_exemption_end_m2(anniversary: str, last: str, is_waived: bool) -> None:
    year = year_of(anniversary)
    assert last_day_to_renew(year) == day_of(last)

    def is_over(day: date) -> bool:
        return membership_state(year, day) is MembershipState.LAPSED

    changes(is_over, (day_of(last) + timedelta(days=1)).isoformat(), False, True)
    following = year.next_anniversary
    terms = membership_terms(following).terms
    renewed = membership_year(following, terms, waivers(), year.exemptions)

    def state(day: date) -> CompetencyState:
        return competency_state(None, (Level.SILVER, renewed), day)

    before = CompetencyState.ACTIVE if is_waived else CompetencyState.AT_RISK
    over = (following + timedelta(days=1)).isoformat()
    changes(state, over, before, CompetencyState.GRACE)


def test_a_waiver_becomes_known_m2() -> None:
    changes(lambda day: len(waivers_on(day)), "2020-01-01", 0, 1)


# The anniversary, and the last day of grace, 30 days after it (K3).
GRACE = [
    ("2024-02-29", "2024-03-30"),
    ("2024-03-01", "2024-03-31"),
    ("2025-03-01", "2025-03-31"),
    ("2026-01-31", "2026-03-02"),
    ("2026-12-31", "2027-01-30"),
]


@pytest.mark.parametrize(("anniversary", "last"), GRACE)
def test_a_competency_is_in_grace_and_lost_k3(anniversary: str, last: str) -> None:
    year = year_of(anniversary)
    opens, over = ((day_of(day) + timedelta(days=1)).isoformat() for day in (anniversary, last))
    for level, running in ((Level.SILVER, CompetencyState.ACTIVE), (None, CompetencyState.AT_RISK)):

        def state(day: date, level: Level | None = level) -> CompetencyState:
            return competency_state(level, (Level.SILVER, year), day)

        changes(state, opens, running, CompetencyState.GRACE)
        changes(state, over, CompetencyState.GRACE, CompetencyState.LOST)


# The anniversary; the last day of what runs through with its reminders, that of what is yearly.
BENEFITS = [
    ("2024-02-29", "2024-03-30", ("2024-01-30", "2024-02-29"), ("2023-12-31", "2024-01-30")),
    ("2024-03-01", "2024-03-31", ("2024-01-31", "2024-03-01"), ("2024-01-01", "2024-01-31")),
    ("2025-03-01", "2025-03-31", ("2025-01-30", "2025-03-01"), ("2024-12-31", "2025-01-30")),
    ("2026-01-31", "2026-03-02", ("2026-01-01", "2026-01-31"), ("2025-12-02", "2026-01-01")),
    ("2026-12-31", "2027-01-30", ("2026-12-01", "2026-12-31"), ("2026-11-01", "2026-12-01")),
]


@pytest.mark.parametrize(("anniversary", "last", "through", "yearly"), BENEFITS)
def test_benefits_end_and_are_reminded_of_m1(
    anniversary: str, last: str, through: tuple[str, str], yearly: tuple[str, str]
) -> None:
    year = year_of(anniversary)
    terms = membership_terms(year.anniversary).terms
    for ends, expected, (first, second) in (
        (BenefitEnd.WINDOW, last, through),
        (BenefitEnd.ANNIVERSARY, anniversary, yearly),
    ):
        end = OfferBenefit("x", "x", "x", 1, ends, {}).last_day(year)
        assert end == day_of(expected)

        def due(day: date, end: date = end) -> date | None:
            return benefit_reminder(end, terms, day)

        changes(due, first, None, day_of(first))
        changes(due, second, day_of(first), day_of(second))
        changes(due, (end + timedelta(days=1)).isoformat(), day_of(second), None)


# The day of the order, and the 30th day after it, the last one to pay (M3).
UNPAID = [
    ("2024-01-30", "2024-02-29"),
    ("2023-01-30", "2023-03-01"),
    ("2024-02-29", "2024-03-30"),
    ("2026-12-02", "2027-01-01"),
    ("2026-10-10", "2026-11-09"),
    ("2026-02-28", "2026-03-30"),
]


@pytest.mark.parametrize(("placed", "last"), UNPAID)
def test_an_unpaid_order_lapses_after_its_30th_day_m3(placed: str, last: str) -> None:
    pay_by = last_day_to_pay(
        MembershipOrderKind.BUY, day_of(placed), membership_terms(day_of(placed))
    )
    assert pay_by == day_of(last)
    order = Waiting("M-1", MembershipOrderState.PLACED, day_of(placed), pay_by)
    over = (pay_by + timedelta(days=1)).isoformat()
    changes(order.state_on, over, MembershipOrderState.PLACED, MembershipOrderState.LAPSED)


# Starts of associations, and the first day of the next one: 30 days or 12 months later (K1).
STARTS = [
    (("2024-01-30",), "2024-02-29"),
    (("2023-01-30",), "2023-03-01"),
    (("2024-02-29",), "2024-03-30"),
    (("2024-02-29", "2024-05-01", "2024-07-01"), "2025-02-28"),
    (("2023-02-28", "2023-05-01", "2023-07-01"), "2024-02-28"),
    (("2023-12-31", "2024-03-31", "2024-08-31"), "2024-12-31"),
    (("2026-01-31", "2026-04-30", "2026-11-30"), "2027-01-31"),
]


@pytest.mark.parametrize(("starts", "first"), STARTS)
def test_the_next_link_is_possible_k1(starts: tuple[str, ...], first: str) -> None:
    past = [day_of(one) for one in starts]
    terms = link_terms(past[0]).terms

    def may(day: date) -> bool:
        return next_link(past, day, terms).first_day <= day

    changes(may, first, False, True)


@pytest.mark.parametrize("due", ["2024-02-29", "2024-03-01", "2026-01-31", "2026-12-31"])
def test_a_leavers_task_is_reminded_of_3_days_before_and_1_and_8_after_k1(due: str) -> None:
    day, terms = day_of(due), link_terms(day_of(due)).terms
    days = [day + timedelta(days=span) for span in (-3, 1, 8)]

    def found(today: date) -> date | None:
        return task_reminder(day, terms, today)

    for before, after in zip([None, *days[:-1]], days, strict=True):
        changes(found, after.isoformat(), before, after)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ["2024-02-28", "2026-03-07", "2026-10-31", "2026-12-31"])
def test_72_hours_and_ten_days_are_spans_of_time_in_every_zone_k2(zone: str, day: str) -> None:
    """Nights in which clocks are moved and leap days make them no longer and no shorter."""
    started = start_of_day(day_of(day), zone)
    terms = link_terms(day_of(day)).terms
    for newest, hours in ((None, 72), (started, 240), (started - timedelta(days=8), 72)):
        due = counts_by(started, newest, terms)
        assert due.astimezone(UTC) - started == timedelta(hours=hours)
        assert link_state(None, due, due) is LinkState.PENDING
        assert link_state(None, due, due + TICK) is LinkState.OVERDUE
        assert link_state(due, due, due) is LinkState.COUNTED
    assert isinstance(started, datetime)


# The last day of a retired exam, and the first one on which it counts no more (K3).
RETIRED = [
    ("2024-02-29", "2025-02-28"),
    ("2024-03-01", "2025-03-01"),
    ("2023-02-28", "2024-02-28"),
    ("2023-03-01", "2024-03-01"),
    ("2025-08-31", "2026-08-31"),
    ("2025-11-30", "2026-11-30"),
    ("2025-12-31", "2026-12-31"),
]


@pytest.mark.parametrize(("retires", "over"), RETIRED)
def test_a_retired_exam_counts_for_12_more_months_k3(retires: str, over: str) -> None:
    whose, last = UUID(int=1), day_of(retires)
    until = exam_counts_until(last)
    proof = Proof(whose, "AZ-103", until)
    changes(lambda day: whose in passed_by([proof], day), over, True, False)
    changes(lambda day: is_active(None, until, day), over, True, False)
    # A certificate may end before, and decides then.
    ended = (last + timedelta(days=1)).isoformat()
    changes(lambda day: is_active(last, until, day), ended, True, False)
