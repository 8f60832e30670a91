"""A fresh proof by a second factor, beside the one by password."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_factors import App, Authenticator, make_app
from tests.support.pages import CheckingClient, values_of
from tests.web.test_second_step import ask
from vlms.authentication.factor_models import SecondFactor
from vlms.authentication.service.limits import LIMITS, PROOFS
from vlms.core.permissions import Role

ANN, STEP, INVITE = "ann@contoso.example", "/sign-in/second-step", "/o/contoso/roles/new"
PROVE = f"/prove?next={INVITE}"


@pytest.fixture
def phone(app: Flask, client: CheckingClient, clock: StillClock) -> App:
    """The app of Ann, who signed in with it six minutes ago and so has to prove who she is."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        user_id = make_member(work, contoso, Role.LICENSING_ADMIN, ANN).id
    made = make_app(user_id, clock())
    client.send("/sign-in", email=ANN, password=PASSWORD)
    client.send(STEP, code=made.code(clock()))
    clock.move(minutes=6)
    assert client.get(INVITE).headers["Location"] == PROVE
    return made


def press(client: CheckingClient, action: str, **fields: str) -> int:
    return client.press(PROVE, action, **fields).status_code


def test_the_code_of_the_app_proves_and_leads_back(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    answered = client.press(PROVE, f"/app?next={INVITE}", code=phone.code(clock()))
    assert answered.headers["Location"] == INVITE
    assert client.page(INVITE).h1 is not None


def test_who_has_lost_the_phone_is_told_the_way_out(client: CheckingClient, phone: App) -> None:
    assert "sign in again with a recovery code" in client.page(PROVE).text
    assert press(client, "/sign-out") == 302
    assert client.get(INVITE).headers["Location"].startswith("/sign-in")


def test_a_spent_or_wrong_code_proves_nothing(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    spent = phone.code(clock())
    assert press(client, f"/app?next={INVITE}", code=spent) == 302
    clock.move(minutes=6)
    for code in (spent, "000000", ""):
        assert press(client, f"/app?next={INVITE}", code=code) == 422
    assert client.get(INVITE).status_code == 302


def test_after_ten_wrong_codes_in_an_hour_a_right_one_waits(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    for _time in range(LIMITS[PROOFS]):
        assert press(client, f"/app?next={INVITE}", code="000000") == 422
    assert press(client, f"/app?next={INVITE}", code=phone.code(clock())) == 429


def test_a_passkey_proves_by_its_signature(
    app: Flask, client: CheckingClient, clock: StillClock, phone: App
) -> None:
    assert press(client, f"/app?next={INVITE}", code=phone.code(clock())) == 302
    device, page = Authenticator(app.config["SETTINGS"].base_url), "/my/security/passkey"
    made = device.create(ask(client, page, "/my/security/ask-passkey"))
    client.send(page, signed=made, name="Laptop")
    clock.move(minutes=6)
    assert press(client, f"/passkey?next={INVITE}", signed="{}") == 422
    signed = device.get(ask(client, PROVE, "/prove/ask-passkey"))
    assert press(client, f"/passkey?next={INVITE}", signed=signed) == 302
    assert client.get(INVITE).status_code == 200


def test_who_has_no_factor_is_asked_for_the_password_alone(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ANN)
    client.sign_in(ANN)
    page = client.page("/prove")
    assert page.select_one("[data-passkey]") is None
    assert [one["name"] for one in page.select("main input:not([type=hidden])")] == ["password"]
    token = values_of(page.select_one("main form[method=post]"))["csrf_token"]  # type: ignore[arg-type]
    assert client.post("/prove/app", data={"csrf_token": token, "code": "1"}).status_code == 422


@pytest.mark.usefixtures("phone")
def test_who_has_a_factor_proves_nothing_by_the_password_alone_g4(client: CheckingClient) -> None:
    """A session that was opened before the factor was added has shown nothing of it."""
    page = client.page(PROVE)
    assert page.select("main input[name=password]") == []
    form = page.select_one("main form[method=post]")
    assert form is not None
    kept = {"csrf_token": values_of(form)["csrf_token"], "password": PASSWORD}
    refused = client.post(PROVE, data=kept)
    assert refused.status_code == 422
    assert "the password alone" in refused.text
    assert client.get(INVITE).status_code == 302


def test_another_users_app_proves_nothing(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    with making(clock()) as work:
        owner_id: UUID = work.session.get_one(SecondFactor, phone.factor_id).user_id
        contoso = make_organisation(work, "fabrikam")
        other = make_member(work, contoso, Role.LICENSING_ADMIN, "bob@fabrikam.example")
        assert other.id != owner_id
        other_id = other.id
    stranger = make_app(other_id, clock())
    assert press(client, f"/app?next={INVITE}", code=stranger.code(clock())) == 422
