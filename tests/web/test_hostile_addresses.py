"""Addresses and forms that nobody's browser would send: never a 500, never led elsewhere."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import (
    PASSWORD,
    make_member,
    make_organisation,
    make_person,
    make_user,
    making,
)
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_line,
    make_product,
    text_of,
)
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import OrganisationKind
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role

ADMIN, HOLDER, OPERATOR = "ann@contoso.example", "asa@contoso.example", "op@home.example"
HERE = {"Sec-Fetch-Site": "same-origin"}
LISTS = ("agreements", "orders", "codes", "people", "catalog", "messages", "roles")
# What an address builder would take for its own.
RESERVED = (
    "endpoint",
    "organisation",
    "form",
    "self",
    "_external",
    "_scheme",
    "_method",
    "_anchor",
)


def set_up(clock: StillClock, count: int = 2) -> list[str]:
    """Contoso with an admin, a holder and codes reserved for them; the keys of the codes."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, OPERATOR)
        person = make_person(work, contoso, "Åsa", HOLDER, make_user(work, HOLDER))
        line = make_line(work, make_agreement(work, contoso), make_product(work), count)
        return [str(code.id) for code in make_codes(work, line, count, person=person)]


def place(value: Any) -> str:
    """A place in a list as an address holds it, made by hand."""
    text = json.dumps([value, "00" * 16])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


_PLACES: list[Any] = [
    2**63,
    -(2**64),
    1e308,
    None,
    True,
    [],
    {},
    "\0",
    "\ud800",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31",
    "x" * 50_000,
]
HOSTILE = [
    *(f"{name}=javascript" for name in RESERVED),
    "sort=" + "-" * 500,
    "sort=__class__",
    "columns=" + ",".join(["x" * 50] * 100),
    "columns=%00&columns=%ED%A0%80",
    "q=%00&q=2",
    "q=%ED%A0%80",
    "q=" + quote("'\"%_\\;--\u202e👩‍🎓=cmd()</script>"),
    "state=%00&product=%00&agreement=x&batch=0&person=" + "f" * 400,
    "within=" + "9" * 5000,
    "after=%00",
    "after=" + "A" * 6000,
    *("after=" + place(value) for value in _PLACES),
]


@pytest.mark.parametrize("who", ["contoso", "home"])
def test_no_list_fails_whatever_its_address_asks(
    app: Flask, client: CheckingClient, clock: StillClock, who: str
) -> None:
    set_up(clock)
    client.sign_in(ADMIN if who == "contoso" else OPERATOR)
    pages = [f"/o/{who}/{name}/" for name in (*LISTS, "organisations", "jobs", "requests")]
    pages += [f"/o/{who}/codes/counts", f"/o/{who}/search", f"/o/{who}/"]
    failed: list[tuple[str, str, object]] = []
    for page in pages:
        for asked in HOSTILE:
            answer = client.get(f"{page}?{asked}")
            if answer.status_code not in (200, 400, 403, 404, 414):
                failed.append((page, asked[:60], answer.status_code))
            if 'href="javascript' in answer.text:
                failed.append((page, asked[:60], "led elsewhere"))
    assert failed == []


@pytest.mark.parametrize("name", RESERVED)
def test_no_argument_of_a_bulk_page_breaks_the_way_back_or_leads_elsewhere(
    app: Flask, client: CheckingClient, clock: StillClock, name: str
) -> None:
    (key, _other) = set_up(clock)
    client.sign_in(ADMIN)
    address = f"/o/contoso/codes/together?act=release&row={key}&{name}=javascript"
    page = client.page(address)
    assert "javascript:" not in str(page)
    answer = client.send(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/o/contoso/codes/together/")
    assert "javascript:" not in str(client.page(answer.location))


def test_a_long_filter_does_not_stop_a_bulk_act(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    (key, _other) = set_up(clock)
    client.sign_in(ADMIN)
    answer = client.send(f"/o/contoso/codes/together?act=release&row={key}&q={'x' * 1500}")
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200


def test_a_view_of_any_length_is_kept(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    asked = "q=" + quote("臺" * 150) + "&columns=" + ",".join(["number"] * 50)
    page = client.page(f"/o/contoso/codes/?{asked}")
    form = page.select_one('form[action$="/views/keep"]')
    assert form is not None
    data = {**values_of(form), "name": "Long"}
    answer = client.post(str(form["action"]), data=data)
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    # Pressed twice.
    assert client.post(str(form["action"]), data=data).status_code == 302


@pytest.mark.parametrize(
    "asked", ["q=%00%00", "%00=1", "q=%ED%A0%80", "q=" + "%E8%87%BA" * 900, "javascript:alert(1)"]
)
def test_what_a_kept_view_asks_is_only_ever_asked_of_its_list(
    app: Flask, client: CheckingClient, clock: StillClock, asked: str
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    page = client.page("/o/contoso/codes/?q=x")
    form = page.select_one('form[action$="/views/keep"]')
    assert form is not None
    data = {**values_of(form), "name": "\u202e=cmd()" if "%" in asked else "=cmd()"}
    answer = client.post(str(form["action"]), data={**data, "asked": asked})
    assert answer.status_code in (302, 422)
    for address in ("/o/contoso/views/", "/o/contoso/codes/"):
        for link in client.page(address).select("a[href]"):
            assert str(link["href"]).startswith(("/", "#", "?", "mailto:")), link


@pytest.mark.parametrize(
    "list_", ["accounts.sign_in", "https://evil.example", "", "disclosures.export"]
)
def test_a_view_of_what_is_no_list_is_refused(
    app: Flask, client: CheckingClient, clock: StillClock, list_: str
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    form = client.page("/o/contoso/codes/?q=x").select_one('form[action$="/views/keep"]')
    assert form is not None
    data = {**values_of(form), "name": "View", "list": list_}
    assert client.post(str(form["action"]), data=data).status_code == 422


@pytest.mark.parametrize("typed", ["a\0b", "=cmd()\u202e", "٣" * 40, "ß" * 40, "x" * 100_000])
def test_no_typed_text_breaks_search_or_help(
    app: Flask, client: CheckingClient, clock: StillClock, typed: str
) -> None:
    (key,) = set_up(clock, 1)
    with making(clock()) as work:
        # Assigned: its text is looked up together with the exam.
        code = work.session.get_one(Code, UUID(key))
        code.state, code.assigned_at = State.ASSIGNED, clock()
        own = text_of(work, code)
    stranger = client.send("/code-help", code=typed, exam_number=typed)
    assert stranger.status_code in (200, 413, 422)
    assert client.send("/claim-again", email=typed).status_code in (200, 413, 422)
    client.sign_in(ADMIN)
    for words in (typed, f"B-1/{'9' * 40}", f"B-000001/{2**63}", "²/²"):
        found = client.press("/o/contoso/search", "/search", words=words)
        assert found.status_code in (200, 302, 413, 422)
    client.press("/o/contoso/", "/sign-out")
    client.sign_in(HOLDER)
    for text in (typed, "0123-4567-89AB-CDEF-GHJK-MNPQ-RSWX", own):
        answer = client.send("/my/codes/help", code=text, exam_number=typed)
        assert answer.status_code in (200, 413, 422), answer.status_code


@pytest.mark.parametrize(
    "next_", ["//evil.example", "/\\evil.example", "/%09/evil.example", "/a%0d%0aX: y", "https:x"]
)
def test_signing_in_leads_nowhere_else_and_breaks_nothing(
    app: Flask, client: CheckingClient, clock: StillClock, next_: str
) -> None:
    set_up(clock)
    form = client.page(f"/sign-in?next={next_}").select_one("main form[method=post]")
    assert form is not None
    data = {**values_of(form), "email": ADMIN, "password": PASSWORD}
    answer = client.post(f"/sign-in?next={next_}", data=data)
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "evil" not in answer.location


@pytest.mark.parametrize(
    "address",
    [
        "/o/contoso/codes/together?act=release&" + "&".join(["row=" + "a" * 36] * 80),
        "/o/con%0d%0atoso/orders/new",
        "/o/%E2%80%AE/orders/new?x=%09",
    ],
)
def test_a_form_that_was_sent_to_any_address_lets_its_sender_sign_in(
    app: Flask, client: CheckingClient, clock: StillClock, address: str
) -> None:
    set_up(clock)
    asked = client.post(address, data={"a": "b"}, headers=HERE)
    if asked.status_code == 302:
        return
    assert asked.status_code == 401
    form = BeautifulSoup(asked.text, "html.parser").select_one("main form[method=post]")
    assert form is not None
    data = {**values_of(form), "email": ADMIN, "password": PASSWORD}
    answer = client.post(str(form["action"]), data=data)
    assert answer.status_code == 302


def test_no_key_in_an_address_holds_a_nul(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    for address in ("/o/%00/orders/", "/o/con%00toso/", "/claim/%00", "/invitation/%00"):
        assert client.get(address).status_code == 400
