"""A waiver holds a package's competency complete, also once the fee is paid (M2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.making import making
from tests.support.making_memberships import (
    QUALIFIED,
    make_membership,
    make_package_order,
    make_partner,
    make_qualified,
    moment,
)
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.notices.models import OutboxMessage
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.competencies import CompetencySpell
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.competencies import get_facts, list_standings_of
from vlms.partners.queries.membership_standing import MembershipStanding, standing_of
from vlms.partners.queries.memberships import list_benefits, year_of
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.attainment import CompetencyState
from vlms.partners.service.competency_notes import note_standings
from vlms.partners.service.membership_orders import renew
from vlms.partners.service.membership_payments import record_payment

SEEN = System("test")
ACTIVE, AT_RISK, GRACE = CompetencyState.ACTIVE, CompetencyState.AT_RISK, CompetencyState.GRACE


def make_unmet(day: str, competency: str = QUALIFIED) -> Membership:
    """A gold package that was paid on a day, on a competency that one person has begun."""
    with making(moment(day)) as work:
        partner = make_partner(work)
        make_qualified(work, partner, people=1)
        order = make_package_order(work, partner, "gold-package", competency=competency)
        return record_payment(work, order.id, date.fromisoformat(day), "paid")


def paid_anew(day: str, offer: str, competency: str) -> None:
    with making(moment(day)) as work:
        former = work.session.scalars(select(Membership)).one().organisation
        order = make_package_order(work, former, offer, competency=competency)
        record_payment(work, order.id, date.fromisoformat(day), "paid")


def renewed(membership: Membership, day: str) -> Membership:
    with making(moment(day)) as work:
        order = renew(work, membership.id, "PO-2")
        return record_payment(work, order.id, date.fromisoformat(day), "paid")


def moved(membership: Membership, day: str) -> None:
    """Renewed on a day by whom nothing was asked, as releases before did (K3)."""
    with making(moment(day)) as work:
        kept = work.session.get_one(Membership, membership.id)
        kept.anniversary += timedelta(days=365)


def noted(membership: Membership, *on: str) -> list[CompetencyState]:
    """How the competency stood on each of these days, when a worker looked."""
    found = []
    for day in on:
        with making(moment(day)) as work:
            note_standings(work, membership.organisation_id)
            own = select(CompetencySpell).where(
                CompetencySpell.competency == QUALIFIED, CompetencySpell.ended_on.is_(None)
            )
            found.append(work.session.scalars(own).one().state)
    return found


def mails() -> int:
    with reading(SEEN) as session:
        fallen = select(OutboxMessage).where(OutboxMessage.template == "competency_fallen")
        return len(session.scalars(fallen).all())


def looked_at(membership: Membership, day: str) -> MembershipStanding:
    with making(moment(day)) as work:
        kept = work.session.get_one(Membership, membership.id)
        return standing_of(work.session, kept, work.now, may_order=True)


def test_it_stays_complete_until_the_next_anniversary_once_the_fee_is_paid_m2(app: Flask) -> None:
    membership = make_unmet("2019-03-02")
    assert noted(membership, "2020-02-01", "2020-03-01", "2020-03-02") == [ACTIVE, ACTIVE, GRACE]
    after = renewed(membership, "2020-04-01")
    assert after.anniversary == date(2021, 3, 1)
    days = ("2020-04-01", "2020-07-01", "2020-12-31", "2021-03-01", "2021-03-02", "2021-03-31")
    assert noted(after, *days) == [ACTIVE, ACTIVE, ACTIVE, ACTIVE, GRACE, GRACE]
    assert noted(after, "2021-04-01") == [CompetencyState.LOST]
    assert mails() == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_next_renewal_needs_it_met_and_its_skills_are_checked_m2(app: Flask) -> None:
    after = renewed(make_unmet("2019-03-02"), "2020-04-01")
    with making(moment("2020-09-02")) as work:
        found = qualification_of(work.session, after, date(2020, 9, 2))
        assert found is not None
        assert found.is_at_risk
    with pytest.raises(MembershipRefused) as refusal:
        renewed(after, "2021-03-02")
    assert (refusal.value.rule, refusal.value.reason) == ("K3", "not_qualified")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("bought", "grace", "later", "state"),
    [
        ("2019-03-02", "2020-03-10", "2020-04-01", ACTIVE),
        # The negative control: its anniversary, 2 July 2020, has no waiver.
        ("2019-07-03", "2020-07-10", "2020-08-01", AT_RISK),
    ],
)
def test_what_no_waiver_exempts_is_at_risk_and_told_k3(
    app: Flask, bought: str, grace: str, later: str, state: CompetencyState
) -> None:
    membership = make_unmet(bought)
    assert noted(membership, grace) == [GRACE]
    moved(membership, later)
    assert noted(membership, later) == [state]
    assert mails() == (1 if state is AT_RISK else 0)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("bought", "anew", "competency", "complete"),
    [
        ("2019-03-02", "2020-08-01", "Sample: Data Analytics", True),
        ("2019-03-02", "2020-08-01", "sample-security", False),
        ("2019-07-03", "2020-08-05", "Sample: Data Analytics", False),
    ],
)
def test_what_was_bought_anew_on_it_is_complete_until_the_same_day_m2(
    app: Flask, bought: str, anew: str, competency: str, complete: bool
) -> None:
    former = make_unmet(bought, competency)
    paid_anew(anew, "gold-package", QUALIFIED)
    for day in (anew, "2021-03-01", "2021-03-02"):
        with making(moment(day)) as work:
            facts = get_facts(work.session, former.organisation_id, date.fromisoformat(day))
            (found,) = [
                one.state for one in list_standings_of(facts) if one.definition.key == QUALIFIED
            ]
        assert (found is ACTIVE) == (complete and day != "2021-03-02"), day


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_action_pack_has_no_waiver_m2(app: Flask) -> None:
    with making(moment("2019-01-15")) as work:
        pack = make_membership(work, make_partner(work), "action-pack")
    assert pack.anniversary == date(2020, 1, 15)
    assert year_of(pack, date(2020, 2, 1)).waivers == ()
    inside, late = looked_at(pack, "2020-02-14"), looked_at(pack, "2020-02-15")
    assert inside.can_renew
    assert not late.can_renew
    for standing in (inside, late):
        assert "competency" not in {one.key for one in standing.conditions}
        assert standing.last_day_to_renew == standing.benefits_end == date(2020, 2, 14)
    with pytest.raises(MembershipRefused) as refusal:
        renewed(pack, "2020-02-15")
    assert (refusal.value.rule, refusal.value.facts["closed_on"]) == ("M1", date(2020, 2, 14))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_benefits_of_a_missed_window_rest_until_it_is_paid_m2(app: Flask) -> None:
    package = make_unmet("2019-01-15")
    with reading(SEEN) as session:
        ends = {one.ends_on for one in list_benefits(session, package.id)}
    standing = looked_at(package, "2020-03-10")
    assert standing.benefits_end == max(ends) == date(2020, 2, 14)
    assert standing.last_day_to_renew == date(2020, 6, 30)
    with pytest.raises(MembershipRefused) as refusal:
        renewed(package, "2020-07-01")
    assert (refusal.value.rule, refusal.value.facts["closed_on"]) == ("M2", date(2020, 6, 30))
    after = renewed(package, "2020-05-10")
    with reading(SEEN) as session:
        last = max(one.ends_on for one in list_benefits(session, package.id))
    assert looked_at(after, "2020-05-10").benefits_end == last == date(2021, 2, 13)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("day", "names"), [("2019-12-31", []), ("2020-01-01", ["2020"])])
def test_a_membership_is_looked_at_with_what_was_known_that_day_m2(
    app: Flask, day: str, names: list[str]
) -> None:
    """In 2019 nobody knew of a waiver, so a competency that is not met was at risk."""
    package = make_unmet("2019-03-02")
    standing = looked_at(package, day)
    assert [one.name for one in standing.year.waivers] == names
    assert noted(package, day) == [ACTIVE if names else AT_RISK]
