"""Pages and commands of payments, of what is open, and of reminders."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import Tag
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_user, making
from tests.support.making_agreements import make_agreement
from tests.support.making_money import make_posted
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, make_shop
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant
from vlms.billing.cli import billing
from vlms.billing.models.prices import BuyerProfile
from vlms.billing.queries.receipts import OpenFilter, list_open
from vlms.billing.service.receipts import NewReceipt, record_receipt
from vlms.core.language import Language
from vlms.core.permissions import Role

PLACE = "/o/litware/receipts/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    """Contoso owes USD 10.00, overdue for three days, and TWD 500, due tomorrow."""
    with making(clock()) as work:
        made = make_shop(work)
        order = make_placed(work, made)
        today = clock().date()
        make_posted(work, order, [1000], number="I-1", due_on=today - timedelta(days=3))
        later = today + timedelta(days=5)
        make_posted(work, order, [500], number="T-1", currency="TWD", due_on=later)
        make_member(work, made.customer, Role.FINANCE, "fin@contoso.example")
        work.session.add(
            BuyerProfile(
                reseller_id=made.reseller.id,
                organisation_id=made.customer.id,
                legal_name="Contoso Inc.",
                invoice_email="pay@contoso.example",
                language=Language.TRADITIONAL_CHINESE,
            )
        )
    client.sign_in(RESELLER_EMAIL)
    return made


def pay(client: CheckingClient, shop: Shop, **facts: str) -> str:
    fields = {
        "customer": str(shop.customer.id),
        "amount": "4.00",
        "currency": "USD",
        "reference": "BANK-1",
        **facts,
    }
    answer = client.send(PLACE + "record", **fields)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def payment_link(client: CheckingClient, number: str) -> str:
    page = client.page(PLACE + "due")
    row = next(tr for tr in page.select("tbody tr") if number in tr.text)
    link = row.select_one('a[href*="/receipts/record"]')
    assert isinstance(link, Tag)
    return str(link["href"])


def test_what_is_open_and_overdue_stands_by_currency(client: CheckingClient, shop: Shop) -> None:
    page = client.page(PLACE + "due").text
    assert "USD 10.00" in page
    assert "TWD 500" in page
    late = client.page(PLACE + "due?late=yes").text
    assert "I-1" in late
    assert "T-1" not in late


def test_a_part_payment_leaves_the_rest_open(client: CheckingClient, shop: Shop) -> None:
    shown = client.page(pay(client, shop)).text
    assert "I-1" in shown
    assert "USD 6.00" in client.page(PLACE + "due").text
    again = client.send(
        PLACE + "record",
        customer=str(shop.customer.id),
        amount="4.00",
        currency="USD",
        reference="BANK-1",
    )
    assert again.status_code == 422


def test_the_rest_of_an_invoice_is_filled_in_where_one_comes_from_it(
    client: CheckingClient, shop: Shop
) -> None:
    answer = client.send(payment_link(client, "T-1"), reference="BANK-2")
    assert answer.status_code == 302
    assert "T-1" not in client.page(PLACE + "due").text


def test_a_payment_is_kept_and_used_later_and_taken_back(
    client: CheckingClient, shop: Shop
) -> None:
    place = pay(client, shop, pays="later")
    assert "has paid no invoice yet" in client.page(place).text
    assert client.send(place + "/share", amount="5.00").status_code == 422
    assert client.send(place + "/share", amount="3.00").status_code == 302
    assert "USD 7.00" in client.page(PLACE + "due").text
    assert client.send(place + "/take-back", reason="not ours").status_code == 302
    assert "taken back" in client.page(PLACE).text
    assert "USD 10.00" in client.page(PLACE + "due").text


def test_a_reminder_is_written_once_a_day(client: CheckingClient, shop: Shop) -> None:
    due = PLACE + "due"
    assert len(client.page(due).select('form[action*="/remind/"]')) == 1
    form = client.page(due).select_one('form[action*="/remind/"]')
    assert form is not None
    answer = client.press(due, str(form["action"]))
    assert answer.status_code == 302
    assert client.press(due, str(form["action"])).status_code == 409


def test_a_customer_sees_its_payments_and_changes_nothing(
    client: CheckingClient, shop: Shop
) -> None:
    place = pay(client, shop)
    client.press(PLACE, "/sign-out")
    client.sign_in("fin@contoso.example")
    own = place.replace("/litware/", "/contoso/")
    assert "BANK-1" in client.page(own).text
    assert not client.page("/o/contoso/receipts/due").select('form[action*="/remind/"]')
    client.page(own + "/take-back", 403)
    client.page("/o/contoso/receipts/record", 403)


def run(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(
        billing,
        ["receipts", *words, "--reseller", "litware"],
        obj=lambda: app,
        catch_exceptions=False,
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_command_line_does_the_same(app: Flask, shop: Shop) -> None:
    day = "2020-01-01"
    run(app, "record", "B-1", "contoso", "3.00", "USD", day, "--later")
    run(app, "share", "B-1", "I-1", "2.50")
    run(app, "record", "B-2", "contoso", "100", "TWD", day, "--invoice", "T-1")
    run(app, "record", "B-3", "contoso", "1.00", "USD", day)
    run(app, "take-back", "B-3", "not ours")
    rows = json.loads(run(app, "due", "--json"))
    assert {row["number"]: row["open_minor"] for row in rows} == {"I-1": 750, "T-1": 400}
    late = json.loads(run(app, "due", "--late", "--json"))
    assert late[0]["number"] == "I-1"
    assert late[0]["days_late"] > 3
    listed = json.loads(run(app, "list", "--json"))
    assert {row["reference"]: row["taken_back"] for row in listed} == {
        "B-1": False,
        "B-2": False,
        "B-3": True,
    }
    assert "pay@contoso.example" in run(app, "remind", "I-1")


def make_two_agreements(shop: Shop, clock: StillClock) -> UUID:
    """A payment for two agreements, of one of which lim@contoso.example has the finances."""
    with making(clock()) as work:
        second = replace(
            shop, agreement=make_agreement(work, shop.customer, "A-2", reseller=shop.reseller)
        )
        theirs = make_posted(work, make_placed(work, second), [300], number="I-2")
        user = make_user(work, "lim@contoso.example")
        work.session.add(
            RoleGrant(
                organisation_id=shop.customer.id,
                user_id=user.id,
                role=Role.FINANCE,
                agreement_id=shop.agreement.id,
                granted_at=work.now,
            )
        )
        invoices = list_open(work.session, OpenFilter(currency="USD"))
        shares = {one.invoice.id: 300 if one.invoice.id == theirs.id else 400 for one in invoices}
        paid = NewReceipt(shop.customer.id, "BANK-9", 901, "USD", clock().date(), shares)
        return record_receipt(work, shop.reseller.id, paid).id


def test_a_role_for_one_agreement_sees_what_was_paid_of_this_one(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    place = f"/o/contoso/receipts/{make_two_agreements(shop, clock)}"
    whole, limited = signed_in(app, "fin@contoso.example"), signed_in(app, "lim@contoso.example")
    for address, has_sentence in (
        (place, "what the payment paid for others is not shown"),
        ("/o/contoso/receipts/", "what the payment paid for these"),
    ):
        all_of_it, part = whole.page(address).text, limited.page(address).text
        assert "USD 9.01" in all_of_it
        assert has_sentence not in all_of_it
        assert "USD 4.00" in part
        assert has_sentence in part
        assert not {"USD 9.01", "USD 3.00", "USD 2.01", "I-2"} & set(re.split(r"\s{2,}|\n", part))


def test_no_order_tells_a_role_for_one_agreement_how_much_was_paid_of_others(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    clock.move(days=-1)
    make_two_agreements(shop, clock)
    clock.move(days=1)
    pay(client, shop, reference="BANK-1", amount="4.50", received_on=clock().date().isoformat())

    def listed(email: str, sort: str) -> tuple[list[str], bool]:
        page = signed_in(app, email).page(f"/o/contoso/receipts/?sort={sort}")
        links = page.select("tbody a")
        return [link.text.strip() for link in links], bool(page.select('th a[href*="amount"]'))

    assert listed("fin@contoso.example", "-amount") == (["BANK-9", "BANK-1"], True)
    assert listed("fin@contoso.example", "amount") == (["BANK-1", "BANK-9"], True)
    # 4.00 and 4.50 as shown, by their days.
    assert listed("lim@contoso.example", "-amount") == (["BANK-1", "BANK-9"], False)
    assert listed("lim@contoso.example", "amount") == (["BANK-9", "BANK-1"], False)
