"""The input gate: what no browser of ours sends is refused by a sentence, before any view."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient, values_of
from vlms.core.permissions import Role

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ADMIN = "ann@contoso.example"
HERE = {"Sec-Fetch-Site": "same-origin"}
URLENCODED = "application/x-www-form-urlencoded"
DEEP = 40


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def environ(**raw: str) -> dict[str, Any]:
    """As a server hands it on; the test's client would mend it."""
    return {"environ_overrides": raw}


ENVELOPES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "NUL in the path": (400, "The address", {"path": "/o/con%00toso/"}),
    "no UTF-8 in the path": (
        400,
        "The address",
        environ(PATH_INFO="/o/\xff/"),
    ),
    "half a pair in the path": (
        400,
        "The address",
        environ(PATH_INFO="/\xed\xa0\x80/"),
    ),
    "control in the path": (400, "The address", {"path": "/o/%1b%5b31m/"}),
    "long path": (414, "too long", {"path": "/o/" + "a" * 3_000}),
    "NUL in the query": (400, "next", {"path": "/sign-in?next=%00"}),
    "no UTF-8 in the query": (400, "next", {"path": "/sign-in?next=%c3%28"}),
    "raw bytes in the query": (400, "The address", environ(QUERY_STRING="next=\xff")),
    "half a pair in the query": (400, "next", {"path": "/sign-in?next=%ED%A0%80"}),
    "non-character in the query": (400, "next", {"path": "/sign-in?next=%EF%BF%BF"}),
    "NUL in a name": (400, "\ufffd", {"path": "/sign-in?%00=1"}),
    "long query": (414, "too long", {"path": "/sign-in?next=" + "a" * 20_000}),
    "long header": (431, "headers", {"path": "/sign-in", "headers": {"X-A": "a" * 9_000}}),
    "many headers": (
        431,
        "headers",
        {"path": "/sign-in", "headers": {f"X-{number}": "a" for number in range(120)}},
    ),
    "much in headers": (
        431,
        "headers",
        {"path": "/sign-in", "headers": {f"X-{number}": "a" * 8_000 for number in range(9)}},
    ),
    "control in a header": (400, "User-Agent", {"path": "/", "headers": {"User-Agent": "a\x1bb"}}),
    "control in a cookie": (400, "Cookie", environ(HTTP_COOKIE='a="\\033[31m"')),
    "another host": (400, "host", {"path": "/", "headers": {"Host": "evil.example"}}),
    "a host that no name can be": (400, "<h1>", environ(HTTP_HOST="a" * 3_000)),
    "no host": (400, "host", {"path": "/", "headers": {"Host": "a b@:x"}}),
    "no UTF-8 in a form": (
        400,
        "language",
        {"path": "/language", "data": b"language=%ff", "content_type": URLENCODED},
    ),
    "raw bytes in a form": (
        400,
        "language",
        {"path": "/language", "data": b"language=\xff", "content_type": URLENCODED},
    ),
    "endless form": (
        413,
        "More was sent",
        {"path": "/language", "data": b"a=1&" * 1_100_000, "content_type": URLENCODED},
    ),
    "many fields": (
        413,
        "More was sent",
        {"path": "/language", "data": b"a=1&" * 21_000, "content_type": URLENCODED},
    ),
    "deep JSON": (
        422,
        "nested deeper",
        {"path": "/hooks/bounces", "data": nested(DEEP), "content_type": "application/json"},
    ),
    "very deep JSON": (
        422,
        "nested deeper",
        {"path": "/hooks/bounces", "data": nested(30_000), "content_type": "application/json"},
    ),
    "long JSON": (
        413,
        "More was sent",
        {"path": "/hooks/bounces", "data": b" " * 70_000, "content_type": "application/json"},
    ),
    "no JSON": (
        400,
        "not JSON",
        {"path": "/hooks/bounces", "data": b"{", "content_type": "application/json"},
    ),
    "another kind of JSON": (
        422,
        "stands twice",
        {
            "path": "/hooks/bounces",
            "data": b'{"a":1,"a":2}',
            "content_type": "application/problem+json",
        },
    ),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_no_browser_sends_is_refused(app: Flask, name: str) -> None:
    status, word, asked = ENVELOPES[name]
    method = "POST" if "data" in asked else "GET"
    # Without the client's own cookies, which would stand in the place of those that are sent.
    answer = app.test_client(use_cookies=False).open(method=method, **asked)
    assert answer.status_code == status
    assert word in answer.text


TEXTS = ("\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\ufffe", "\ufdd0", "\U0001ffff")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("place", ["value", "name", "file name", "file's field"])
def test_a_text_that_is_none_is_refused_by_its_name(
    app: Flask, client: CheckingClient, text: str, place: str
) -> None:
    fields: dict[str, Any] = {
        "value": {"language": f"en{text}"},
        "name": {f"language{text}": "en"},
        "file name": {"file": (io.BytesIO(b"x"), f"a{text}.csv")},
        "file's field": {f"file{text}": (io.BytesIO(b"x"), "a.csv")},
    }[place]
    answer = client.post("/language", data=fields)
    assert answer.status_code in (400, 422)
    assert "holds characters" in answer.text or place.startswith("file")


def choose(client: CheckingClient, language: str = "en", **headers: Any) -> int:
    """Press a button of the sign-in page."""
    form = client.page("/sign-in").select_one('form[action$="/language"]')
    assert form is not None
    data = {**values_of(form), "language": language}
    return client.post("/language", data=data, headers=headers).status_code


def test_line_breaks_and_tabs_are_no_odd_characters(app: Flask, client: CheckingClient) -> None:
    assert choose(client, "en\r\n\t") == 302
    assert choose(client, "en\0") == 422


def test_a_file_with_an_endless_name_is_refused(app: Flask, client: CheckingClient) -> None:
    data = {"file": (io.BytesIO(b"x"), "a" * 300 + ".csv")}
    assert client.post("/language", data=data).status_code == 422


def test_a_form_of_ours_comes_back_without_its_odd_characters(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    address = "/o/contoso/people/new"
    sent = client.post(address, data={"name": "Ann\x0bLee", "csrf_token": "x"}, headers=HERE)
    assert sent.status_code == 302
    page = client.page(sent.location)
    assert 'value="AnnLee"' in str(page)
    assert "Invisible characters were removed from it: name." in page.text
    assert client.post(address, data={"name": "Ann\x0bLee"}).status_code == 422


OTHER_SITES = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
)


@pytest.mark.parametrize("headers", OTHER_SITES)
def test_what_another_sites_page_sends_is_refused(
    app: Flask, client: CheckingClient, headers: dict[str, str]
) -> None:
    assert choose(client, **headers) == 403
    assert client.get("/sign-in", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [HERE, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}, {}],
)
def test_what_a_page_of_ours_sends_is_answered(
    app: Flask, client: CheckingClient, headers: dict[str, str]
) -> None:
    """The control."""
    assert choose(client, **headers) == 302


def test_a_signed_message_may_come_from_anywhere(app: Flask, client: CheckingClient) -> None:
    body = json.dumps({"type": "x"})
    answer = client.post(
        "/hooks/bounces",
        data=body,
        content_type="application/json",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 404  # No secret is set here.
