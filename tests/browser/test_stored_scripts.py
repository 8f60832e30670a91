"""Nothing that somebody has typed runs in anybody's browser (threat 15).

Every place that people fill holds a hostile text; pages of the demo are looked at in Chromium,
which tells what ran, what the content-security policy stopped, and what became
markup. `make campaign` looks at every page, in both languages, with the texts in other places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from flask import Flask

from tests.browser.conftest import Look, Visit
from tests.browser.running import listen, told
from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.hostile_texts import MARK, TEXTS, plant
from tests.support.pages import CheckingClient
from vlms.demo.cast import PASSWORD

ENGLISH = Look("en", 1280)
# Who sees the most, and how many of their pages the short run takes: each third.
MANY, EACH = ("admin@hongyuan.example", "operator@demo.example"), 3


def played(clock: StillClock, first: int = 0) -> None:
    """The demo, in which each text that people typed is a hostile one."""
    clock.set(play_demo(clock).stage.now)
    assert plant(first) > 1_000


def pages_of(app: Flask, email: str) -> list[str]:
    """The pages that somebody finds by following links, one of each shape."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(email, PASSWORD)
    client.checks = False
    return list(walk(client, 1).pages)


def look_at(
    visit: Visit, places: Mapping[str, Sequence[str]], look: Look = ENGLISH
) -> tuple[int, int]:
    """How many pages were looked at, and how many of them showed a hostile text."""
    seen, shown, found = 0, 0, []
    for email, addresses in places.items():
        page = visit.signed_in(email, PASSWORD, look=look)
        listen(visit, page)
        visit.choose_language(page, look)
        for address in addresses:
            page.goto(address)
            found += told(page)
            seen += 1
            shown += MARK in page.inner_text("body")
        page.context.close()
    assert not found, "\n".join(found)
    return seen, shown


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_page_runs_what_somebody_has_typed(app: Flask, clock: StillClock, visit: Visit) -> None:
    played(clock)
    seen, shown = look_at(visit, {email: pages_of(app, email)[::EACH] for email in MANY})
    assert seen > 20
    assert shown > seen / 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("policy", ["", "default-src 'self'"], ids=["no policy", "policy"])
def test_a_page_that_takes_texts_for_markup_is_told(app: Flask, visit: Visit, policy: str) -> None:
    """The control: a careless page, with and without a policy that stops what it runs."""
    page = visit.window()
    listen(visit, page)
    headers = {"Content-Security-Policy": policy} if policy else {}
    body = f"<!doctype html><title>x</title><p>{''.join(TEXTS[:4])}</p>"
    page.route(
        "**/careless",
        lambda route: route.fulfill(body=body, headers=headers, content_type="text/html"),
    )
    page.goto("/careless")
    page.wait_for_timeout(300)
    found = " ".join(told(page))
    visit.complaints.clear()
    assert "markup: <svg" in found
    assert ("script-src" in found) if policy else (": ran" in found)
