"""Links and memberships of the past are judged by the terms of their time (K1, M1-M3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vlms.core.versions import Version
from vlms.partners.errors import LinkRefused, MembershipRefused
from vlms.partners.rules.linking import check_link, next_link
from vlms.partners.rules.membership_orders import MembershipOrderKind, last_day_to_pay
from vlms.partners.rules.membership_year import check_renewal, membership_year
from vlms.partners.terms import link_terms, membership_terms, waivers, waivers_on

LAST_OF_FIRST, FIRST_OF_SECOND = date(2026, 6, 30), date(2026, 7, 1)


def days(count: int) -> timedelta:
    return timedelta(days=count)


SHIPPED = membership_terms(LAST_OF_FIRST)
SHORTER = replace(SHIPPED.terms, last_window_day=days(10), year=days(366), unpaid=days(5))
TERMS = (SHIPPED, Version("2", FIRST_OF_SECOND, "A shorter window.", SHORTER))
SHIPPED_LINKS = link_terms(LAST_OF_FIRST)
STRICTER = replace(SHIPPED_LINKS.terms, most_in_period=2, days_between=days(60))
LINKS = (SHIPPED_LINKS, Version("2", FIRST_OF_SECOND, "Longer waits.", STRICTER))


@pytest.mark.parametrize(
    ("anniversary", "version", "closes", "following", "pay_by"),
    [
        (LAST_OF_FIRST, "1", date(2026, 7, 30), date(2027, 6, 30), date(2026, 7, 30)),
        (FIRST_OF_SECOND, "2", date(2026, 7, 11), date(2027, 7, 2), date(2026, 7, 6)),
    ],
)
def test_a_membership_s_year_is_of_the_version_of_its_anniversary_m1(
    anniversary: date, version: str, closes: date, following: date, pay_by: date
) -> None:
    found = membership_terms(anniversary, TERMS)
    year = membership_year(anniversary, found.terms)
    assert (found.name, year.window_closes, year.next_anniversary) == (version, closes, following)
    check_renewal(year, closes, found)
    with pytest.raises(MembershipRefused) as refusal:
        check_renewal(year, closes + days(1), found)
    assert refusal.value.facts["version"] == version
    assert f"version {version} " in str(refusal.value)
    # M3: unpaid orders lapse by the version of the day on which they were placed.
    assert last_day_to_pay(MembershipOrderKind.BUY, anniversary, found) == pay_by


@pytest.mark.parametrize(
    ("started", "version", "first"),
    [
        (LAST_OF_FIRST, "1", date(2026, 7, 30)),
        (FIRST_OF_SECOND, "2", date(2026, 8, 30)),
    ],
)
def test_an_association_waits_by_the_version_of_its_start_k1(
    started: date, version: str, first: date
) -> None:
    found = link_terms(started, LINKS)
    assert found.name == version
    assert next_link([started], started, found.terms).first_day == first
    check_link([started], first, found)
    with pytest.raises(LinkRefused) as refusal:
        check_link([started], first - days(1), found)
    assert f"version {version} " in str(refusal.value)


@pytest.mark.parametrize("day", [LAST_OF_FIRST, FIRST_OF_SECOND])
def test_without_a_second_version_both_days_are_judged_alike(day: date) -> None:
    """The negative control: what is shipped has one version of each."""
    assert membership_terms(day).terms == SHIPPED.terms
    assert link_terms(day).terms == SHIPPED_LINKS.terms


def test_a_waiver_is_known_from_its_own_day_on_m2() -> None:
    (first,) = waivers()
    later = replace(first, name="later", valid_from=FIRST_OF_SECOND)
    assert waivers_on(LAST_OF_FIRST, known=(first, later)) == (first,)
    assert waivers_on(FIRST_OF_SECOND, known=(first, later)) == (first, later)
