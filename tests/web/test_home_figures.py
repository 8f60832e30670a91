"""Home pages: what each role sees, and that every number is the length of the list it opens."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role
from vlms.demo.cast import PASSWORD

HOMES = [
    ("admin@contoso.example", "contoso"),
    ("finance@contoso.example", "contoso"),
    ("auditor@contoso.example", "contoso"),
    ("reseller@demo.example", "northwind"),
    ("operator@demo.example", "operations"),
    ("admin@university.example", "demo-university"),
]


def length_of_list(page: BeautifulSoup) -> int:
    """What the list says under its last row; 0 where it says that there is nothing."""
    found = re.search(r"([\d,]+) entr(?:y|ies)", page.select_one("main").get_text(" "))  # type: ignore[union-attr]
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize(("email", "slug"), HOMES)
def test_every_number_is_the_length_of_the_list_it_opens(
    client: CheckingClient, clock: StillClock, email: str, slug: str
) -> None:
    play_demo(clock)
    client.sign_in(email, PASSWORD)
    links = client.page(f"/o/{slug}/").select("a[data-count]")
    assert links
    for link in links:
        if link.get("data-task", "").startswith("admins-"):
            continue
        told = int(str(link["data-count"]))
        assert length_of_list(client.page(str(link["href"]))) == told, link["href"]
