"""What people get wrong: a sentence with its rule and a way out, nothing half-written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from tests.support.order_pages import (
    begin,
    csrf,
    drafted,
    line,
    send_draft,
    soup,
    state_of,
)
from tests.support.pages import CheckingClient, values_of
from vlms.catalog.models import ProductKind
from vlms.orders.queries import OrderFilter, get_order, list_orders
from vlms.orders.rules.order_clock import OrderState

BAD_QUANTITIES = ["0", "-1", "1000000000", "１０", "ten", "1.5", "", "9" * 40, "1\u202e0"]


@pytest.mark.parametrize("quantity", BAD_QUANTITIES)
@pytest.mark.parametrize("intent", ["save", "place"])
def test_a_bad_quantity_gets_a_sentence_and_keeps_the_draft(
    client: CheckingClient, clock: StillClock, quantity: str, intent: str
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    response = send_draft(client, address, intent=intent, **line(shop, quantity))
    assert response.status_code == 422
    page = soup(response)
    summary = page.select_one(".error-summary")
    assert summary is not None
    assert "Quantity" in summary.text
    kept = page.select_one("[name=lines-0-quantity]")
    assert kept is not None
    assert kept.get("value", "") == quantity
    with making(clock()) as work:
        found = get_order(work.session, order.id)
        assert [one.quantity for one in found.lines] == [10]
        assert found.state is OrderState.DRAFT


def test_a_half_width_quantity_is_proposed(client: CheckingClient, clock: StillClock) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    response = send_draft(client, address, intent="save", **line(shop, "１０"))
    assert 'half-width characters: "10"' in soup(response).text


@pytest.mark.parametrize("product", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_product_is_refused(
    client: CheckingClient, clock: StillClock, product: str
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    fields = {"lines-0-product": product, "lines-0-quantity": "1"}
    response = send_draft(client, f"/o/contoso/orders/{order.id}/edit", **fields, intent="save")
    assert response.status_code == 422
    panel = client.post(
        f"/o/contoso/orders/{order.id}/quote-panel",
        data={**fields, "csrf_token": csrf(client, order)},
    )
    assert panel.status_code == 200


def test_products_outside_the_agreement_are_named_with_their_rule(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        cases = {
            "A1": make_voucher(work, "pack", kind=ProductKind.CLASS_PACK),
            "O1": make_voucher(work, "old", last_sale_on=date(2026, 3, 1)),
            "MPSA": make_voucher(work, "mpsa", programme="MPSA"),
        }
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    for words, product in cases.items():
        option = client.page(address).select_one(f'option[value="{product.id}"]')
        assert option is not None
        assert option.has_attr("disabled")
        fields = {"lines-0-product": str(product.id), "lines-0-quantity": "1"}
        response = send_draft(client, address, intent="place", **fields)
        assert response.status_code == 422
        summary = soup(response).select_one(".error-summary")
        assert summary is not None
        assert words in summary.text or words == "MPSA"
    assert state_of(clock, order) is OrderState.DRAFT


def test_with_no_month_left_the_next_period_is_offered_and_taken(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(datetime(2025, 7, 15, 12, tzinfo=UTC)) as work:
        shop = make_shop(work, last_day=date(2028, 6, 30))
        make_placed(work, shop, wish(shop.product, twelve_months=True))
    clock.set(datetime(2026, 7, 1, 18, tzinfo=UTC))
    client.sign_in(ADMIN_EMAIL)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    page = client.page(address)
    assert "No whole month is left until" in page.text
    refused = send_draft(client, address, intent="place")
    assert refused.status_code == 422
    assert state_of(clock, order) is OrderState.DRAFT
    button = page.select_one("#quote button[name=accept]")
    assert button is not None
    assert "15 Jul 2026" in button.text
    accepted = soup(send_draft(client, address, accept=str(button["value"])))
    assert "USD 1,200.00" in accepted.text
    form = accepted.select_one("#order-form")
    assert form is not None
    checked = client.post(address, data={**values_of(form), "intent": "place"})
    placed = client.send(checked.location)
    assert placed.status_code == 302
    assert "Renewal, the next 12 months" in client.page(placed.location).text


def test_a_price_that_moved_is_shown_before_it_counts(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    with making(clock()) as work:
        make_price(work, shop.product, "130.00", effective_from=date(2026, 3, 1))
    address = f"/o/contoso/orders/{order.id}/edit"
    response = send_draft(client, address, intent="place", shown_total="120000")
    assert response.status_code == 409
    assert "USD 1,300.00" in response.text
    assert state_of(clock, order) is OrderState.DRAFT


def test_an_editor_who_was_overtaken_is_told_and_keeps_what_was_typed(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    send_draft(client, address, intent="save", **line(shop, "11"))
    stale = send_draft(client, address, intent="save", version="2", **line(shop, "12"))
    assert stale.status_code == 409
    assert 'value="12"' in stale.text


def test_a_form_sent_twice_begins_one_order(client: CheckingClient, clock: StillClock) -> None:
    shop = begin(client, clock)
    page = client.page("/o/contoso/orders/new")
    form = page.select_one("main form[method=post]")
    assert form is not None
    fields = {**values_of(form), "agreement": str(shop.agreement.id)}
    answers = [client.post("/o/contoso/orders/new", data=fields) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with making(clock()) as work:
        assert len(list_orders(work.session, OrderFilter())) == 1


def test_a_step_sent_twice_is_taken_once(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    address = f"/o/litware/orders/{order.id}/record/process"
    form = client.page(address).select_one("main form[method=post]")
    assert form is not None
    fields = {**values_of(form), "reference": "P-1"}
    answers = [client.post(address, data=fields) for _ in range(2)]
    assert [response.status_code for response in answers] == [302, 302]
    with making(clock()) as work:
        assert len(get_order(work.session, order.id).events) == 2


@pytest.mark.parametrize(
    "address",
    ["?sort=nonsense", "?after=%%%", "?state=nonsense", "?agreement=1", "?q=%27&after=eyJ9"],
)
def test_a_broken_address_still_lists_orders(
    client: CheckingClient, clock: StillClock, address: str
) -> None:
    begin(client, clock)
    assert client.get("/o/contoso/orders/" + address).status_code == 200
