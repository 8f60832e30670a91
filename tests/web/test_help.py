"""The help page names the contacts by topic (O7); the resources page shows what its file holds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_accounts import enter_as_admin
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.pages import CheckingClient
from vlms.agreements.models import ContactKind
from vlms.insights.resource_links import FILE, ResourcesUnreadable, read_resources
from vlms.resources import resource_path

LINK = """
[[link]]
kind = "guide"
address = "https://guides.example/one"
title.en = "Our own guide"
title.zh = "自訂指南"
text.en = "What it tells."
text.zh = "內容說明。"
"""


def test_the_help_page_names_contacts_by_topic_and_the_account_manager_for_the_rest(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        agreement = make_agreement(work, organisation, "EA-1")
        make_contact(work, agreement, ContactKind.CODES, "codes@litware.example")
    page = client.page("/o/contoso/help")
    rows = {
        row.select("td")[0].contents[0].get_text(): row.select("td")[2].get_text()
        for row in page.select("main tbody tr")
    }
    assert rows["Codes"] == "codes@litware.example"
    assert rows["Pricing and discounts"] == "alex@manager.example"
    assert len(rows) == 6


def test_the_help_page_names_no_contacts_of_others_or_of_ended_agreements(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_agreement(work, other, "EA-OTHER")
        make_agreement(work, organisation, "EA-OWN")
        yesterday = clock().date() - timedelta(days=2)
        make_agreement(work, organisation, "EA-ENDED", last_day=yesterday)
    text = client.page("/o/contoso/help").text
    assert "EA-OWN" in text
    assert "EA-OTHER" not in text
    assert "EA-ENDED" not in text


def test_whoever_has_not_signed_in_is_told_where_to_write(client: CheckingClient) -> None:
    page = client.page("/help")
    assert page.select_one('main a[href^="mailto:"]')
    assert page.select_one('main a[href="/sign-in"]')


def test_the_resources_that_come_with_the_program_are_complete() -> None:
    links = read_resources(resource_path(f"docs/{FILE}").read_text("utf-8"))
    assert {link.kind for link in links} == {"guide", "data-sheet", "roadmap", "tool"}
    assert len({link.address for link in links}) == len(links)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (LINK.replace('"guide"', '"song"'), "kind"),
        (LINK.replace("https:", "http:"), "address"),
        (LINK.replace("https://guides.example/one", "//guides.example"), "address"),
        (LINK.replace("https://guides.example/one", "javascript:alert(1)"), "address"),
        (LINK.replace('title.zh = "自訂指南"\n', ""), "title"),
        (LINK.replace('text.en = "What it tells."\n', 'text.en = ""\n'), "text"),
        ("[[link]", "line 1"),
    ],
)
def test_a_wrong_file_of_resources_is_refused_with_its_entry(wrong: str, part: str) -> None:
    with pytest.raises(ResourcesUnreadable, match=part):
        read_resources(wrong)


@pytest.fixture
def own_file(app: Flask) -> Path:
    place: Path = app.config["SETTINGS"].instance / FILE
    return place


def test_the_operators_file_is_read_instead(client: CheckingClient, own_file: Path) -> None:
    assert client.page("/resources").select_one('main a[href="/rules"]')
    own_file.write_text(LINK, "utf-8")
    try:
        links = client.page("/resources").select("main li a")
        assert [link["href"] for link in links] == ["https://guides.example/one"]
        assert "Our own guide" in links[0].text
        own_file.write_text("[[link]", "utf-8")
        assert "There are no links yet" in client.page("/resources").text
    finally:
        own_file.unlink()
