"""M1, M2: the year of a membership offer and its waivers, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vlms.partners.errors import MembershipRefused
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipYear,
    check_renewal,
    membership_state,
    membership_year,
)
from vlms.partners.terms import membership_terms, waivers, waivers_on


def year_of(anniversary: str) -> MembershipYear:
    day = date.fromisoformat(anniversary)
    return membership_year(day, membership_terms(day).terms, waivers())


def test_the_worked_example_of_m1() -> None:
    year = year_of("2019-09-01")
    assert year.reminders == (date(2019, 8, 17), date(2019, 9, 24))
    assert (year.window_opens, year.window_closes) == (date(2019, 9, 2), date(2019, 10, 1))
    assert year.next_anniversary == date(2020, 8, 31)
    assert year.waivers == ()


@pytest.mark.parametrize(
    ("anniversary", "following", "closes"),
    [
        ("2024-02-29", "2025-02-28", "2024-03-30"),
        ("2023-03-01", "2024-02-29", "2023-03-31"),
        ("2024-03-01", "2025-03-01", "2024-03-31"),
        ("2026-01-31", "2027-01-31", "2026-03-02"),
        ("2027-12-31", "2028-12-30", "2028-01-30"),
    ],
)
def test_the_next_anniversary_is_365_days_on_through_leap_years_m1(
    anniversary: str, following: str, closes: str
) -> None:
    year = year_of(anniversary)
    assert year.next_anniversary == date.fromisoformat(following)
    assert year.window_closes == date.fromisoformat(closes)


def test_the_state_day_by_day_m1() -> None:
    year = year_of("2024-02-29")
    for days in range(-20, 41):
        state = membership_state(year, date(2024, 2, 29) + timedelta(days=days))
        if days <= 0:
            assert state is MembershipState.ACTIVE, days
        elif days <= 30:
            assert state is MembershipState.WINDOW_OPEN, days
        else:
            assert state is MembershipState.LAPSED, days


@pytest.mark.parametrize(
    ("days", "reason"), [(-1, "too_early"), (0, "too_early"), (31, "too_late")]
)
def test_a_renewal_outside_of_the_window_is_refused_with_the_version_m1(
    days: int, reason: str
) -> None:
    year, version = year_of("2025-09-01"), membership_terms(date(2025, 9, 1))
    with pytest.raises(MembershipRefused) as refusal:
        check_renewal(year, date(2025, 9, 1) + timedelta(days=days), version)
    assert (refusal.value.rule, refusal.value.reason) == ("M1", reason)
    assert refusal.value.facts["version"] == version.name
    assert "version 1" in str(refusal.value)


@pytest.mark.parametrize("days", [1, 23, 30])
def test_a_renewal_in_the_window_is_not_refused_m1(days: int) -> None:
    year = year_of("2025-09-01")
    check_renewal(year, date(2025, 9, 1) + timedelta(days=days), membership_terms(year.anniversary))


@pytest.mark.parametrize(
    ("anniversary", "waived"),
    [
        ("2019-12-31", False),
        ("2020-01-01", True),
        ("2020-06-30", True),
        ("2020-07-01", False),
        ("2021-01-01", False),
    ],
)
def test_the_waiver_of_2020_holds_for_its_first_half_m2(anniversary: str, waived: bool) -> None:
    assert [one.name for one in year_of(anniversary).waivers] == (["2020"] if waived else [])


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2020-02-14", MembershipState.WINDOW_OPEN),
        ("2020-02-15", MembershipState.REOPENED),
        ("2020-06-30", MembershipState.REOPENED),
        ("2020-07-01", MembershipState.LAPSED),
    ],
)
def test_a_missed_window_of_2020_could_be_made_good_until_30_june_m2(
    day: str, state: MembershipState
) -> None:
    year = year_of("2020-01-15")
    assert membership_state(year, date.fromisoformat(day)) is state
    if state is MembershipState.REOPENED:
        check_renewal(year, date.fromisoformat(day), membership_terms(year.anniversary))


def test_without_waivers_the_window_stays_shut_m2() -> None:
    day = date(2020, 1, 15)
    year = membership_year(day, membership_terms(day).terms)
    assert membership_state(year, date(2020, 2, 15)) is MembershipState.LAPSED


@pytest.mark.parametrize(
    ("anniversary", "day", "rule", "last", "named"),
    [
        ("2020-01-15", "2020-07-01", "M2", "2020-06-30", ["2020"]),
        ("2020-01-01", "2020-12-01", "M2", "2020-06-30", ["2020"]),
        # Its own window closed after the waiver, or on its last day.
        ("2020-06-30", "2020-07-31", "M1", "2020-07-30", []),
        ("2020-05-31", "2020-07-01", "M1", "2020-06-30", []),
        ("2019-12-31", "2020-01-31", "M1", "2020-01-30", []),
    ],
)
def test_a_window_that_is_over_is_refused_with_its_last_day_and_the_waiver_m2(
    anniversary: str, day: str, rule: str, last: str, named: list[str]
) -> None:
    year = year_of(anniversary)
    with pytest.raises(MembershipRefused) as refusal:
        check_renewal(year, date.fromisoformat(day), membership_terms(year.anniversary))
    assert (refusal.value.rule, refusal.value.reason) == (rule, "too_late")
    assert refusal.value.facts["closed_on"] == date.fromisoformat(last)
    assert refusal.value.facts["waivers"] == named
    assert last in str(refusal.value)
    assert ("Waiver 2020" in str(refusal.value)) == bool(named)
    assert "version 1" in str(refusal.value)


def test_an_exemption_holds_until_the_next_anniversary_also_once_it_was_renewed_m2() -> None:
    before = year_of("2020-03-01")
    following, terms = before.next_anniversary, membership_terms(before.next_anniversary).terms
    renewed = membership_year(following, terms, waivers(), before.exemptions)
    assert renewed.waivers == ()
    for year in (before, renewed):
        assert [one.waiver.name for one in year.exempt(date(2021, 3, 1))] == ["2020"]
        assert year.exempt(date(2021, 3, 2)) == ()
    # The negative control: without the anniversary before, nothing is exempt.
    assert membership_year(following, terms, waivers()).exempt(date(2020, 4, 1)) == ()


@pytest.mark.parametrize(
    ("day", "family", "names"),
    [
        ("2019-12-31", None, []),
        ("2019-12-31", OfferFamily.PACKAGE, []),
        ("2020-01-01", OfferFamily.PACKAGE, ["2020"]),
        ("2020-01-01", None, ["2020"]),
        ("2020-01-01", OfferFamily.ACTION_PACK, []),
        ("2026-01-01", OfferFamily.ACTION_PACK, []),
    ],
)
def test_a_waiver_is_known_from_its_day_on_and_for_packages_m2(
    day: str, family: OfferFamily | None, names: list[str]
) -> None:
    assert [one.name for one in waivers_on(date.fromisoformat(day), family)] == names
