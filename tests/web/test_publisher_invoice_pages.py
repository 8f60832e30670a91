"""Pages and commands of the publisher's invoices and of margins."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_money import make_posted
from tests.support.making_orders import RESELLER_EMAIL, make_invoiced, make_shop
from tests.support.pages import CheckingClient
from vlms.billing.cli import billing
from vlms.core.permissions import Role
from vlms.orders.models import Order

PLACE = "/o/litware/publisher-invoices/"
RECORD = PLACE + "record?reference=R-invoice&currency=USD"


@pytest.fixture
def order(client: CheckingClient, clock: StillClock) -> Order:
    with making(clock()) as work:
        shop = make_shop(work)
        make_member(work, shop.customer, Role.FINANCE, "fin@contoso.example")
        made = make_invoiced(work, shop)
        make_posted(work, made, [150000])
    client.sign_in(RESELLER_EMAIL)
    return made


def test_an_invoice_is_recorded_from_the_lines_that_wait(
    client: CheckingClient, order: Order
) -> None:
    assert "R-invoice" in client.page(PLACE).text
    answer = client.send(RECORD, tax="60.00", net="1,200")
    assert answer.status_code == 422
    assert "1,200" in answer.get_data(as_text=True)
    answer = client.send(RECORD, net="1199.99")
    assert "a difference of" in answer.get_data(as_text=True)
    answer = client.send(RECORD, tax="60.00", net=str(order.total_minor / 100))
    assert answer.status_code == 302
    page = client.page(answer.location).text
    assert order.number in page
    assert "USD 60.00" in page
    assert "To be recorded" not in client.page(PLACE).text
    assert "No line in USD waits" in client.page(RECORD).text


def test_what_was_recorded_by_mistake_is_taken_out_with_a_reason(
    client: CheckingClient, order: Order
) -> None:
    place = client.send(RECORD).location
    assert client.send(place + "/remove", reason="").status_code == 422
    assert client.send(place + "/remove", reason="typed twice").status_code == 302
    client.page(place, 404)
    assert "To be recorded" in client.page(PLACE).text


def test_margins_of_a_month_are_shown_and_downloaded(
    client: CheckingClient, order: Order, clock: StillClock
) -> None:
    client.send(RECORD)
    month = clock().strftime("%Y-%m")
    page = client.page(PLACE + f"margins?month={month}").text
    assert order.number in page
    assert "USD 1,500.00" in page
    body = client.get(PLACE + f"margins.csv?month={month}").get_data(as_text=True)
    assert order.number in body
    assert "No line was invoiced" in client.page(PLACE + "margins?month=2020-01").text
    client.page(PLACE + "margins?month=x", 404)


def test_margins_open_on_the_latest_month_with_an_invoice(
    client: CheckingClient, order: Order, clock: StillClock
) -> None:
    invoiced = clock()
    clock.set(invoiced + timedelta(days=100))
    client.sign_in(RESELLER_EMAIL)
    assert order.number in client.page(PLACE + "margins").text
    assert order.number in client.get(PLACE + "margins.csv").get_data(as_text=True)
    later = f"{PLACE}margins?month={clock():%Y-%m}"
    assert "No line was invoiced" in client.page(later).text


def test_a_customer_sees_neither_invoices_of_the_publisher_nor_margins(
    client: CheckingClient, order: Order
) -> None:
    place = client.send(RECORD).location
    client.press(PLACE, "/sign-out")
    client.sign_in("fin@contoso.example")
    for address in (place, PLACE, PLACE + "margins"):
        client.page(address.replace("/litware/", "/contoso/"), 403)


def run(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(
        billing,
        ["publisher-invoices", *words, "--reseller", "litware"],
        obj=lambda: app,
        catch_exceptions=False,
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_command_line_does_the_same(app: Flask, order: Order, clock: StillClock) -> None:
    waiting = json.loads(run(app, "waiting", "--json"))
    assert [(one["line"], one["reference"]) for one in waiting] == [
        (f"{order.number}/1", "R-invoice")
    ]
    line = f"{order.number}/1=900.00"
    run(app, "record", "PUB-9", "USD", "2026-03-01", "--line", line, "--net", "900", "--tax", "45")
    (listed,) = json.loads(run(app, "list", "--json"))
    assert (listed["number"], listed["gross_minor"], listed["lines"]) == ("PUB-9", 94500, 1)
    month = clock().strftime("%Y-%m")
    (margin,) = json.loads(run(app, "margins", month, "--json"))
    assert margin["margin_minor"] == 150000 - 90000
    run(app, "remove", "PUB-9", "USD", "typed twice")
    assert json.loads(run(app, "list", "--json")) == []
