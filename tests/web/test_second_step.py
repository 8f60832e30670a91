"""Signing in with a second factor: each way, each refusal."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import mailed_links
from tests.support.making_factors import App, Authenticator, make_app
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import User
from vlms.authentication.factor_models import SecondFactor
from vlms.authentication.queries import find_open
from vlms.authentication.rules.factor_tries import MOST_IN_AN_HOUR, MOST_IN_SESSION
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.recovery import make_recovery_codes
from vlms.authentication.service.sessions import open_session
from vlms.core.permissions import Role

ANN, STEP = "ann@contoso.example", "/sign-in/second-step"
PASSWORD = "a long password"


@pytest.fixture
def phone(app: Flask, clock: StillClock) -> App:
    """The app of Ann, who is a licensing admin."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        user_id = make_member(work, contoso, Role.LICENSING_ADMIN, ANN).id
    return make_app(user_id, clock())


def owner(clock: StillClock, phone: App) -> UUID:
    with making(clock()) as work:
        return work.session.get_one(SecondFactor, phone.factor_id).user_id


def begin(client: CheckingClient, address: str = "/sign-in") -> None:
    assert client.send(address, email=ANN, password=PASSWORD).status_code == 302


def test_the_password_alone_opens_nothing(client: CheckingClient, phone: App) -> None:
    begin(client)
    for address in ("/my/", "/my/account", "/my/security", "/o/contoso/", "/o/contoso/roles/"):
        assert client.get(address).headers["Location"].startswith("/sign-in")
    assert client.get("/sign-in").headers["Location"].startswith(STEP)


def test_the_code_of_the_app_leads_to_the_page_that_was_wanted(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client, "/sign-in?next=/o/contoso/roles/")
    wanted = client.get("/o/contoso/roles/").headers["Location"]
    page = client.get(wanted).headers["Location"]
    answered = client.send(page, code=phone.code(clock()))
    assert answered.headers["Location"] == "/o/contoso/roles/"
    assert client.page("/o/contoso/roles/").h1 is not None


def test_a_spent_code_and_a_wrong_one_are_refused_alike(
    app: Flask, client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    spent = phone.code(clock())
    assert client.send(STEP, code=spent).status_code == 302
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    begin(other)
    texts = [other.send(STEP, code=code) for code in (spent, "000000")]
    assert [answer.status_code for answer in texts] == [422, 422]
    assert all("your app shows now, or it was used already" in answer.text for answer in texts)


def test_after_five_wrong_codes_one_signs_in_anew(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    for _time in range(MOST_IN_SESSION):
        assert client.send(STEP, code="000000").status_code == 422
    answered = client.send(STEP, code=phone.code(clock()))
    assert answered.headers["Location"] == "/sign-in"
    assert client.get(STEP).headers["Location"] == "/sign-in"


def test_after_twenty_wrong_codes_in_an_hour_a_right_one_waits(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    for _session in range(MOST_IN_AN_HOUR // MOST_IN_SESSION):
        begin(client)
        for _time in range(MOST_IN_SESSION):
            client.send(STEP, code="000000")
        client.press(STEP, "/sign-out")
    begin(client)
    answered = client.send(STEP, code=phone.code(clock()))
    assert answered.status_code == 422
    assert "try again in 60 minutes" in answered.text
    clock.move(hours=1)
    begin(client)
    assert client.send(STEP, code=phone.code(clock())).status_code == 302


def test_a_recovery_code_opens_once_and_says_how_many_are_left(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    user_id = owner(clock, phone)
    with making(clock()) as work:
        codes = make_recovery_codes(work, user_id)
    begin(client)
    assert client.press(STEP, "/recovery-code", code="AAAA-AAAA-AAAA").status_code == 422
    assert client.press(STEP, "/recovery-code", code=codes[3]).status_code == 302
    assert "9 are left" in client.page("/my/account").text
    client.press("/my/account", "/sign-out")
    begin(client)
    assert client.press(STEP, "/recovery-code", code=codes[3]).status_code == 422


def test_a_passkey_opens_by_its_signature(
    app: Flask, client: CheckingClient, clock: StillClock, phone: App
) -> None:
    device = Authenticator(app.config["SETTINGS"].base_url)
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    page = "/my/security/passkey"
    made = device.create(ask(client, page, "/my/security/ask-passkey"))
    assert client.send(page, signed=made, name="Laptop").headers["Location"] == "/my/security"
    assert "Laptop" in client.page("/my/security").text
    client.press("/my/security", "/sign-out")
    begin(client)
    assert client.press(STEP, "/passkey", signed="{}").status_code == 422
    signed = device.get(ask(client, STEP, f"{STEP}/ask-passkey"))
    assert client.press(STEP, "/passkey", signed=signed).status_code == 302
    assert client.page("/o/contoso/").h1 is not None


def ask(client: CheckingClient, page: str, asking: str) -> dict[str, object]:
    form = client.page(page).select_one("form[data-passkey]")
    assert form is not None
    assert form["data-asking"] == asking
    answered = client.post(asking, data={"csrf_token": values_of(form)["csrf_token"]})
    found: dict[str, object] = answered.get_json()
    return found


def test_without_a_session_there_is_no_second_step(client: CheckingClient, phone: App) -> None:
    assert client.get(STEP).headers["Location"] == "/sign-in"
    for address in ("/sign-in/set-up", "/sign-in/set-up/authenticator", "/sign-in/set-up/passkey"):
        assert client.get(address).headers["Location"] == "/sign-in"


def test_a_step_that_is_done_is_not_asked_again(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    assert client.get("/sign-in/set-up").headers["Location"].startswith(STEP)
    client.send(STEP, code=phone.code(clock()))
    assert client.get(STEP).headers["Location"] == "/"


def test_a_password_that_is_changed_does_not_replace_the_factor(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    client.send("/my/password", present=PASSWORD, password="another long one")
    client.press("/my/account", "/sign-out")
    client.send("/sign-in", email=ANN, password="another long one")
    assert client.get("/my/account").headers["Location"].startswith("/sign-in")


def test_whoever_changes_the_password_goes_on_with_the_factor_that_they_have_shown(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    """All other sessions end, and the cookie of before opens nothing."""
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    before = client.get_cookie("vlms")
    assert before is not None
    user_id = owner(clock, phone)
    with making(clock()) as work:
        user = work.session.get_one(User, user_id)
        other = open_session(work, user, Proof.PASSWORD, Proof.FACTOR)
    client.send("/my/password", present=PASSWORD, password="another long one")
    assert client.get("/my/account").status_code == 200
    client.set_cookie("vlms", before.value)
    assert client.get("/my/account").headers["Location"].startswith("/sign-in")
    with making(clock()) as work:
        assert find_open(work.session, other, clock()) is None


def test_the_link_for_a_forgotten_password_does_not_replace_the_factor(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    client.send("/forgotten", email=ANN)
    client.send(mailed_links(clock(), ANN)[0], password="another long one")
    assert client.get("/my/account").headers["Location"].startswith("/sign-in")
    assert client.get("/sign-in").headers["Location"].startswith(STEP)
    assert client.send(STEP, code=phone.code(clock())).status_code == 302
    assert client.get("/my/account").status_code == 200
