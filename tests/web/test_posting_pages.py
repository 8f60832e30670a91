"""Postings of a month: balanced, alike every time, and for the reseller alone."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_money import make_posted
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_invoiced, make_shop
from tests.support.pages import CheckingClient
from vlms.billing.cli import billing
from vlms.billing.models.invoices import Invoice, InvoiceState
from vlms.billing.models.prices import SellerProfile
from vlms.billing.service.publisher_invoices import (
    BilledLine,
    NewPublisherInvoice,
    record_publisher_invoice,
)
from vlms.billing.service.receipts import NewReceipt, record_receipt, take_back
from vlms.core.permissions import Role

PLACE = "/o/litware/postings/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    """Two invoices, one of them void, a payment taken back, and one of the publisher's."""
    today = clock().date()
    with making(clock()) as work:
        made = make_shop(work)
        order = make_invoiced(work, made)
        make_posted(work, order, [1000], tax=50, number="I-1", currency="TWD")
        void = make_posted(work, order, [700], number="I-2")
        make_posted(work, order, [-100], tax=-5, number="C-1", currency="TWD")
        new = NewReceipt(made.customer.id, "BANK-1", 300, "TWD", today)
        receipt = record_receipt(work, made.reseller.id, new)
        lines = [BilledLine(order.lines[0].id, 600)]
        paper = NewPublisherInvoice("PUB-1", "USD", today, lines, 30)
        record_publisher_invoice(work, made.reseller.id, paper)
        make_member(work, made.customer, Role.FINANCE, "fin@contoso.example")
        work.session.add(
            SellerProfile(
                reseller_id=made.reseller.id, legal_name="Litware", address="1", country="TW"
            )
        )
    with making(clock()) as work:
        take_back(work, receipt.id, "not ours")
        found = work.session.get_one(Invoice, void.id)
        found.state, found.voided_at = InvoiceState.VOID, work.now
    client.sign_in(RESELLER_EMAIL)
    return made


def rows_of(client: CheckingClient, clock: StillClock) -> list[dict[str, str]]:
    body = client.get(f"{PLACE}postings.csv?month={clock():%Y-%m}").get_data()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_file_balances_in_each_currency(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    rows = rows_of(client, clock)
    for currency, sums in (("TWD", 1050 + 105 + 300 + 300), ("USD", 14 + 6.30)):
        own = [row for row in rows if row["Currency"] == currency]
        assert sum(float(row["Debit"] or 0) for row in own) == pytest.approx(sums)
        assert sum(float(row["Credit"] or 0) for row in own) == pytest.approx(sums)
    assert [row["Number"] for row in rows if row["Reversal"]].count("I-2") == 2


def test_the_same_month_gives_the_same_postings_again(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    first = rows_of(client, clock)
    clock.move(hours=1)
    assert rows_of(client, clock) == first
    assert len({row["Posting"] for row in first}) == len(first)


def test_the_page_shows_the_balance_and_uses_the_resellers_accounts(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    place = f"{PLACE}?month={clock():%Y-%m}"
    page = client.page(place).text
    assert "TWD 1,755" in page
    assert "reversal" in page
    assert client.send(PLACE + "accounts", receivable="").status_code == 422
    assert client.send(PLACE + "accounts", receivable="ABC-1").status_code == 302
    assert "ABC-1" in client.page(place).text
    assert "Nothing is to be posted" in client.page(PLACE + "?month=2020-01").text
    client.page(PLACE + "?month=2020-13", 404)


def test_postings_name_their_accounts_and_can_be_asked_by_days(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    today = clock().date()
    days = f"first={today:%Y-%m-%d}&last={today:%Y-%m-%d}"
    assert "Accounts receivable" in client.page(f"{PLACE}?{days}").select_one("tbody").text
    body = client.get(f"{PLACE}postings.csv?{days}").get_data().decode("utf-8-sig")
    named = {row["Name of the account"] for row in csv.DictReader(io.StringIO(body))}
    assert {"Accounts receivable", "Sales", "Bank", "Cost of sales"} <= named
    before = f"first=2020-01-01&last={today - timedelta(days=1)}"
    assert "Nothing is to be posted" in client.page(f"{PLACE}?{before}").text
    client.page(f"{PLACE}?first=x", 404)


def test_a_customer_gets_no_postings(client: CheckingClient, shop: Shop) -> None:
    client.press(PLACE, "/sign-out")
    client.sign_in("fin@contoso.example")
    client.page("/o/contoso/postings/", 403)


def run(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(
        billing,
        ["postings", *words, "--reseller", "litware"],
        obj=lambda: app,
        catch_exceptions=False,
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_command_line_does_the_same(
    app: Flask, shop: Shop, clock: StillClock, tmp_path: Path
) -> None:
    month = clock().strftime("%Y-%m")
    run(app, "accounts", "--cash", "9999")
    (known,) = json.loads(run(app, "accounts", "--json"))
    assert (known["cash"], known["revenue"]) == ("9999", "4111")
    rows = json.loads(run(app, "list", month, "--json"))
    assert {row["account"] for row in rows} >= {"9999", "1191", "5111"}
    assert all(date.fromisoformat(row["day"]).strftime("%Y-%m") == month for row in rows)
    days = ("--first", rows[0]["day"], "--last", rows[-1]["day"])
    assert json.loads(run(app, "list", *days, "--json")) == rows
    half = ["postings", "list", "--first", rows[0]["day"], "--reseller", "litware"]
    assert CliRunner().invoke(billing, half, obj=lambda: app).exit_code == 2
    out = tmp_path / "postings.csv"
    run(app, "list", month, "--out", str(out))
    assert len(out.read_text("utf-8-sig").splitlines()) == len(rows) + 1
