"""What the ways in say when something was wrong: what it was, and how to go on."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_factors import App, demanding, make_app
from tests.support.pages import CheckingClient
from vlms.authentication.service.limits import BY_ACCOUNT, LIMITS
from vlms.authentication.service.recovery import make_recovery_codes
from vlms.core.permissions import Role

ANN, STEP, PROVE = "ann@contoso.example", "/sign-in/second-step", "/prove?next=/my/security"
# Nothing here differs between the databases.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def phone(app: Flask, clock: StillClock) -> App:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        user_id = make_member(work, contoso, Role.LICENSING_ADMIN, ANN).id
    made = make_app(user_id, clock())
    with making(clock()) as work:
        make_recovery_codes(work, user_id)
    return made


def begin(client: CheckingClient) -> None:
    assert client.send("/sign-in", email=ANN, password=PASSWORD).status_code == 302


def test_a_wrong_password_is_told_under_a_heading_of_its_own_with_a_way_out(
    client: CheckingClient, phone: App
) -> None:
    answer = client.send("/sign-in", email=ANN, password="wrong")
    assert "You are not signed in yet" in answer.text
    assert "if you have forgotten the password" in answer.text
    assert "This cannot be done yet" not in answer.text


def test_a_closed_door_says_when_it_opens(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    for _try in range(LIMITS[BY_ACCOUNT]):
        client.send("/sign-in", email=ANN, password="wrong")
    clock.move(minutes=20)
    assert "It opens again in 40 minutes" in client.send("/sign-in", email=ANN, password="x").text
    clock.move(minutes=39, seconds=30)
    assert "It opens again in a minute" in client.send("/sign-in", email=ANN, password="x").text


def test_a_wrong_code_is_told_by_the_way_it_was_shown(client: CheckingClient, phone: App) -> None:
    begin(client)
    app_code = client.send(STEP, code="000000").text
    assert "the code that your app shows now" in app_code
    assert "recovery code of yours" not in app_code
    recovery = client.press(STEP, "/recovery-code", code="AAAA-AAAA-AAAA").text
    assert "This is no recovery code of yours" in recovery
    assert "your app shows now" not in recovery


def test_the_code_can_be_typed_at_once(client: CheckingClient, phone: App) -> None:
    begin(client)
    assert client.page(STEP).select_one("#code[autofocus]") is not None


def test_whoever_proves_nothing_turns_back_to_where_they_were(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    came = {"Referer": "http://localhost/my/account?a=1"}
    page = client.get(PROVE, headers=came).text
    assert '<a class="btn btn-link" href="/my/account?a=1"' in page
    refused = client.press(f"{PROVE}&back=/my/account", "back=/my/account", code="000000")
    assert refused.status_code == 422
    assert '<a class="btn btn-link" href="/my/account"' in refused.text


@pytest.mark.parametrize(
    ("address", "came", "back"),
    [
        ("/prove?next=/my/security", "/my/security", "/"),
        ("/prove?next=/my/security", "/prove", "/"),
        ("/prove?next=/o/contoso/roles/new", "/o/contoso/roles/new", "/o/contoso/"),
        ("/prove?next=/my/security&back=https://evil.example/", "", "/"),
        ("/prove?next=/my/security&back=//evil.example/", "", "/"),
    ],
)
def test_turning_back_never_asks_again_nor_leads_elsewhere(
    client: CheckingClient, clock: StillClock, phone: App, address: str, came: str, back: str
) -> None:
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    page = client.get(address, headers={"Referer": f"http://localhost{came}"} if came else {})
    assert f'<a class="btn btn-link" href="{back}"' in page.text


def test_who_has_set_up_what_was_demanded_is_told_what_comes_next(
    app: Flask, client: CheckingClient, clock: StillClock, phone: App
) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "fabrikam")
        make_member(work, contoso, Role.LICENSING_ADMIN, "bob@contoso.example")
    with demanding(app):
        client.send("/sign-in", email="bob@contoso.example", password=PASSWORD)
        page = client.page("/sign-in/set-up/authenticator")
        link = page.select_one('a[href^="otpauth://totp/"]')
        assert link is not None
        assert "secret=" in str(link["href"])


def test_a_factor_is_removed_with_its_day_as_people_write_it(
    client: CheckingClient, clock: StillClock, phone: App
) -> None:
    begin(client)
    client.send(STEP, code=phone.code(clock()))
    page = client.page(f"/my/security/{phone.factor_id}/remove")
    facts = [one.get_text() for one in page.select("dl.facts dd")]
    assert facts[2].endswith("(UTC)") or "time)" in facts[2]
    assert not facts[2].startswith("2026-")
