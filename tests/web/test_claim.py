"""The page of a claim link."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.holding import ADDRESS, Held, mailed_link, make_held, person_of, user_of
from tests.support.making import make_user, making
from tests.support.pages import CheckingClient
from vlms.core.links import sign_link


def address_of(held: Held, clock: StillClock) -> str:
    with making(clock()) as work:
        return "/claim/" + sign_link(work.keys.link, mailed_link(work, held))


def without_user(held: Held, clock: StillClock) -> None:
    with making(clock()) as work:
        person_of(work, held).user_id = None
        user_of(work, held).email = "gone@contoso.example"


def test_a_new_person_sets_a_password_and_sees_the_own_codes(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    without_user(held, clock)
    address = address_of(held, clock)
    page = client.page(address)
    assert "林美玲" in page.text
    assert "Taipei time" in page.text
    assert held.text[:8] not in page.text
    assert "This link holds until" in page.text
    response = client.send(address, password="correct horse battery")
    assert response.status_code == 302
    assert "Mcp voucher" in client.page(response.location).text
    assert "Mcp voucher" in client.page("/my/codes/").text
    assert client.get(address).location == "/my/codes/"


def test_a_short_password_is_refused_beside_its_field(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    without_user(held, clock)
    response = client.send(address_of(held, clock), password="short")
    assert response.status_code == 422
    assert "password-error" in response.get_data(as_text=True)


def test_a_person_with_an_account_signs_in_first(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock())
    address = address_of(held, clock)
    page = client.page(address)
    sign_in = page.select_one('main a[href^="/sign-in"]')
    assert sign_in is not None
    response = client.send(str(sign_in["href"]), email=ADDRESS, password="a long password")
    assert response.location == address
    assert client.send(address).location == f"/my/codes/{held.code_id}"


def test_another_user_is_told_nothing_of_the_code(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        make_user(work, "other@contoso.example")
    client.sign_in("other@contoso.example")
    page = client.page(address_of(held, clock))
    assert "another person" in page.text
    assert "林" not in page.text
    assert "voucher" not in page.text


def test_a_forged_link_opens_nothing(app: Flask, client: CheckingClient) -> None:
    page = client.page("/claim/" + "x" * 43, 404)
    assert "does not open anything" in page.text
    assert client.page("/claim/" + "é" * 500, 404)
