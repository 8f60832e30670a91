"""Pages of orders: drafting with a live price, placing, following, delivering."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    OPERATOR_EMAIL,
    RESELLER_EMAIL,
    SECOND_EMAIL,
    make_invoiced,
    make_placed,
    make_shop,
    wish,
)
from tests.support.order_pages import (
    begin,
    drafted,
    line,
    send_draft,
    signed_in,
    soup,
    state_of,
)
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import ApprovalLimit
from vlms.core.permissions import Role
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.delivery import deliver


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
    for words in ("O-2026-000001", "120.00 × 10 × 12 / 12 = 1,200.00", "PO-7", "P3", "half-up"):
        assert words in shown.text
    assert "placed" in client.page(placed.location + "/journal").text
    assert "O-2026-000001" in client.page("/o/contoso/orders/?q=po-7").text
    assert "O-2026-000001" not in client.page("/o/contoso/orders/?q=po-8").text
    for email, place in ((RESELLER_EMAIL, "litware"), (OPERATOR_EMAIL, "operator")):
        other = signed_in(app, email)
        other.page(placed.location.replace("contoso", place))
        assert "O-2026-000001" in other.page(f"/o/{place}/orders/").text


def test_a_panel_without_a_session_lets_the_form_be_sent_and_kept(
    client: CheckingClient, clock: StillClock
) -> None:
    order = drafted(clock, begin(client, clock))
    client.press("/rules", "/sign-out")
    headers = {"HX-Request": "true"}
    panel = client.post(f"/o/contoso/orders/{order.id}/quote-panel", headers=headers)
    assert panel.status_code == 401
    (button,) = soup(panel).select("button[form]")
    assert button["form"] == "order-form"


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
    kept = client.post(address, data={**fields, "intent": "recalculate"})
    assert kept.status_code == 302
    again = client.get(kept.location)
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
    third = {**line(shop, "5", place=2), "purchase_order": "PO-1", "intent": "add"}
    added = client.post(address, data={**values_of(form), **third})
    assert added.status_code == 302
    assert added.location.endswith("#lines-3-product")
    shown = client.page(added.location)
    assert shown.select_one("#lines-3-product")
    assert "PO-1" in str(shown.select_one("[name=purchase_order]"))
    form = shown.select_one("#order-form")
    assert form is not None
    client.post(address, data={**values_of(form), "intent": "save"})
    with making(clock()) as work:
        found = get_order(work.session, order.id)
        assert [one.quantity for one in found.lines] == [2, 5]


def test_what_is_wrong_in_a_rearranged_form_is_said_and_nothing_typed_is_lost(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    wrong = {**line(shop, "many"), "lines-1-quantity": "3", "intent": "add"}
    page = soup(send_draft(client, address, **wrong))
    assert 'value="many"' in str(page)
    assert "Choose the product of this line." in page.text
    assert page.select_one("#lines-0-quantity.is-invalid")
    assert page.select_one("#lines-2-product")


def test_a_rearranged_form_can_be_gone_back_to_and_saved_from_there(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    form = client.page(address).select_one("#order-form")
    assert form is not None
    fields = {**values_of(form), **line(shop, "7"), "intent": "add"}
    kept = client.post(address, data=fields).location
    for _time in range(2):
        assert 'value="7"' in client.get(kept).text
    saved = client.send(kept, intent="save")
    assert saved.location == address
    # Back, and saved again: somebody (we ourselves) has changed the draft since.
    stale = client.send(kept, intent="save", purchase_order="PO-2")
    assert stale.status_code == 409
    assert "PO-2" in stale.text
    assert client.get(address).status_code == 200


def test_a_rearranged_form_is_shown_to_its_own_user_and_for_an_hour(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    address = f"/o/contoso/orders/{order.id}/edit"
    form = client.page(address).select_one("#order-form")
    assert form is not None
    kept = client.post(
        address, data={**values_of(form), "purchase_order": "PO-8", "intent": "add"}
    ).location
    assert "PO-8" not in signed_in(app, SECOND_EMAIL).page(kept).text
    clock.move(minutes=61)
    later = client.page(kept).text
    assert "PO-8" not in later
    assert "What was typed here is kept no longer" in later
    # The session has ended meanwhile, and with it the form's token.
    form = client.page(address).select_one("#order-form")
    assert form is not None
    endless = {**values_of(form), "purchase_order": "x" * 200_001, "intent": "add"}
    assert client.post(address, data=endless).status_code == 422


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
    assert "another licensing admin gives it" in own.text
    assert own.select_one('main a[href$="/approve"]') is None
    other = signed_in(app, SECOND_EMAIL)
    assert other.send(address + "/decline", reason="half of it").status_code == 302
    assert state_of(clock, order) is OrderState.DRAFT
    send_draft(client, address + "/edit", intent="place")
    assert other.send(address + "/approve").status_code == 302
    assert state_of(clock, order) is OrderState.PLACED


def test_the_reseller_records_and_the_operator_delivers(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    address = f"/o/litware/orders/{order.id}"
    early = client.send(address + "/record/process", happened_at="2026-03-01T09:00")
    assert early.status_code == 422
    assert "The step before was on" in early.text
    clock.move(hours=1)
    for step in ("process", "acknowledge", "invoice"):
        assert client.send(address + f"/record/{step}", reference="R").status_code == 302
    assert "due 9 Mar 2026 – 16 Mar 2026" in client.page(address).text
    runner = signed_in(app, OPERATOR_EMAIL)
    place = address.replace("litware", "operator")
    action = f"/deliver/{order.lines[0].id}"
    short = runner.send(place + action, quantity="4")
    assert short.status_code == 422
    assert "Say why the rest is missing" in short.text
    assert runner.send(place + action, quantity="4", note="the rest later").status_code == 302
    assert "the rest later" in client.page(address).text
    assert runner.send(place + action).status_code == 302
    assert state_of(clock, order) is OrderState.CLOSED


def test_cancelling_needs_a_reason_and_is_disabled_with_its_rule_afterwards(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        order, invoiced = make_placed(work, shop), make_invoiced(work, shop)
    address = f"/o/contoso/orders/{order.id}"
    assert client.send(address + "/cancel").status_code == 422
    assert client.send(address + "/cancel", reason="not needed").status_code == 302
    assert state_of(clock, order) is OrderState.CANCELLED
    page = client.page(f"/o/contoso/orders/{invoiced.id}")
    assert page.select_one('main a[href$="/cancel"]') is None
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
