"""While an operator sees as somebody else: a banner on all pages, no code, nothing sent (G7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.crawling import links, walk
from tests.support.demo import play_demo
from tests.support.making import making
from tests.support.making_codes import text_of
from tests.support.pages import CheckingClient, told_by
from tests.support.visiting import REFUSED, bare, user_id_of, visit
from vlms.codes.models import Code
from vlms.demo.cast import PASSWORD
from vlms.web.visits import ALWAYS_OPEN, SAFE

ADMIN, LEARNER, OPERATOR = "admin@contoso.example", "leo@contoso.example", "operator@demo.example"
PLACE = "contoso"


class NotingClient(CheckingClient):
    """Keeps what was answered, by address."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.noted: dict[str, TestResponse] = {}

    def get(self, *args: Any, **kw: Any) -> TestResponse:
        answer = super().get(*args, **kw)
        self.noted[str(args[0])] = answer
        return answer


def at_the_demo(app: Flask, clock: StillClock, as_: str | None = ADMIN) -> NotingClient:
    """The operator of the demo, who sees the system as this user."""
    clock.set(play_demo(clock).stage.now)
    client = NotingClient(app, app.response_class, use_cookies=True)
    client.sign_in(OPERATOR, PASSWORD)
    if as_:
        visit(client, user_id_of(clock(), as_), "operations", PLACE)
    return client


def code_texts(clock: StillClock) -> frozenset[str]:
    """All codes that can be opened still."""
    with making(clock()) as work:
        held = work.session.scalars(select(Code).where(Code.sealed_text.is_not(None)))
        return frozenset(text_of(work, code) for code in held)


def shown(body: bytes, texts: frozenset[str]) -> list[str]:
    """The codes that stand in an answer, however they are grouped there."""
    try:
        told = bare(told_by(body))
    except UnicodeDecodeError:
        # A picture, or a paper that is drawn.
        return []
    lengths = {len(text) for text in texts}
    pieces = {told[at : at + n] for n in lengths for at in range(len(told) - n + 1)}
    return sorted(pieces & texts)


def unsafe(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every endpoint that takes more than reading, with a method and an address of its own."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: str(uuid4()) for name in rule.arguments}
        if "organisation" in values:
            values["organisation"] = PLACE
        for name, converter in rule._converters.items():
            if type(converter).__name__ in ("IntegerConverter", "FloatConverter"):
                values[name] = "1"
        for method in sorted((rule.methods or set()) - SAFE):
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def let_through(app: Flask, client: CheckingClient) -> set[str]:
    """The endpoints that take what is sent, or refuse it for another reason."""
    client.checks = False
    found = set()
    for endpoint, method, address in unsafe(app):
        # A part of a page is asked for: its refusal is shorter than a page.
        answer = client.open(address, method=method, headers={"HX-Request": "true"})
        if answer.status_code != 403 or REFUSED not in answer.text:
            found.add(endpoint)
    return found


def faults(client: NotingClient, texts: frozenset[str]) -> dict[str, str]:
    """The answers that the client has had without a banner, with a code, or broken."""
    wrong = {}
    for address, answer in client.noted.items():
        is_page = answer.mimetype == "text/html" and not answer.location
        if is_page and "<html" in answer.text and "data-visit=" not in answer.text:
            wrong[address] = "no banner"
        if leaked := shown(answer.data, texts):
            wrong[address] = f"{len(leaked)} codes"
        if answer.status_code not in (200, 302, 403):
            wrong[address] = str(answer.status_code)
    return wrong


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_of_a_holder_has_the_banner_and_none_a_code(
    app: Flask, clock: StillClock
) -> None:
    client = at_the_demo(app, clock, LEARNER)
    texts = code_texts(clock)
    assert len(texts) > 20
    client.noted.clear()
    assert len(walk(client, 1).pages) > 8
    assert faults(client, texts) == {}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_of_an_admins_menu_has_the_banner_and_none_a_code(
    app: Flask, clock: StillClock
) -> None:
    client = at_the_demo(app, clock)
    client.noted.clear()
    home = client.get(f"/o/{PLACE}/")
    for address in dict.fromkeys(links("/", home.text)):
        if address.count("/") <= 4 and "?" not in address:
            client.get(address)
    assert len(client.noted) > 15
    assert faults(client, code_texts(clock)) == {}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_nothing_that_is_sent_is_taken(app: Flask, clock: StillClock) -> None:
    assert let_through(app, at_the_demo(app, clock)) <= set(ALWAYS_OPEN)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_looked_for_is_found_where_nobody_looks_on(app: Flask, clock: StillClock) -> None:
    client = at_the_demo(app, clock, None)
    assert len(let_through(app, client)) > 100
    client.checks = True
    client.sign_in(LEARNER, PASSWORD)
    shelf = client.page("/my/codes/")
    links = [str(a["href"]) for a in shelf.select('main a[href^="/my/codes/0"]')]
    one = next(at for at in links if client.page(at).select_one('form[action$="/code"]'))
    answer = client.press(one, "/code")
    assert "data-visit=" not in answer.text
    assert len(shown(answer.data, code_texts(clock))) == 1
