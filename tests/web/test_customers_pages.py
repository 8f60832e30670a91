"""A reseller's customers: agreements, orders, codes by count and last characters."""

from __future__ import annotations

import json
from datetime import timedelta

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_agreements import make_agreement
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    Shop,
    make_delivered,
    make_order_in,
    make_placed,
    make_shop,
    wish,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.billing.cli import billing
from vlms.codes.models import Code
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

PAGE = "/o/litware/customers/"


def selling(clock: StillClock) -> tuple[Shop, Order]:
    """A customer with a delivered and an open order, and another reseller's customer."""
    with making(clock()) as work:
        shop = make_shop(work, time_zone="UTC")
        order = make_delivered(work, shop, wish(shop.product, 3))
        make_placed(work, shop, wish(shop.product, 2))
        other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        make_member(work, other, Role.RESELLER, "ray@fabrikam.example")
        theirs = make_organisation(work, "adatum")
        make_agreement(work, theirs, "A-2", reseller=other)
    return shop, order


def last_characters(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        return list(work.session.scalars(select(Code.last4).order_by(Code.number)))


def test_a_customers_page_leads_to_its_money_and_to_the_codes_of_a_dispute(
    client: CheckingClient, clock: StillClock
) -> None:
    shop, order = selling(clock)
    client.sign_in(RESELLER_EMAIL)
    page = client.page(f"{PAGE}{shop.customer.id}")
    links = [str(link["href"]) for link in page.select("main a")]
    for part in ("invoices/", "statements/", "invoices/prices"):
        assert f"/o/litware/{part}?customer={shop.customer.id}" in links
        client.page(f"/o/litware/{part}?customer={shop.customer.id}")
    codes = f"{PAGE}orders/{order.id}/codes"
    assert links.count(codes) == 1
    assert "…" + last_characters(clock)[0] in client.page(codes).text


def test_a_late_orders_page_leads_to_the_message(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        order = make_order_in(work, make_shop(work), OrderState.PROCESSED)
    client.sign_in(RESELLER_EMAIL)
    place = f"/o/litware/orders/{order.id}"
    assert "This order is late" not in client.page(place).text
    clock.set(clock() + timedelta(days=30))
    client.sign_in(RESELLER_EMAIL)
    links = client.page(place).select('main a[href*="/deadlines/"]')
    assert links
    assert all(order.number in client.page(str(link["href"])).text for link in links)


def test_customers_are_those_of_ones_agreements(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop, _order = selling(clock)
    client.sign_in(RESELLER_EMAIL)
    page = client.page(PAGE)
    assert [str(link.text) for link in page.select("tbody a")] == ["Contoso"]
    assert "1 of 1" in page.text
    assert "USD 600.00" in page.text
    shown = client.page(f"{PAGE}{shop.customer.id}").text
    for words in ("A-1", "O-2026-000001", "O-2026-000002", "USD 600.00"):
        assert words in shown
    assert "No customer fits" in client.page(PAGE + "?q=adatum").text
    other = signed_in(app, "ray@fabrikam.example")
    assert "Adatum" in other.page("/o/fabrikam/customers/").text
    assert other.get(f"/o/fabrikam/customers/{shop.customer.id}").status_code == 404


def test_a_dispute_sees_counts_and_last_characters_and_never_a_code(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, order = selling(clock)
    client.sign_in(RESELLER_EMAIL)
    panel = client.page(f"/o/litware/orders/{order.id}")
    assert "codes issued 3" in panel.text
    (link,) = panel.select('a[href*="/customers/orders/"]')
    page = client.page(str(link["href"]))
    ends = [str(cell.text).strip("…") for cell in page.select("tbody .code")]
    assert ends == last_characters(clock)
    assert all(len(end) == 4 for end in ends)
    one = client.page(f"{link['href']}?q={ends[1].lower()}")
    assert ends[1] in one.text
    assert "No code of this order ends so." in client.page(f"{link['href']}?q=????").text


def test_these_pages_are_the_resellers_alone(client: CheckingClient, clock: StillClock) -> None:
    _shop, order = selling(clock)
    client.sign_in(ADMIN_EMAIL)
    assert client.get("/o/contoso/customers/").status_code == 403
    assert client.get(f"/o/contoso/customers/orders/{order.id}/codes").status_code == 403
    assert "Codes by count" not in client.page(f"/o/contoso/orders/{order.id}").text


def test_the_command_line_lists_both(app: Flask, clock: StillClock) -> None:
    _shop, order = selling(clock)

    def told(*words: str) -> list[dict[str, object]]:
        run = CliRunner().invoke(
            billing, [*words, "--json"], obj=lambda: app, catch_exceptions=False
        )
        assert run.exit_code == 0, run.output
        found: list[dict[str, object]] = json.loads(run.stdout)
        return found

    (row,) = told("customers", "--reseller", "Litware")
    assert (row["customer"], row["open_orders"]) == ("contoso", 1)
    rows = told("last-characters", order.number)
    assert [one["last4"] for one in rows] == last_characters(clock)
