"""Who looks after links, competencies and locations reads their journals on the pages (K5)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_competencies import make_figure, make_skilled
from tests.support.making_skills import ADMIN, BRANCH, make_report
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role
from vlms.partners.queries.locations import get_location_named
from vlms.partners.rules.locations import LocationFacts
from vlms.partners.service.locations import edit_location

AUDITOR, ELSEWHERE = "aud@contoso.example", "pat@tailspin.example"
SCORED = "cloud-business-applications"


@pytest.fixture
def pages(client: CheckingClient, clock: StillClock) -> dict[str, str]:
    with making(clock()) as work:
        own = make_report(work)
        make_member(work, own, Role.AUDITOR, AUDITOR)
        make_figure(work, own, (SCORED, "scored", "new-customers"), date(2026, 1, 1), "10")
        location = get_location_named(work.session, own.id, BRANCH)
        edit_location(work, location.id, LocationFacts(BRANCH, "Kaohsiung", "Kaohsiung", "TW"))
        other = make_organisation(work, "tailspin")
        make_member(work, other, Role.PARTNER_ADMINISTRATOR, ELSEWHERE)
        make_skilled(work, other, "Dora", "AZ-104")
        make_person(work, other, "Eli", "eli@tailspin.example")
        return {
            "links": "links/?tab=linked",
            "competency": f"competencies/{SCORED}",
            "location": f"locations/{location.id}",
        }


@pytest.mark.parametrize("email", [ADMIN, AUDITOR])
@pytest.mark.parametrize("name", ["links", "competency", "location"])
def test_the_journal_stands_on_each_page(
    client: CheckingClient, pages: dict[str, str], email: str, name: str
) -> None:
    client.sign_in(email)
    page = client.page(f"/o/contoso/{pages[name]}")
    titles = [one.get_text(strip=True) for one in page.select("h2.card-title")]
    assert "Journal" in titles
    rows = [row.get_text(" ", strip=True) for row in page.select("table")[-1].select("tbody tr")]
    assert rows


def test_it_holds_no_entries_of_another_organisation(
    client: CheckingClient, pages: dict[str, str]
) -> None:
    """Nobody has changed anything there but by making it."""
    client.sign_in(ELSEWHERE)
    page = client.page("/o/tailspin/links/?tab=linked")
    assert "Dora" in page.text
    assert "990123456" not in page.text
    client.page(f"/o/tailspin/{pages['location']}", 404)
    told = client.page(f"/o/tailspin/competencies/{SCORED}").text
    assert "Nothing has been changed yet." in told
