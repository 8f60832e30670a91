"""Who must have a second factor sets one up before anything else opens (G4)."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from tests.support.making_accounts import mailed_links
from tests.support.making_factors import App, Authenticator, demanding
from tests.support.pages import CheckingClient, values_of
from tests.web.test_second_step import ask
from vlms.accounts import service
from vlms.accounts.queries import get_organisation, get_user
from vlms.core.permissions import Role
from vlms.core.tokens import new_id

ANN, FAY, PASSWORD = "ann@contoso.example", "fay@contoso.example", "a long password"
SET_UP, WITH_APP = "/sign-in/set-up", "/sign-in/set-up/authenticator"
IDS = dict[str, object]


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> Iterator[IDS]:
    """An organisation with an admin and a finance user, neither with a second factor."""
    with making(clock()) as work:
        made = make_organisation(work, "contoso")
        ann = make_member(work, made, Role.LICENSING_ADMIN, ANN)
        fay = make_member(work, made, Role.FINANCE, FAY)
        found: IDS = {"contoso": made.id, "ann": ann.id, "fay": fay.id}
    with demanding(app):
        yield found


def begin(client: CheckingClient, email: str = ANN) -> None:
    assert client.send("/sign-in", email=email, password=PASSWORD).status_code == 302


def enrol(client: CheckingClient, clock: StillClock, place: str = WITH_APP) -> str:
    """Set up an app with the secret that the page shows; where that led."""
    page = client.page(place)
    shown, form = page.select_one("#secret"), page.select_one("main form[method=post]")
    assert shown is not None
    assert form is not None
    phone = App(new_id(), base64.b32decode(shown["data-text"]))
    sent = {**values_of(form), "code": phone.code(clock())}
    return client.post(place, data=sent).headers["Location"]


def test_nothing_else_opens_before(client: CheckingClient, ids: IDS) -> None:
    begin(client)
    for address in ("/my/", "/my/codes/", "/my/security", "/o/contoso/", "/o/contoso/roles/"):
        assert client.get(address).headers["Location"].startswith("/sign-in")
    assert client.get("/sign-in").headers["Location"].startswith(SET_UP)
    assert client.page(SET_UP).select_one(f'a[href^="{WITH_APP}"]') is not None


def test_an_app_is_set_up_and_recovery_codes_are_shown_once(
    client: CheckingClient, clock: StillClock, ids: IDS
) -> None:
    begin(client)
    assert enrol(client, clock, f"{WITH_APP}?next=/o/contoso/roles/").startswith(
        "/my/security/recovery-codes?next="
    )
    place = "/my/security/recovery-codes?next=/o/contoso/roles/"
    first = client.send(place)
    assert first.status_code == 200
    assert first.text.count('<li class="code">') == 10
    assert 'href="/o/contoso/roles/"' in first.text
    assert '<li class="code">' not in client.get(place).text
    assert "10 recovery codes are left" in client.page("/my/security").text
    assert client.page("/o/contoso/roles/").h1 is not None


def test_a_passkey_is_set_up(app: Flask, client: CheckingClient, ids: IDS) -> None:
    begin(client)
    device = Authenticator(app.config["SETTINGS"].base_url)
    asked = ask(client, f"{SET_UP}/passkey", f"{SET_UP}/ask-passkey")
    answered = client.send(f"{SET_UP}/passkey", signed=device.create(asked))
    assert answered.headers["Location"] == "/my/security/recovery-codes?next=/"
    assert "Make recovery codes now" in client.page(answered.headers["Location"]).text
    assert "Passkey" in client.page("/my/security").text


@pytest.mark.parametrize("code", ["", "000000", "abcdef"])
def test_a_wrong_code_sets_nothing_up(client: CheckingClient, ids: IDS, code: str) -> None:
    begin(client)
    assert client.send(WITH_APP, code=code).status_code == 422
    assert client.get("/my/").headers["Location"].startswith("/sign-in")


def test_a_page_of_somebody_else_is_refused(client: CheckingClient, ids: IDS) -> None:
    begin(client)
    assert client.send(WITH_APP, code="000000", sealed="AAAA").status_code == 422


def test_who_need_not_have_one_is_not_asked(client: CheckingClient, ids: IDS) -> None:
    client.sign_in(FAY)
    assert client.page("/o/contoso/").h1 is not None
    assert client.get(SET_UP).headers["Location"] == "/"


def test_a_role_that_demands_one_ends_what_was_open(
    client: CheckingClient, clock: StillClock, ids: IDS
) -> None:
    client.sign_in(FAY)
    assert client.get("/my/account").status_code == 200
    with making(clock()) as work:
        contoso = get_organisation(work.session, ids["contoso"])  # type: ignore[arg-type]
        fay = get_user(work.session, ids["fay"])  # type: ignore[arg-type]
        make_role(work, contoso, fay, Role.LICENSING_ADMIN)
    assert client.get("/my/").headers["Location"].startswith("/sign-in")
    begin(client, FAY)
    assert enrol(client, clock).startswith("/my/security/recovery-codes")
    assert client.get("/my/account").status_code == 200


def test_the_last_one_cannot_be_removed(
    client: CheckingClient, clock: StillClock, ids: IDS
) -> None:
    begin(client)
    enrol(client, clock)
    page = client.page("/my/security")
    assert page.select_one('button[disabled][aria-describedby="last-factor"]') is not None
    assert page.select_one('a[href$="/remove"]') is None
    rename = page.select_one('a[href$="/rename"]')
    assert rename is not None
    address = str(rename["href"]).replace("/rename", "/remove")
    answered = client.send(address)
    assert answered.status_code == 422
    assert "your role demands one" in answered.text


def test_who_is_invited_sets_password_and_factor_before_anything_else(
    client: CheckingClient, clock: StillClock, ids: IDS
) -> None:
    invited = "new@contoso.example"
    asked = service.Invitation(invited, "Nora New", Role.LICENSING_ADMIN)
    with making(clock()) as work:
        service.invite(work, ids["contoso"], asked)  # type: ignore[arg-type]
    (link,) = mailed_links(clock(), invited)
    assert client.send(link, password="a sentence that is long").status_code == 302
    assert client.get("/o/contoso/").headers["Location"].startswith("/sign-in")
    enrol(client, clock)
    assert client.page("/o/contoso/").h1 is not None


def test_a_demo_demands_none(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    """The control: the same admin, without what `ids` switches on."""
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ANN)
    client.sign_in(ANN)
    assert client.page("/o/contoso/").h1 is not None


def test_factors_are_renamed_added_and_removed(
    client: CheckingClient, clock: StillClock, ids: IDS
) -> None:
    client.sign_in(FAY)
    assert enrol(client, clock, "/my/security/authenticator") == "/my/security"
    place = client.page("/my/security").select_one('a[href$="/rename"]')
    assert place is not None
    assert client.send(str(place["href"]), name="Old telephone").status_code == 302
    assert "Old telephone" in client.page("/my/security").text
    assert client.send(str(place["href"]), name="x" * 61).status_code == 422
    assert client.send(str(place["href"]).replace("rename", "remove")).status_code == 302
    assert "Your password alone opens your account." in client.page("/my/security").text


def test_changes_ask_for_a_fresh_proof(client: CheckingClient, clock: StillClock, ids: IDS) -> None:
    client.sign_in(FAY)
    clock.move(minutes=6)
    for page in ("authenticator", "passkey", "recovery-codes"):
        assert client.get(f"/my/security/{page}").headers["Location"].startswith("/prove")
