"""Nothing typed is lost when a session has ended; and nothing is done without its button."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_orders import ADMIN_EMAIL, SECOND_EMAIL
from tests.support.order_pages import begin, drafted, line, soup, state_of
from tests.support.pages import CheckingClient, values_of
from vlms.core.kept_forms import KeptForm
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.orders.rules.order_clock import OrderState
from vlms.web.kept_forms import NEVER_KEPT

HERE = {"Sec-Fetch-Site": "same-origin"}


def fields_of(client: CheckingClient, address: str, form: str = "main form[method=post]") -> Any:
    found = client.page(address).select_one(form)
    assert found is not None
    return values_of(found)


def sign_in_again(
    client: CheckingClient, asked: TestResponse, email: str = ADMIN_EMAIL
) -> TestResponse:
    """Fill in the sign-in page that answered."""
    assert asked.status_code == 401
    form = soup(asked).select_one("main form[method=post]")
    assert form is not None
    assert "You were signed out before your form was sent" in asked.text
    data = {**values_of(form), "email": email, "password": PASSWORD}
    return client.post(str(form["action"]), data=data)


def expire(client: CheckingClient, clock: StillClock) -> None:
    client.comes_back = False
    clock.move(hours=13)


def end_session(client: CheckingClient, clock: StillClock, way: str) -> None:
    if way == "expired":
        expire(client, clock)
        return
    # Another tab of the same browser signs out.
    client.press("/o/contoso/", "/sign-out")


@pytest.mark.parametrize("way", ["expired", "signed out"])
def test_a_form_comes_back_filled_after_signing_in_and_is_not_sent(
    client: CheckingClient, clock: StillClock, way: str
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/cancel"
    fields = {**fields_of(client, address), "reason": "too early\u3000"}
    end_session(client, clock, way)
    answer = sign_in_again(client, client.post(address, data=fields, headers=HERE))
    assert answer.status_code == 302
    page = client.page(answer.location)
    reason = page.select_one("#reason")
    assert reason is not None
    assert reason["value"] == "too early\u3000"
    assert "Nothing has been sent yet" in page.text
    assert state_of(clock, order) is OrderState.DRAFT
    # The button is pressed once more: the form is good as it stands.
    form = page.select_one("main form[method=post]")
    assert form is not None
    assert client.post(address, data=values_of(form)).status_code == 302
    assert state_of(clock, order) is OrderState.CANCELLED


def test_a_draft_with_its_lines_comes_back(client: CheckingClient, clock: StillClock) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    typed = {**line(shop, "77"), "purchase_order": "PO-9", "intent": "save"}
    fields = {**fields_of(client, address, "#order-form"), **typed}
    expire(client, clock)
    answer = sign_in_again(client, client.post(address, data=fields, headers=HERE))
    page = client.page(answer.location)
    quantity, number = page.select_one("#lines-0-quantity"), page.select_one("#purchase_order")
    assert quantity is not None
    assert number is not None
    assert (quantity["value"], number["value"]) == ("77", "PO-9")


def test_signing_in_again_in_another_tab_keeps_the_form_too(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/cancel"
    fields = {**fields_of(client, address), "reason": "typed before"}
    client.press("/o/contoso/", "/sign-out")
    client.sign_in(ADMIN_EMAIL)
    answer = client.post(address, data=fields, headers=HERE)
    assert answer.status_code == 302
    assert 'value="typed before"' in str(client.page(answer.location))
    assert state_of(clock, order) is OrderState.DRAFT


def test_what_another_site_sends_is_never_kept(client: CheckingClient, clock: StillClock) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/cancel"
    fields = {"reason": "planted", "csrf_token": "forged"}
    elsewhere = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})
    for headers in elsewhere:
        assert client.post(address, data=fields, headers=headers).status_code == 403
    assert client.post(address, data=fields).status_code == 400
    expire(client, clock)
    for headers in elsewhere:
        assert client.post(address, data=fields, headers=headers).status_code == 403
    answer = client.post(address, data=fields)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")
    assert "planted" not in client.get(answer.location).text


def test_somebody_else_who_signs_in_does_not_get_the_form(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/cancel"
    fields = {**fields_of(client, address), "reason": "Ann's words"}
    expire(client, clock)
    asked = client.post(address, data=fields, headers=HERE)
    answer = sign_in_again(client, asked, SECOND_EMAIL)
    assert "Ann's words" not in client.page(answer.location).text
    with making(clock()) as work:
        assert work.session.query(KeptForm).count() == 0


def test_a_kept_form_is_its_users_and_pages_own_and_is_forgotten_in_an_hour(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/cancel"
    fields = {**fields_of(client, address), "reason": "private"}
    client.press("/o/contoso/", "/sign-out")
    place = sign_in_again(client, client.post(address, data=fields, headers=HERE)).location
    assert "private" in str(client.page(place))
    assert "private" not in str(client.page(place.replace("/cancel", "/place")))
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(SECOND_EMAIL)
    assert "private" not in str(other.page(place))
    clock.move(minutes=59)
    client.sign_in(ADMIN_EMAIL)
    assert "private" in str(client.page(place))
    clock.move(minutes=2)
    assert "private" not in str(client.page(place))


def test_passwords_and_codes_are_never_kept(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        desk = make_organisation(work, "contoso")
        make_member(work, desk, Role.EXAM_DESK, ADMIN_EMAIL)
    client.sign_in(ADMIN_EMAIL)
    fields = {**fields_of(client, "/o/contoso/desk/"), "code": "AB12CD34EF56GH78"}
    expire(client, clock)
    asked = client.post("/o/contoso/desk/", data=fields, headers=HERE)
    place = sign_in_again(client, asked).location
    assert "AB12CD34" not in str(client.page(place))
    with making(clock()) as work:
        (kept,) = work.session.query(KeptForm)
        assert not {name for name, _value in kept.fields} & NEVER_KEPT


def test_a_button_without_a_page_of_its_own_leads_back_to_where_it_stood(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    expire(client, clock)
    answer = client.post(
        "/o/contoso/roles/018f0000-0000-7000-8000-000000000000/send-link",
        headers={**HERE, "Referer": "http://localhost/o/contoso/roles/?role=auditor"},
    )
    assert answer.status_code == 302
    assert "next=/o/contoso/roles/?role%3Dauditor" in answer.location


def test_a_seal_of_somebody_elses_making_keeps_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    client.press("/o/contoso/", "/sign-out")
    page = BeautifulSoup(client.get("/sign-in").text, "html.parser")
    form = page.select_one("main form[method=post]")
    assert form is not None
    data = {**values_of(form), "email": ADMIN_EMAIL, "password": PASSWORD, "kept": "x.y.z"}
    assert client.post("/sign-in", data=data).location == "/"


def test_a_button_that_sends_mail_sends_one_however_often_it_is_pressed(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    page = client.page("/o/contoso/roles/")
    form = page.select_one('form[action$="/send-link"]')
    assert form is not None
    for _press in range(2):
        assert client.post(str(form["action"]), data=values_of(form)).status_code == 302
    with making(clock()) as work:
        assert work.session.query(OutboxMessage).count() == 1
    # The control: without its token each press is a new one.
    bare = {name: value for name, value in values_of(form).items() if name != "token"}
    for _press in range(2):
        client.post(str(form["action"]), data=bare)
    with making(clock()) as work:
        assert work.session.query(OutboxMessage).count() == 3
