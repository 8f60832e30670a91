"""Charts: their tables say what the lists say, and only pages with charts load the library."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient
from vlms.accounts.service.organisations import add_school
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.demo.cast import PASSWORD


def chart(page: BeautifulSoup, key: str) -> Tag:
    found = page.select_one(f'[data-chart="{key}"]')
    assert found is not None, key
    return found


def figures(found: Tag) -> dict[str, dict[str, str]]:
    """The table of a chart: row, heading, value that is drawn."""
    headings = [cell.text for cell in found.select("thead th")][1:]
    return {
        str(row.select_one("th").text): dict(  # type: ignore[union-attr]
            zip(headings, (str(cell["data-value"]) for cell in row.select("td")), strict=True)
        )
        for row in found.select("tbody tr")
    }


def test_the_last_month_is_what_the_home_page_counts_now(
    client: CheckingClient, clock: StillClock
) -> None:
    play_demo(clock)
    client.sign_in("admin@contoso.example", PASSWORD)
    home = client.page("/o/contoso/")
    now = {
        str(link["href"]).partition("state=")[2]: int(str(link["data-count"]))
        for link in home.select('a[href*="/codes/?state="]')
    }
    rows = figures(chart(client.page("/o/contoso/figures"), "codes"))
    assert len(rows) == 12
    last = {heading: int(value) for heading, value in list(rows.values())[-1].items()}

    def told(*states: str) -> int:
        return sum(now.get(state, 0) for state in states)

    assert last == {
        "Not assigned": told("available", "reserved"),
        "Assigned or registered": told("assigned", "registered"),
        "Used or activated": told("used", "activated"),
        "Forfeited or void": told("forfeited", "void"),
        "Expired": told("expired"),
    }


def test_currencies_are_never_mixed(client: CheckingClient, clock: StillClock) -> None:
    play_demo(clock)
    client.sign_in("operator@demo.example", PASSWORD)
    keys = [
        str(found["data-chart"])
        for found in client.page("/o/operations/figures").select("[data-chart]")
    ]
    assert [key for key in keys if key.startswith("spend-")] == ["spend-twd", "spend-usd"]


def test_use_is_counted_by_school(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.AUDITOR, "ann@contoso.example")
        school = add_school(work, organisation.id, "School of Law")
        person = make_person(work, organisation, "Lin", "lin@contoso.example")
        other = make_person(work, organisation, "Max", "max@contoso.example")
        person.school_id = school.id
        line = make_line(work, make_agreement(work, organisation), make_product(work), 9)
        make_codes(work, line, 2, person=person, state=State.ASSIGNED)
        make_codes(work, line, 1, person=person, state=State.USED, ended_at=clock())
        make_codes(work, line, 1, person=person, state=State.RESERVED)
        make_codes(work, line, 4, person=other, state=State.ASSIGNED)
    client.sign_in("ann@contoso.example")
    rows = figures(chart(client.page("/o/contoso/figures"), "schools"))
    assert rows["School of Law"]["Assigned or registered"] == "2"
    assert rows["School of Law"]["Used or activated"] == "1"
    assert list(rows) == ["School of Law"]


@pytest.mark.parametrize(
    ("email", "slug", "keys"),
    [
        ("finance@contoso.example", "contoso", {"spend-usd"}),
        ("reseller@demo.example", "northwind", {"codes", "spend-twd", "spend-usd"}),
        ("auditor@contoso.example", "contoso", {"codes", "spend-usd"}),
    ],
)
def test_each_role_sees_the_charts_of_its_permissions(
    client: CheckingClient, clock: StillClock, email: str, slug: str, keys: set[str]
) -> None:
    play_demo(clock)
    client.sign_in(email, PASSWORD)
    page = client.page(f"/o/{slug}/figures")
    assert {str(found["data-chart"]) for found in page.select("[data-chart]")} == keys


def test_only_pages_with_charts_load_the_library(client: CheckingClient, clock: StillClock) -> None:
    play_demo(clock)
    client.sign_in("admin@contoso.example", PASSWORD)

    def loads(address: str) -> bool:
        return bool(client.page(address).select('script[src*="chart.min"]'))

    assert loads("/o/contoso/figures")
    assert loads("/o/contoso/")
    assert not loads("/o/contoso/orders/")


def test_the_home_page_is_sent_the_charts_alone(client: CheckingClient, clock: StillClock) -> None:
    play_demo(clock)
    client.sign_in("admin@contoso.example", PASSWORD)
    response = client.get("/o/contoso/figures", headers={"HX-Request": "true"})
    text = response.get_data(as_text=True)
    assert "data-chart" in text
    assert "<html" not in text
    assert "<script" not in text
