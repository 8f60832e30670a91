"""Home pages: what each role sees, and that every number is the length of the list it opens."""

from __future__ import annotations

import pytest

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import PASSWORD

HOMES = [
    ("admin@contoso.example", "contoso"),
    ("finance@contoso.example", "contoso"),
    ("auditor@contoso.example", "contoso"),
    ("reseller@demo.example", "northwind"),
    ("operator@demo.example", "operations"),
    ("admin@university.example", "demo-university"),
]


def length_of_list(client: CheckingClient, address: str) -> int:
    """How many rows a list has, all its pages together."""
    page = client.page(address)
    tables = page.select("main table")
    assert len(tables) <= 1
    rows = len(tables[0].select("tbody tr")) if tables else 0
    following = page.select_one("a[rel=next]")
    return rows + (length_of_list(client, str(following["href"])) if following else 0)


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
        assert length_of_list(client, str(link["href"])) == told, link["href"]
