"""Every answer has the headers that fence it, whatever it is: page, file, refusal, failure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient, unnamed_type
from vlms.app import create_app
from vlms.core.db import Base, db
from vlms.core.permissions import Role
from vlms.settings import read_settings
from vlms.web.access import public

ADMIN = "ann@contoso.example"
HERE = "/o/contoso"
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
ADDRESSES = {
    f"{HERE}/": 200,
    f"{HERE}/people/": 200,
    f"{HERE}/people/new": 200,
    f"{HERE}/codes/counts": 200,
    f"{HERE}/people/people.csv": 200,
    f"{HERE}/people/people.xlsx": 200,
    "/my/codes/": 200,
    "/sign-in": 200,
    "/rules": 200,
    "/healthz": 503,
    "/nowhere": 404,
    "/o/fabrikam/": 404,
    "/language": 405,
    "/?x=%00": 400,
    "/?x=" + "a" * 20_000: 414,
}


def policy_of(text: str) -> dict[str, str]:
    parts = (one.strip().partition(" ") for one in text.split(";"))
    return {name: value for name, _space, value in parts}


def missing(headers: dict[str, str]) -> list[str]:
    """What an answer lacks."""
    wrong = [name for name, value in EXPECTED.items() if headers.get(name) != value]
    if policy_of(headers.get("Content-Security-Policy", "")) != POLICY:
        wrong.append("Content-Security-Policy")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    return wrong


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_answer_is_fenced(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    client.checks = False
    answers = {address: client.get(address) for address in ADDRESSES}
    assert {one: each.status_code for one, each in answers.items()} == ADDRESSES
    unfenced = {one: missing(dict(each.headers)) for one, each in answers.items()}
    assert {one: found for one, found in unfenced.items() if found} == {}
    posted = client.post("/sign-out", data={})
    assert (posted.status_code, missing(dict(posted.headers))) == (400, [])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_answer_names_its_type_and_its_characters(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    client.checks = False
    files = ("/static/app/vlms.js", "/static/app/vlms.css", "/static/app/mark.svg")
    addresses = (*ADDRESSES, *files, "/")
    answers = {address: client.get(address, buffered=True) for address in addresses}
    assert [address for address, answer in answers.items() if unnamed_type(answer)] == []


@pytest.mark.parametrize("kind", ["text/html", "text/csv; charset=big5", "image/svg+xml", ""])
def test_an_answer_that_does_not_is_found(kind: str) -> None:
    bare = Flask("bare")
    bare.add_url_rule("/", "start", lambda: Response(b"a", headers={"Content-Type": kind}))
    assert unnamed_type(bare.test_client().get("/"))


def test_a_weaker_answer_is_found() -> None:
    """The control."""
    assert "X-Frame-Options" in missing({})
    weaker = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    assert missing({"Content-Security-Policy": weaker + " 'unsafe-inline'"})
    assert "Content-Security-Policy" not in missing({"Content-Security-Policy": weaker})


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_and_https_go_together(elsewhere: Path, secure: bool) -> None:
    settings = read_settings({"VLMS_INSTANCE": str(elsewhere), "VLMS_HOSTS": "a.example,b.example"})
    app = create_app(replace(settings, secure_cookies=secure))
    app.add_url_rule("/break", "break_down", public(break_down))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    client = app.test_client()
    for address, status in (("/sign-in", 200), ("/break", 500), ("/nowhere", 404)):
        answer = client.get(address, headers={"Host": "b.example"})
        assert (answer.status_code, missing(dict(answer.headers))) == (status, []), address
        assert ("Strict-Transport-Security" in answer.headers) is secure
    cookies = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure
        assert cookie.startswith("__Host-") is secure


def break_down() -> str:
    raise KeyError("broken")


@pytest.mark.parametrize("address", ["/", "/sign-in", f"{HERE}/people/", "/static/app/vlms.js"])
def test_nobody_is_told_their_own_request(client: CheckingClient, address: str) -> None:
    answer = client.open(address, method="TRACE", headers={"X-Told": "t0ld-b4ck"})
    assert answer.status_code == 405
    assert b"t0ld-b4ck" not in answer.data
