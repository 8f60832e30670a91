"""Pages of memberships, and their commands (F14)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_memberships import (
    PETRA,
    QUALIFIED,
    make_membership,
    make_partner,
    make_qualified,
    moment,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant, User
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.notices.models import OutboxMessage
from vlms.partners.cli.memberships import memberships
from vlms.partners.models.competencies import CompetencySpell
from vlms.partners.models.memberships import Membership, MembershipBenefit, MembershipOrder
from vlms.partners.queries.memberships import list_benefits
from vlms.partners.rules.attainment import CompetencyState

PAGE = "/o/contoso/memberships/"
SEEN = System("test")
ORDER = {"purchase_order": "PO-7"}


def at(client: CheckingClient, clock: StillClock, day: str) -> None:
    """Petra comes to work on a day, at noon there."""
    clock.set(moment(day))
    client.sign_in(PETRA)


def one(model: type[Membership] | type[MembershipOrder]) -> str:
    with reading(SEEN) as session:
        return str(session.scalars(select(model.id).order_by(model.id.desc())).first())


@pytest.fixture
def silver(client: CheckingClient, clock: StillClock) -> str:
    """A silver package with its anniversary on 29 February 2024; its page."""
    clock.set(moment("2023-03-01"))
    with making(clock()) as work:
        partner = make_partner(work)
        make_member(work, partner, Role.AUDITOR, "otto@contoso.example")
        membership = make_membership(work, partner)
        assert membership.anniversary == date(2024, 2, 29)
    return f"{PAGE}{membership.id}"


def test_an_offer_is_bought_and_paid_on_pages(client: CheckingClient, clock: StillClock) -> None:
    clock.set(moment("2026-03-02"))
    with making(clock()) as work:
        make_qualified(work, make_partner(work))
    client.sign_in(PETRA)
    page = client.page(PAGE)
    assert "No membership was bought yet" in page.text
    assert "sample prices" in page.text
    buy = f"{PAGE}offers/gold-package/buy"
    asked = {**ORDER, "currency": "USD", "competency": QUALIFIED}
    shown = client.page(buy)
    first = shown.select_one("select[name=competency] option")
    assert first is not None
    assert first.text == "Sample: Data Analytics (Gold)"
    assert client.send(buy, **{**asked, "competency": "Something"}).status_code == 422
    refused = client.send(buy, **{**asked, "competency": "cloud-business-applications"})
    assert refused.status_code == 422
    assert "It lacks: 0 of 80 points." in refused.text
    assert "/competencies/cloud-business-applications" in refused.text
    assert client.send(buy, **asked).status_code == 302
    assert client.send(buy, **asked).status_code == 422
    assert "Waits for its payment" in client.page(PAGE).text
    pay = f"{PAGE}orders/{one(MembershipOrder)}/pay"
    assert client.send(pay, paid_on="2026-03-03", reference="wire").status_code == 422
    assert client.send(pay, paid_on="2026-03-02", reference="wire").status_code == 302
    page = client.page(f"{PAGE}{one(Membership)}")
    assert "Sample: Data Analytics" in page.text
    assert "2 Mar 2027" in page.text
    assert client.page(f"{PAGE}offers/bronze/buy", 404)


def test_why_it_cannot_be_renewed_is_told_around_the_window_m1(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    for day, unmet in (("2024-02-29", 1), ("2024-03-01", 0), ("2024-03-30", 0), ("2024-03-31", 1)):
        at(client, clock, day)
        renew = client.page(PAGE).select_one("table a.btn-primary[href$='/renew']")
        assert (renew is None) == bool(unmet), day
        page = client.page(f"{silver}/conditions")
        assert len(page.select("li.is-unmet")) == unmet, day
        assert len(page.select("li.is-met, li.is-unmet")) == 4, day
        answer = client.send(f"{silver}/renew", **ORDER, offer="silver-package")
        assert answer.status_code == (422 if unmet else 302), day
        if unmet:
            assert "version 1" in answer.text
            assert client.page(f"{silver}/conditions").select("li.is-unmet a")
        else:
            assert len(client.page(f"{silver}/conditions").select("li.is-unmet")) == 1
            client.send(f"{PAGE}orders/{one(MembershipOrder)}/withdraw")
    page = client.page(silver)
    assert "Benefits and competencies were lost on 31 Mar 2024" in page.text
    assert page.select_one("a[href$='/offers/silver-package/buy']") is not None


def test_a_package_is_upgraded_and_its_benefits_are_counted(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    at(client, clock, "2023-06-01")
    with making(clock()) as work:
        make_qualified(work, work.session.scalars(select(Membership)).one().organisation)
    assert "3,547.50" in client.page(f"{silver}/upgrade").text
    for on, status in (("sample-security", 422), (QUALIFIED, 302)):
        assert client.send(f"{silver}/upgrade", **ORDER, competency=on).status_code == status
    pay = f"{PAGE}orders/{one(MembershipOrder)}/pay"
    assert client.send(pay, paid_on="2023-06-01", reference="wire").status_code == 302
    page = client.page(silver)
    assert "in place of" in page.text
    with reading(SEEN) as session:
        statement = select(MembershipBenefit).where(MembershipBenefit.benefit_key == "office-seats")
        benefit = session.scalars(statement).one()
    seats = f"{PAGE}benefits/{benefit.id}"
    assert client.send(f"{seats}/assign", count="100").status_code == 302
    assert client.send(f"{seats}/assign", count="1").status_code == 422
    assert client.send(f"{seats}/activate", count="40").status_code == 302
    assert client.send(f"{seats}/activate", count="x").status_code == 422
    assert "14,400.00" in client.page(silver).text
    client.sign_in("otto@contoso.example")
    page = client.page(silver)
    assert "Benefits assigned" in page.text
    assert not page.select("a[href$='/assign']")
    assert client.get(f"{seats}/assign").status_code == 403


def test_the_role_is_handed_over_in_one_step(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    at(client, clock, "2023-06-01")
    place = f"{PAGE}hand-over"
    assert client.send(place, email="new@contoso.example", name="").status_code == 422
    assert client.send(place, email=PETRA, name="").status_code == 422
    sure = {"email": "new@contoso.example", "name": "Nina", "sure": "new@contoso.example"}
    assert (
        "This address is of nobody who works for" in client.send(place, **{**sure, "sure": ""}).text
    )
    assert client.send(place, **sure).status_code == 302
    client.comes_back = False
    assert client.get(PAGE).status_code in (302, 404)
    with reading(SEEN) as session:
        held = session.execute(
            select(User.email, RoleGrant.ended_at)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role == Role.PARTNER_ADMINISTRATOR)
        ).all()
        mails = set(session.scalars(select(OutboxMessage.to_address)))
    assert {email: ended is None for email, ended in held} == {
        PETRA: False,
        "new@contoso.example": True,
    }
    assert "new@contoso.example" in mails


def test_who_has_not_the_role_hands_nothing_over(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    clock.set(moment("2023-06-01"))
    with making(clock()) as work:
        partner = work.session.scalars(select(Membership)).one().organisation
        make_member(work, partner, Role.GLOBAL_ADMINISTRATOR, "glen@contoso.example")
    client.sign_in("glen@contoso.example")
    answer = client.send(f"{PAGE}hand-over", email="new@contoso.example", name="Nina")
    assert answer.status_code == 422
    assert "Only who has the role hands it over" in answer.text
    clock.move(minutes=6)
    assert "/prove" in str(client.get(f"{PAGE}hand-over").location)


def test_another_partner_sees_and_changes_nothing_of_it(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    clock.set(moment("2024-03-02"))
    with making(clock()) as work:
        make_partner(work, "fabrikam")
    client.sign_in("petra@fabrikam.example")
    assert "No membership was bought yet" in client.page("/o/fabrikam/memberships/").text
    with reading(SEEN) as session:
        benefit = session.scalars(select(MembershipBenefit.id)).first()
    client.checks = False
    for place in (
        silver.rsplit("/", 1)[1],
        f"{silver.rsplit('/', 1)[1]}/renew",
        f"orders/{one(MembershipOrder)}/pay",
        f"benefits/{benefit}/assign",
    ):
        assert client.get(f"/o/fabrikam/memberships/{place}").status_code == 404, place
        assert client.get(f"{PAGE}{place}").status_code == 404, place


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_a_lower_level_ends_is_shown_before_it_is_ordered_and_paid_m1(
    client: CheckingClient, clock: StillClock
) -> None:
    clock.set(moment("2025-03-02"))
    with making(clock()) as work:
        made = make_membership(work, make_partner(work), "gold-package")
        for benefit in list_benefits(work.session, made.id):
            benefit.assigned_count = benefit.quantity
    at(client, clock, "2026-03-10")
    told = "100 are assigned until 1 Apr 2026; from then on 25 go on."
    assert told in client.page(f"{PAGE}{made.id}/renew").text
    assert client.send(f"{PAGE}{made.id}/renew", **ORDER, offer="silver-package").status_code == 302
    assert told in client.page(f"{PAGE}orders/{one(MembershipOrder)}/pay").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_act_has_a_command(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_qualified(work, make_partner(work))
    cli = CliRunner()

    def run(*words: str) -> str:
        result = cli.invoke(memberships, words, obj=lambda: app, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    buy = ("buy", "contoso", "silver-package", "USD", "--purchase-order", "PO-1", "--competency")
    for lacking in ("Sample: Security", "No such"):
        assert cli.invoke(memberships, (*buy, lacking), obj=lambda: app).exit_code != 0
    run(*buy, "Sample: Data Analytics")
    (order,) = json.loads(run("orders", "contoso", "--json"))
    assert (order["amount"], order["state"]) == ("USD 1,670.00", "placed")
    run("pay", order["number"], order["placed_on"], "wire")
    (found,) = json.loads(run("list", "contoso", "--json"))
    # Its figures count from the anniversary on, and the year has only begun.
    assert (found["state"], found["lacks"]) == ("active", "opens(M1) competency(K3)")
    upgrade = ("upgrade", found["id"], "--purchase-order", "PO-2", "--competency")
    assert cli.invoke(memberships, (*upgrade, "Sample: Security"), obj=lambda: app).exit_code != 0
    run("buy", "contoso", "action-pack", "USD", "--purchase-order", "PO-3")
    number = json.loads(run("orders", "contoso", "--json"))[0]["number"]
    run("withdraw", number)
    mails = json.loads(run("mails", found["id"], "--json"))
    assert {(one["kind"], one["sent"]) for one in mails} == {
        (kind, False) for kind in ("renewal", "benefits", "skills", "lost")
    }
    benefits = json.loads(run("benefits", found["id"], "--json"))
    run("assign", benefits[0]["id"], "5")
    run("activate", benefits[0]["id"], "2")
    run("assign", benefits[0]["id"], "-1")
    counted = json.loads(run("benefits", found["id"], "--json"))[0]
    assert (counted["assigned"], counted["activated"]) == (4, 2)
    run("hand-over", "contoso", PETRA, "new@contoso.example", "--name", "Nina")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_competency_that_does_not_qualify_is_linked_k3(
    client: CheckingClient, clock: StillClock
) -> None:
    clock.set(moment("2025-03-02"))
    with making(clock()) as work:
        made = make_membership(work, make_partner(work))
        made.competency = "Cloud Business Applications"
    at(client, clock, "2026-03-10")
    page = client.page(f"{PAGE}{made.id}/conditions")
    (link,) = page.select("li.is-unmet a:not(.rule)")
    assert "Cloud Business Applications" in client.page(str(link["href"])).text


def test_the_home_of_a_partners_people_tells_what_runs_and_what_falls(
    client: CheckingClient, clock: StillClock, silver: str
) -> None:
    at(client, clock, "2024-03-05")
    with making(clock()) as work:
        membership = work.session.scalars(select(Membership)).one()
        spell = CompetencySpell(
            organisation_id=membership.organisation_id,
            competency="sample-security",
            state=CompetencyState.AT_RISK,
            level=None,
            started_on=date(2024, 2, 1),
            created_at=clock(),
        )
        work.session.add(spell)
    home = client.page("/o/contoso/").text
    assert "Benefits end on 30 Mar 2024." in home
    assert "Sample: Security" in home
    assert "Since 1 Feb 2024" in home
    assert "first site pack" not in home
