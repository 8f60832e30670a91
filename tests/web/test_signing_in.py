"""Signing in and out."""

from __future__ import annotations

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role


def test_a_visitor_without_session_is_led_to_the_sign_in_page(client: CheckingClient) -> None:
    response = client.get("/o/contoso/")
    assert response.status_code == 302
    assert response.location == "/sign-in?next=/o/contoso/"


def test_a_member_signs_in_works_and_signs_out(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
    client.sign_in("Ann@Contoso.example")
    assert client.page("/o/contoso/").h1.text == "Contoso"
    client.press("/o/contoso/", "/sign-out")
    assert client.get("/o/contoso/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "ann@contoso.example")
    answers = [
        client.send("/sign-in", email=email, password="wrong password").status_code
        for email in ("ann@contoso.example", "nobody@contoso.example")
    ]
    assert answers == [422, 422]


def test_an_organisation_in_which_one_has_no_role_is_not_there(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "ann@contoso.example")
        make_organisation(work, "fabrikam")
    client.sign_in("ann@contoso.example")
    client.page("/o/fabrikam/", 404)
    client.page("/o/nowhere/", 404)
