"""Everything that can be reached by a link, for everyone of the demo, in both languages.

The client looks at each page: title, headings, labels, tokens, nothing inline.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD


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
        answers = walk(client, 1).answers
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
    assert walk(client).answers == {"/": 200, "/gone": 404}


@pytest.mark.parametrize("address", ["/sign-in", "/rules", "/nowhere"])
def test_pages_without_sign_in_are_well_made(client: CheckingClient, address: str) -> None:
    assert client.get(address).status_code in (200, 404)
