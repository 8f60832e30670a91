"""Budgets on their pages, on orders and drafts, and on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_billing import make_order_of
from tests.support.making_orders import ADMIN_EMAIL, RESELLER_EMAIL, Shop, make_shop
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient, values_of
from vlms.billing.cli import billing
from vlms.billing.queries.budgets import list_budgets
from vlms.core.permissions import Role
from vlms.orders.service import placing

PLACE = "/o/contoso/budgets/"
BUDGET = {
    "cost_centre": "IT-100",
    "amount": "1000.00",
    "currency": "USD",
    "first_day": "2020-01-01",
    "last_day": "2040-12-31",
}


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
    client.sign_in(ADMIN_EMAIL)
    return made


def test_a_budget_is_entered_edited_and_removed(client: CheckingClient, shop: Shop) -> None:
    assert "There are no budgets yet" in client.page(PLACE).text
    answer = client.send(PLACE + "add", **BUDGET)
    assert answer.status_code == 302
    address = str(answer.location)
    assert "1,000.00" in client.page(PLACE).text
    assert "IT-100" not in client.page(PLACE + "?q=HR").text
    assert client.send(PLACE + "add", **BUDGET).status_code == 422
    assert client.send(PLACE + "add", **{**BUDGET, "amount": "1.234"}).status_code == 422
    assert client.send(f"{address}/edit", **{**BUDGET, "amount": "2500.00"}).status_code == 302
    page = client.page(address)
    assert "2,500.00" in page.text
    assert "Budget changed" in page.text
    assert "USD 1,000.00 → USD 2,500.00" in " ".join(page.text.replace("\xa0", " ").split())
    client.press(address, "/remove")
    assert "There are no budgets yet" in client.page(PLACE).text


def test_an_order_shows_what_is_left_and_warns_when_it_is_over(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with shop.buying(clock()) as work:
        first, second = (make_order_of(work, shop, "IT-100") for _ in range(2))
        ids = first.id, second.id
        total = placing.place(work, first.id).total_minor / 100
    order, draft = (f"/o/contoso/orders/{one}" for one in ids)
    assert "Budget" not in {h.text.strip() for h in client.page(order).select("h2")}
    client.send(PLACE + "add", **{**BUDGET, "amount": f"{total * 1.5:.2f}"})
    page = client.page(order)
    assert f"{total / 2:,.2f}" in page.text
    assert "More is spent" not in page.text
    assert f"{total / 2:,.2f} over" in " ".join(client.page(f"{draft}/edit").text.split())
    assert "can be placed all the same" in client.page(draft).text
    with shop.buying(clock()) as work:
        placing.place(work, ids[1])
    assert "More is spent" in client.page(order).text


def test_the_price_panel_counts_the_cost_centre_as_it_is_typed(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with shop.buying(clock()) as work:
        draft_id = make_order_of(work, shop, None).id
    client.send(PLACE + "add", **{**BUDGET, "amount": "1.00"})
    form = client.page(f"/o/contoso/orders/{draft_id}/edit").select_one("#order-form")
    assert form is not None
    fields = values_of(form)
    client.checks = False
    place = f"/o/contoso/orders/{draft_id}/quote-panel"
    told = {
        name: client.post(place, data={**fields, "cost_centre": name}).get_data(as_text=True)
        for name in ("", "IT-999", "IT-100")
    }
    assert "names no cost centre" in told[""]
    assert "No budget covers the cost centre IT-999" in told["IT-999"]
    assert "goes beyond the budget" in told["IT-100"]


def test_resellers_see_no_budget_and_auditors_change_none(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, shop.customer, Role.AUDITOR, "otto@contoso.example")
    with shop.buying(clock()) as work:
        order_id = placing.place(work, make_order_of(work, shop, "IT-100").id).id
    address = str(client.send(PLACE + "add", **BUDGET).location)
    auditor, seller = (signed_in(app, who) for who in ("otto@contoso.example", RESELLER_EMAIL))
    assert "IT-100" in auditor.page(address).text
    auditor.page(PLACE + "add", 403)
    auditor.page(f"{address}/edit", 403)
    seller.page("/o/litware/budgets/", 403)
    titles = {h.text.strip() for h in seller.page(f"/o/litware/orders/{order_id}").select("h2")}
    assert "Budget" not in titles


def test_another_organisations_budget_is_not_found(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_member(work, other, Role.LICENSING_ADMIN, "fay@fabrikam.example")
    own = str(client.send(PLACE + "add", **BUDGET).location)
    stranger = signed_in(app, "fay@fabrikam.example")
    for page in (own, f"{own}/edit"):
        stranger.page(page.replace("/contoso/", "/fabrikam/"), 404)
    client.page(own)


def test_the_command_line_does_the_same(app: Flask, shop: Shop, clock: StillClock) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(
            billing, ["budgets", *words], obj=lambda: app, catch_exceptions=False
        )
        assert found.exit_code == 0, found.output
        return found.stdout

    key = ("contoso", "IT-100", "USD", "2020-01-01")
    run("add", *key, "2040-12-31", "1000")
    with shop.buying(clock()) as work:
        placed = placing.place(work, make_order_of(work, shop, "IT-100").id)
        left = 150_000 - placed.total_minor
    run("change", *key, "2040-12-31", "1500.00")
    (row,) = json.loads(run("list", "contoso", "--json"))
    assert (row["amount"], row["left"]) == ("1500.00", f"{left / 100:.2f}")
    run("remove", *key)
    with making(clock()) as work:
        assert list_budgets(work.session, shop.customer.id) == []
