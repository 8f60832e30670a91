"""What tests of order pages share."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    Shop,
    make_draft,
    make_shop,
)
from tests.support.pages import CheckingClient, values_of
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState


def begin(client: CheckingClient, clock: StillClock, email: str = ADMIN_EMAIL) -> Shop:
    with making(clock()) as work:
        shop = make_shop(work)
    client.sign_in(email)
    return shop


def signed_in(app: Flask, email: str) -> CheckingClient:
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(email)
    return other


def send_draft(client: CheckingClient, address: str, **fields: Any) -> TestResponse:
    """Post the draft's form; placing goes on to its own page and presses the button there.

    What saves nothing leads to the form as it is now.
    """
    form = client.page(address).select_one("#order-form")
    assert form is not None
    answer = client.post(address, data={**values_of(form), **fields})
    if "kept=" in (answer.location or ""):
        return client.get(answer.location)
    if fields.get("intent") != "place" or answer.status_code != 302:
        return answer
    return client.send(answer.location)


def line(shop: Shop, quantity: str = "10", place: int = 0, **other: str) -> dict[str, str]:
    facts = {"product": str(shop.product.id), "quantity": quantity, **other}
    return {f"lines-{place}-{name}": value for name, value in facts.items()}


def drafted(clock: StillClock, shop: Shop, *wishes: Any) -> Order:
    with making(clock()) as work:
        return make_draft(work, shop, *wishes)


def state_of(clock: StillClock, order: Order) -> OrderState:
    with making(clock()) as work:
        return get_order(work.session, order.id).state


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def csrf(client: CheckingClient, order: Order) -> str:
    token = client.page(f"/o/contoso/orders/{order.id}/edit").select_one("[name=csrf_token]")
    assert token is not None
    return str(token["value"])
