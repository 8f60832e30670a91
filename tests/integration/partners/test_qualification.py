"""A package is renewed at the level that its competency meets, or by a waiver (K3, M2)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.making import making
from tests.support.making_memberships import make_package_order, make_partner, moment
from vlms.core.work import Work
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.competencies import get_facts, list_standings_of
from vlms.partners.queries.membership_standing import standing_of
from vlms.partners.queries.memberships import year_of
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.attainment import CompetencyState, Level
from vlms.partners.service.membership_orders import renew
from vlms.partners.service.membership_payments import record_payment

NAME = "Cloud Business Applications"


def bought(work: Work, name: str = NAME) -> Membership:
    partner = make_partner(work)
    order = make_package_order(work, partner, "gold-package", competency=name)
    return record_payment(work, order.id, work.today(partner.time_zone), "paid")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_the_competency_lacks_stands_in_the_way_of_a_renewal_k3(app: Flask) -> None:
    with making(moment("2025-03-02")) as work:
        membership = bought(work)
        found = get_facts(work.session, membership.organisation_id, date(2025, 3, 2)).package
        assert found == (Level.GOLD, year_of(membership, date(2025, 3, 2)))
    with making(moment("2026-03-10")) as work:
        standing = standing_of(work.session, membership, work.now, may_order=True)
        assert {one.key for one in standing.conditions if not one.is_met} == {"competency"}
    for offer in (None, "silver-package"):
        with pytest.raises(MembershipRefused) as refusal, making(moment("2026-03-10")) as work:
            renew(work, membership.id, "PO-2", offer)
        assert (refusal.value.rule, refusal.value.reason) == ("K3", "not_qualified")
        assert "version 1" in str(refusal.value)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("day", "version", "source"),
    [
        ("2026-06-30", "1", "A sample of this installation"),
        ("2026-07-01", "2", "from July 2026 on"),
    ],
)
def test_a_renewal_is_refused_by_the_version_of_what_the_competency_asks_for_k3(
    app: Flask, day: str, version: str, source: str
) -> None:
    """The terms of membership are in their first version on both days."""
    with making(moment("2025-06-10")) as work:
        membership = bought(work, "sample-data-analytics")
    with pytest.raises(MembershipRefused) as refusal, making(moment(day)) as work:
        renew(work, membership.id, "PO-2")
    told = refusal.value
    assert (told.rule, told.reason) == ("K3", "not_qualified")
    assert f"by version {version} of what it asks for" in str(told)
    assert told.facts["version"] == version
    assert source in told.facts["source"]
    assert told.facts["competency"] == "sample-data-analytics"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_waived_anniversary_is_renewed_without_meeting_it_m2(app: Flask) -> None:
    with making(moment("2019-03-02")) as work:
        membership = bought(work)
        assert membership.anniversary == date(2020, 3, 1)
    with making(moment("2020-05-10")) as work:
        found = qualification_of(work.session, membership, date(2020, 5, 10))
        assert found is not None
        assert found.level is Level.GOLD
        order = renew(work, membership.id, "PO-2")
        after = record_payment(work, order.id, date(2020, 5, 10), "paid")
    assert (after.anniversary, after.offer_key) == (date(2021, 3, 1), "gold-package")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_competency_that_nobody_defines_is_not_judged(app: Flask) -> None:
    with making(moment("2025-03-02")) as work:
        membership = bought(work, "Something else")
        assert qualification_of(work.session, membership, date(2026, 3, 10)) is None
    with making(moment("2026-03-10")) as work:
        assert renew(work, membership.id, "PO-2").amount_minor == 473_000


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_never_under_a_package_has_no_part_in_its_year_k3(app: Flask) -> None:
    """Else whoever buys a package on one competency is told that all others are at risk."""
    with making(moment("2025-03-02")) as work:
        membership = bought(work)
    for day in (date(2025, 3, 2), date(2026, 3, 5), date(2026, 5, 1)):
        facts = get_facts(work.session, membership.organisation_id, day)
        states = {one.definition.is_called(NAME): one.state for one in list_standings_of(facts)}
        assert states[False] is CompetencyState.INITIATED
        assert states[True] is not CompetencyState.INITIATED
