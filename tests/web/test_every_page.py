"""Everything that can be reached by a link, for everyone of the demo, in both languages.

The client looks at each page: title, headings, labels, tokens, nothing inline.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_OF_A_KIND = 2


def visit(client: CheckingClient) -> dict[str, int]:
    """Follow all links from the home page; the answers by address, some of each kind."""
    answers: dict[str, int] = {}
    kinds: Counter[str] = Counter()
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        kind = _ID.sub("…", urlsplit(address).path)
        if address in answers or kinds[kind] >= _OF_A_KIND:
            continue
        kinds[kind] += 1
        response = client.get(address)
        answers[address] = response.status_code
        if response.location:
            waiting.append(urljoin(address, response.location))
        elif response.mimetype == "text/html":
            waiting.extend(links(address, response.get_data(as_text=True)))
    return answers


def links(address: str, text: str) -> list[str]:
    page = BeautifulSoup(text, "html.parser")
    targets = (urljoin(address, str(a["href"]).split("#")[0]) for a in page.select("a[href]"))
    return [target for target in targets if target.startswith("/")]


def test_every_page_that_a_link_leads_to_is_well_made(app: Flask, clock: StillClock) -> None:
    played = play_demo(clock)
    clock.set(played.stage.now)
    members = [entry[0] for entry in (*MEMBERS, *LEARNERS)]
    seen = 0
    for number, email in enumerate(members):
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = ("en", "zh-TW")[number % 2]
        client.sign_in(email, PASSWORD)
        answers = visit(client)
        wrong = {address: status for address, status in answers.items() if status >= 400}
        assert not wrong, (email, wrong)
        seen += len(answers)
    assert seen > 300


def test_the_visit_finds_a_page_that_is_not_there() -> None:
    bare = Flask("bare")
    bare.test_client_class = CheckingClient
    bare.add_url_rule("/", "start", lambda: '<a href="/gone">gone</a>')
    client = bare.test_client()
    assert isinstance(client, CheckingClient)
    assert visit(client) == {"/": 200, "/gone": 404}


@pytest.mark.parametrize("address", ["/sign-in", "/rules", "/nowhere"])
def test_pages_without_sign_in_are_well_made(client: CheckingClient, address: str) -> None:
    assert client.get(address).status_code in (200, 404)
