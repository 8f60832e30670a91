"""Pages of orders: drafting with a live price, placing, following, downloading."""

from __future__ import annotations

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    OPERATOR_EMAIL,
    RESELLER_EMAIL,
    make_shop,
)
from tests.support.pages import CheckingClient, values_of


def test_an_admin_drafts_places_and_follows_an_order(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    client.sign_in(ADMIN_EMAIL)
    begun = client.send("/o/contoso/orders/new", agreement=str(shop.agreement.id))
    assert begun.status_code == 302
    edit = begun.location
    client.page(edit)
    lines = {"lines-0-product": str(shop.product.id), "lines-0-quantity": "10"}
    page = client.page(edit)
    form = page.select_one("#order-form")
    assert form is not None
    panel = client.post(edit.replace("/edit", "/quote-panel"), data={**values_of(form), **lines})
    assert panel.status_code == 200
    assert "USD 1,200.00" in panel.text
    assert client.send(edit, intent="save", **lines).status_code == 302
    page = client.page(edit)
    assert "USD 1,200.00" in page.text
    placed = client.send(edit, intent="place", shown_total="120000")
    assert placed.status_code == 302, placed.text
    shown = client.page(placed.location)
    assert "O-2026-000001" in shown.text
    assert "120.00 × 10 × 12 / 12 = 1200.00" in shown.text
    client.page(placed.location + "/journal")
    client.page("/o/contoso/orders/")
    client.post("/sign-out")
    for email, place in ((RESELLER_EMAIL, "litware"), (OPERATOR_EMAIL, "operator")):
        other = client.application.test_client()
        assert isinstance(other, CheckingClient)
        other.sign_in(email)
        other.page(placed.location.replace("contoso", place))
        other.page(f"/o/{place}/orders/")
