"""Pages of a higher total: asked, looked at, agreed to or declined (P5)."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making_orders import ADMIN_EMAIL, RESELLER_EMAIL
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from tests.support.repricing import AS_NOW, AS_ORDERED, Trade
from vlms.orders.models import ConsentState
from vlms.orders.rules.order_clock import OrderState


def record(client: CheckingClient, trade: Trade, **fields: str) -> str:
    """Record the publisher's invoice as the reseller, and give the text of the next page."""
    address = f"/o/litware/orders/{trade.order.id}/record/invoice"
    moment = f"{trade.clock():%Y-%m-%dT%H:%M}"
    sent = client.send(address, happened_at=moment, reference="PI-7", **fields)
    assert sent.status_code == 302
    return client.page(sent.location).text


def test_the_reseller_records_and_the_customer_agrees(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    trade = Trade(clock, time_zone="UTC")
    clock.move(days=3)
    client.sign_in(RESELLER_EMAIL)
    ahead = client.page(f"/o/litware/orders/{trade.order.id}/record/invoice").text
    for words in ("Another price list is in effect today", "132.00", "1,320.00"):
        assert words in ahead
    told = record(client, trade)
    assert "the customer is asked first" in told
    assert "instead of" in told
    assert trade.found() == AS_ORDERED
    buyer = signed_in(app, ADMIN_EMAIL)
    shown = buyer.page(f"/o/contoso/orders/{trade.order.id}").text
    for words in ("1,320.00", "Agree to the higher total", "Next a licensing admin agrees"):
        assert words in shown
    address = f"/o/contoso/orders/{trade.order.id}/consent"
    page = buyer.page(address).text
    for words in ("120.00", "132.00", "1,200.00", "Agree to USD 1,320.00"):
        assert words in page
    answered = buyer.send(address)
    assert "You agreed" in buyer.page(answered.location).text
    assert trade.found() == AS_NOW
    after = buyer.page(f"/o/contoso/orders/{trade.order.id}").text
    assert "priced again for the publisher's invoice" in after
    assert "Agree to the higher total" not in after
    assert (
        "Higher total agreed to" in buyer.page(f"/o/contoso/orders/{trade.order.id}/journal").text
    )


def test_a_decline_needs_a_reason_and_opens_the_tick(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    trade = Trade(clock, time_zone="UTC")
    clock.move(days=3)
    client.sign_in(RESELLER_EMAIL)
    assert (
        "at the order's price"
        not in client.page(f"/o/litware/orders/{trade.order.id}/record/invoice").text
    )
    record(client, trade)
    buyer = signed_in(app, ADMIN_EMAIL)
    address = f"/o/contoso/orders/{trade.order.id}/decline-consent"
    assert buyer.send(address, reason="").status_code == 422
    assert trade.consents() == [ConsentState.ASKED]
    assert buyer.send(address, reason="too dear").status_code == 302
    assert "too dear" in client.page(f"/o/litware/orders/{trade.order.id}").text
    record(client, trade, keeps_price="y")
    assert trade.found()[:2] == (OrderState.INVOICED, 120000)


def test_what_is_agreed_to_is_what_was_shown(client: CheckingClient, clock: StillClock) -> None:
    trade = Trade(clock, time_zone="UTC")
    trade.invoice()
    client.sign_in(ADMIN_EMAIL)
    address = f"/o/contoso/orders/{trade.order.id}/consent"
    answer = client.send(address, shown_total="120000")
    assert answer.status_code == 409
    assert trade.found() == AS_ORDERED


def test_pages_of_an_answer_say_when_nothing_is_asked(
    client: CheckingClient, clock: StillClock
) -> None:
    trade = Trade(clock, time_zone="UTC")
    client.sign_in(ADMIN_EMAIL)
    for page in ("consent", "decline-consent"):
        shown = client.page(f"/o/contoso/orders/{trade.order.id}/{page}").text
        assert "Nobody asks for consent" in shown
    client.press("/rules", "/sign-out")
    client.sign_in(RESELLER_EMAIL)
    assert client.get(f"/o/litware/orders/{trade.order.id}/consent").status_code == 403
