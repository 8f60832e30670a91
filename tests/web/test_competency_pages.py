"""Pages of competencies: the board, one competency, and who may see them (K3-K5)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from tests.support.making_competencies import make_figure, make_skilled
from tests.support.making_memberships import make_package_order
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person
from vlms.core.permissions import Role
from vlms.partners.service.membership_payments import record_payment

ADMIN = "admin@contoso.example"
PLACE = "/o/contoso/competencies/"
PLATFORM = "sample-cloud-platform"


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    """A partner administrator, with three people who attain silver."""
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_member(work, own, Role.PARTNER_ADMINISTRATOR, ADMIN)
        make_member(work, own, Role.LICENSING_ADMIN, "licences@contoso.example")
        make_member(work, own, Role.AUDITOR, "auditor@contoso.example")
        for name, number in (("Ada", "AZ-104"), ("Bo", "AZ-104"), ("Cy", "AZ-305")):
            make_skilled(work, own, name, number)
        before = clock().date().replace(day=1)
        month = date(before.year - (before.month == 1), (before.month - 2) % 12 + 1, 1)
        make_figure(work, own, (PLATFORM, "consumption", "revenue"), month, "40000")
    client.sign_in(ADMIN)
    return client


def text_of(client: CheckingClient, address: str) -> str:
    return " ".join(client.page(address).select_one("main").text.split())  # type: ignore[union-attr]


def test_the_board_tells_how_each_competency_stands_k4(partner: CheckingClient) -> None:
    text = text_of(partner, PLACE)
    row = text.partition("Sample: Cloud Platform Consumption")[2]
    assert row.strip().startswith("Qualified Silver 3 3 0 Not everybody may leave")
    assert "Cloud Business Applications" in text
    assert "Not begun Not attained" in text


def test_a_competency_names_who_counts_and_who_is_critical_k4(partner: CheckingClient) -> None:
    text = text_of(partner, PLACE + PLATFORM)
    assert "These terms are a sample." in text
    assert "People who have passed AZ-104: 2. Silver asks for 2, gold for 4." in text
    assert "Ada Critical AZ-104 Bo Critical AZ-104" in text
    assert "40,000" in text


def test_the_alert_stands_where_the_renewal_is_at_risk_k4(
    partner: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        own = work.session.scalars(select(Organisation)).one()
        order = make_package_order(work, own, "silver-package", "USD", PLATFORM)
        record_payment(work, order.id, work.today(own.time_zone), "paid")
    alert = "Recent changes to your competency attainment put your membership renewal at risk."
    assert alert not in text_of(partner, PLACE + PLATFORM)
    with making(clock()) as work:
        cy = work.session.scalars(select(Person).where(Person.name == "Cy")).one()
        cy.left_at = clock()
    assert alert in text_of(partner, PLACE + PLATFORM)


def test_competencies_are_for_those_of_k5(partner: CheckingClient) -> None:
    assert partner.get(PLACE + "no-such").status_code == 404
    partner.sign_in("auditor@contoso.example")
    assert partner.get(PLACE).status_code == 200
    partner.sign_in("licences@contoso.example")
    assert partner.get(PLACE).status_code == 403
    assert partner.get(PLACE + PLATFORM).status_code == 403


def test_a_leaver_s_effect_stands_on_the_page_before_it_happens_k4(
    partner: CheckingClient, clock: StillClock
) -> None:
    """Competencies are told there to those of K5 alone."""
    with making(clock()) as work:
        person = work.session.scalar(select(Person).where(Person.name == "Cy"))
        own = work.session.scalar(select(Organisation))
        assert person is not None
        assert own is not None
        both = make_member(work, own, Role.LICENSING_ADMIN, "both@contoso.example")
        make_role(work, own, both, Role.GLOBAL_ADMINISTRATOR)
        address = f"/o/contoso/people/{person.id}/leave"
    partner.sign_in("both@contoso.example")
    text = " ".join(partner.page(address).get_text(" ").split())
    assert "Sample: Cloud Platform : Silver Not attained Falls" in text.replace(" Then ", " ")
    partner.sign_in("licences@contoso.example")
    assert "Cloud Platform" not in partner.page(address).text
