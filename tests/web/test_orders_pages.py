"""Pages of orders: drafting with a live price, placing, following, delivering."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_catalog import make_price
from tests.support.making_orders import (
    ADMIN_EMAIL,
    OPERATOR_EMAIL,
    RESELLER_EMAIL,
    SECOND_EMAIL,
    Shop,
    make_draft,
    make_invoiced,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import ApprovalLimit
from vlms.catalog.models import ProductKind
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.queries import OrderFilter, get_order, list_orders
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.delivery import deliver


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
    """Post the draft's form; `line0="key:10"` stands for its product and quantity."""
    form = client.page(address).select_one("#order-form")
    assert form is not None
    return client.post(address, data={**values_of(form), **fields})


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


def test_an_admin_drafts_places_and_follows_an_order(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    edit = client.send("/o/contoso/orders/new", agreement=str(shop.agreement.id)).location
    saved = send_draft(
        client, edit, intent="save", purchase_order="PO-7", cost_centre="CC-1", **line(shop)
    )
    assert saved.location == edit
    page = client.page(edit)
    total = page.select_one("#quote input[name=shown_total]")
    assert total is not None
    assert total["value"] == "120000"
    assert "Place the order for USD 1,200.00" in page.text
    placed = send_draft(client, edit, intent="place", shown_total=str(total["value"]))
    assert placed.status_code == 302
    shown = client.page(placed.location)
    for words in ("O-2026-000001", "120.00 × 10 × 12 / 12 = 1200.00", "PO-7", "P3", "half-up"):
        assert words in shown.text
    assert "placed" in client.page(placed.location + "/journal").text
    assert "O-2026-000001" in client.page("/o/contoso/orders/?q=po-7").text
    assert "O-2026-000001" not in client.page("/o/contoso/orders/?q=po-8").text
    for email, place in ((RESELLER_EMAIL, "litware"), (OPERATOR_EMAIL, "operator")):
        other = signed_in(app, email)
        other.page(placed.location.replace("contoso", place))
        assert "O-2026-000001" in other.page(f"/o/{place}/orders/").text


def test_the_panel_prices_what_is_typed_and_writes_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    form = client.page(address).select_one("#order-form")
    assert form is not None
    fields = {**values_of(form), **line(shop, "7")}
    panel = client.post(address.replace("/edit", "/quote-panel"), data=fields)
    assert panel.status_code == 200
    assert "USD 840.00" in panel.text
    assert "<html" not in panel.text
    again = client.post(address, data={**fields, "intent": "recalculate"})
    assert again.status_code == 200
    assert "USD 840.00" in again.text
    assert 'value="7"' in again.text
    assert "USD 1,200.00" in client.page(address).text


def test_lines_are_added_and_removed_without_scripts(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop, wish(shop.product, 1), wish(shop.product, 2))
    address = f"/o/contoso/orders/{order.id}/edit"
    page = soup(send_draft(client, address, remove="lines-0"))
    assert [field["value"] for field in page.select("[name$=quantity][value]")][:1] == ["2"]
    form = page.select_one("#order-form")
    assert form is not None
    added = client.post(address, data={**values_of(form), **line(shop, "5", place=2)})
    assert added.status_code == 200
    form = soup(added).select_one("#order-form")
    assert form is not None
    client.post(address, data={**values_of(form), "intent": "save"})
    with making(clock()) as work:
        found = get_order(work.session, order.id)
        assert [one.quantity for one in found.lines] == [2, 5]


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
    fields = {"lines-0-product": product, "lines-0-quantity": "1", "intent": "save"}
    response = send_draft(client, f"/o/contoso/orders/{order.id}/edit", **fields)
    assert response.status_code == 422
    panel = client.post(
        f"/o/contoso/orders/{order.id}/quote-panel",
        data={**fields, "csrf_token": csrf(client, order)},
    )
    assert panel.status_code == 200


def csrf(client: CheckingClient, order: Order) -> str:
    token = client.page(f"/o/contoso/orders/{order.id}/edit").select_one("[name=csrf_token]")
    assert token is not None
    return str(token["value"])


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
    placed = client.post(address, data={**values_of(form), "intent": "place"})
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
    assert "1300.00 USD" in response.text
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
    address = f"/o/litware/orders/{order.id}"
    form = client.page(address).select_one('form[action$="/record/process"]')
    assert form is not None
    fields = {**values_of(form), "reference": "P-1"}
    answers = [client.post(str(form["action"]), data=fields) for _ in range(2)]
    assert [response.status_code for response in answers] == [302, 302]
    with making(clock()) as work:
        assert len(get_order(work.session, order.id).events) == 2


def test_approval_is_asked_given_by_another_and_explained(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        work.session.add(
            ApprovalLimit(organisation_id=shop.customer.id, currency="USD", limit_minor=100_000)
        )
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}"
    page = client.page(address + "/edit")
    assert "Ask for approval of USD 1,200.00" in page.text
    assert send_draft(client, address + "/edit", intent="place").status_code == 302
    own = client.page(address)
    assert "another licensing admin approves" in own.text
    assert own.select_one('form[action$="/approve"]') is None
    other = signed_in(app, SECOND_EMAIL)
    assert other.press(address, "/decline", reason="half of it").status_code == 302
    assert state_of(clock, order) is OrderState.DRAFT
    send_draft(client, address + "/edit", intent="place")
    assert other.press(address, "/approve").status_code == 302
    assert state_of(clock, order) is OrderState.PLACED


def test_the_reseller_records_and_the_operator_delivers(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    address = f"/o/litware/orders/{order.id}"
    early = client.press(address, "/record/process", happened_at="2026-03-01T09:00")
    assert early.status_code == 422
    assert "The step before was on" in early.text
    clock.move(hours=1)
    for step in ("process", "acknowledge", "invoice"):
        assert client.press(address, f"/record/{step}", reference="R").status_code == 302
    assert "due 9 Mar 2026 – 16 Mar 2026" in client.page(address).text
    runner = signed_in(app, OPERATOR_EMAIL)
    place = address.replace("litware", "operator")
    action = f"/deliver/{order.lines[0].id}"
    short = runner.press(place, action, quantity="4")
    assert short.status_code == 422
    assert "Say why the rest is missing" in short.text
    assert runner.press(place, action, quantity="4", note="the rest later").status_code == 302
    assert "the rest later" in client.page(address).text
    assert runner.press(place, action).status_code == 302
    assert state_of(clock, order) is OrderState.CLOSED


def test_cancelling_needs_a_reason_and_is_disabled_with_its_rule_afterwards(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        order, invoiced = make_placed(work, shop), make_invoiced(work, shop)
    address = f"/o/contoso/orders/{order.id}"
    assert client.press(address, "/cancel").status_code == 422
    assert client.press(address, "/cancel", reason="not needed").status_code == 302
    assert state_of(clock, order) is OrderState.CANCELLED
    page = client.page(f"/o/contoso/orders/{invoiced.id}")
    assert page.select_one('form[action$="/cancel"]') is None
    assert "Ask the reseller to cancel it" in page.text


def test_late_orders_are_flagged_and_filtered(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        order = make_invoiced(work, make_shop(work))
    clock.move(days=20)
    client.sign_in(ADMIN_EMAIL)
    assert "late" in client.page(f"/o/contoso/orders/{order.id}").select(".is-late")[0].text
    assert order.number in client.page("/o/contoso/orders/?late=1&state=invoiced").text
    assert order.number not in client.page("/o/contoso/orders/?late=1&state=placed").text
    with making(clock()) as work:
        deliver(work, order.id, order.lines[0].id, 10)
    assert order.number not in client.page("/o/contoso/orders/?late=1").text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.SUPPORT])
def test_readers_see_orders_and_can_change_nothing(
    client: CheckingClient, clock: StillClock, role: Role
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
        make_member(work, shop.customer, role, "reader@contoso.example")
    client.sign_in("reader@contoso.example")
    page = client.page(f"/o/contoso/orders/{order.id}")
    assert page.select("main form[method=post]") == []
    client.page("/o/contoso/orders/new", 403)
    token = client.page("/o/contoso/orders/").select_one("[name=csrf_token]")
    assert token is not None
    response = client.post(
        f"/o/contoso/orders/{order.id}/cancel",
        data={"csrf_token": str(token["value"]), "reason": "a try"},
    )
    assert response.status_code == 403
    assert state_of(clock, order) is OrderState.PLACED


@pytest.mark.parametrize(
    "address",
    ["?sort=nonsense", "?after=%%%", "?state=nonsense", "?agreement=1", "?q=%00%27&after=eyJ9"],
)
def test_a_broken_address_still_lists_orders(
    client: CheckingClient, clock: StillClock, address: str
) -> None:
    begin(client, clock)
    assert client.get("/o/contoso/orders/" + address).status_code == 200
