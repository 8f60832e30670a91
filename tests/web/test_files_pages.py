"""Files of others on their pages: looked at, asked about once, taken in, taken back."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.files_of_others import LEDGER, NEW_COMMERCE, as_csv, ledger_row, new_commerce_row
from tests.support.making import make_member, make_organisation, making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_shop
from tests.support.making_reconciliation import make_period
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role

PLACE = "/o/litware/reconciliation/files/"
GUESSED = {
    "source": "ledger",
    "order_number": "Order",
    "line_reference": "Line",
    "product": "Product",
    "quantity": "Quantity",
    "net": "Net amount",
    "tax": "Tax",
    "gross": "Total",
    "currency": "Currency",
    "charge_start": "From",
}


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
    client.sign_in(RESELLER_EMAIL)
    return made


def upload(client: CheckingClient, body: bytes, month: str = "2026-03") -> str:
    answer = client.send(PLACE + "upload", month=month, file=(io.BytesIO(body), "march.csv"))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def take(client: CheckingClient, body: bytes, **said: str) -> str:
    answer = client.send(upload(client, body), **said)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_published_layout_is_recognised_and_every_row_has_its_fate(
    client: CheckingClient, shop: Shop
) -> None:
    rows = [new_commerce_row(1), new_commerce_row(2), new_commerce_row(1), ["", "", "Total"]]
    address = upload(client, as_csv([NEW_COMMERCE, *rows]))
    looked = client.page(address).text
    assert "New commerce" in looked
    assert "Which column holds what" not in looked
    shown = client.page(str(client.send(address).location)).text
    assert "2 rows count." in shown
    assert "Row 2 says the very same." in shown
    assert "675,000" in shown
    only = client.page(PLACE).text
    assert "march.csv" in only


def test_the_very_file_again_leads_to_the_first_and_says_that_nothing_counts_twice(
    client: CheckingClient, shop: Shop
) -> None:
    body = as_csv([NEW_COMMERCE, new_commerce_row(1)])
    first = take(client, body)
    assert take(client, body) == first
    assert "nothing is counted twice" in client.page(first).text


def test_a_file_with_one_line_changed_tells_what_it_replaced(
    client: CheckingClient, shop: Shop
) -> None:
    first = take(client, as_csv([NEW_COMMERCE, new_commerce_row(1), new_commerce_row(2)]))
    second = take(client, as_csv([NEW_COMMERCE, new_commerce_row(1, 7), new_commerce_row(2)]))
    assert "It replaced 1 row of an earlier file." in client.page(second).text
    assert "march.csv says it otherwise; that counts." in client.page(first).text


def test_columns_days_and_numbers_are_asked_once(client: CheckingClient, shop: Shop) -> None:
    body = as_csv([LEDGER, ledger_row(1, day="03/04/2026")])
    address = upload(client, body)
    asked = client.page(address).text
    assert "Which column of this file holds what?" in asked
    assert "the day or the month?" in asked
    refused = client.send(address, **GUESSED)
    assert refused.status_code == 422
    assert "What stands first in the days of this file" in refused.get_data(as_text=True)
    shown = client.page(str(client.send(address, **GUESSED, day_order="dmy").location)).text
    assert "3 April 2026" in shown or "2026-04-03" in shown or "Apr" in shown
    known = upload(client, as_csv([LEDGER, ledger_row(2, day="05/04/2026")]))
    again = client.page(known).text
    assert "Files with this heading are known." in again
    assert "does not tell everything" not in again
    client.press(PLACE + "headings", "/forget")
    assert "does not tell everything" in client.page(known).text


def test_columns_that_name_no_amount_are_refused_beside_their_field(
    client: CheckingClient, shop: Shop
) -> None:
    address = upload(client, as_csv([LEDGER, ledger_row(1)]))
    answer = client.send(address, **{**GUESSED, "net": "", "gross": ""})
    assert answer.status_code == 422
    assert "No column holds the net amount or the total with tax." in answer.get_data(as_text=True)


def test_a_file_that_is_taken_back_counts_no_more_and_may_come_again(
    client: CheckingClient, shop: Shop
) -> None:
    body = as_csv([NEW_COMMERCE, new_commerce_row(1)])
    address = take(client, body)
    assert client.send(address + "/withdraw").status_code == 302
    assert "This file was taken back." in client.page(address).text
    assert take(client, body) != address


def test_a_longer_file_than_the_page_takes_names_the_command(
    client: CheckingClient, shop: Shop
) -> None:
    body = as_csv([("Order", "Net amount")] + [("O-1", "1")] * 10_001)
    answer = client.send(PLACE + "upload", month="2026-03", file=(io.BytesIO(body), "long.csv"))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r"more than 10,?000 rows.*vlms reconciliation import", text)


def test_another_reseller_sees_nothing_of_it(
    app: Flask, client: CheckingClient, clock: StillClock, shop: Shop
) -> None:
    body = as_csv([LEDGER, ledger_row(1)])
    address = take(client, body, **GUESSED)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam", kind=OrganisationKind.RESELLER)
        make_member(work, other, Role.RESELLER, "other@fabrikam.example")
    client.sign_in("other@fabrikam.example")
    foreign = address.replace("/litware/", "/fabrikam/")
    assert client.get(foreign).status_code == 404
    assert client.get(foreign + "/withdraw").status_code == 404
    mine = client.send(
        "/o/fabrikam/reconciliation/files/upload", month="2026-03", file=(io.BytesIO(body), "a.csv")
    )
    assert "does not tell everything" in client.page(str(mine.location)).text


def test_a_file_leads_to_its_month_and_to_the_next_file_of_it(
    client: CheckingClient, shop: Shop
) -> None:
    page = client.page(take(client, as_csv([NEW_COMMERCE, new_commerce_row(1)])))
    links = {link.get_text(strip=True): str(link["href"]) for link in page.select("main a.btn")}
    assert "not been matched" in client.page(links["Reconciliation of 2026-03"]).text
    field = client.page(links["Take a file in"]).select_one("input[name=month]")
    assert field is not None
    assert field["value"] == "2026-03"


def test_the_month_of_an_upload_begins_with_the_one_that_is_worked_on(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    def offered(address: str) -> tuple[str, str]:
        (field,) = client.page(address).select("input[name=month]")
        return str(field["type"]), str(field["value"])

    before = clock().replace(day=1) - timedelta(days=1)
    assert offered(PLACE + "upload") == ("month", f"{before:%Y-%m}")
    with making(clock()) as work:
        make_period(work, shop, "2026-01")
    assert offered(PLACE + "upload") == ("month", "2026-01")
    assert offered(PLACE + "upload?month=2025-12") == ("month", "2025-12")


def test_days_that_begin_with_the_year_are_told_as_such(client: CheckingClient, shop: Shop) -> None:
    row = ledger_row(1)
    day = LEDGER.index("From")
    by_year = [*row[:day], "2026-03-04", *row[day + 1 :]]
    address = upload(client, as_csv([LEDGER, by_year]))
    assert "The year stands first" in client.page(address).text
    assert "The year stands first" in client.page(take(client, as_csv([LEDGER, by_year]))).text
    by_day = [*row[:day], "31/03/2026", *row[day + 1 :]]
    other = client.page(upload(client, as_csv([LEDGER, by_day]))).select_one("dl.facts")
    assert other is not None
    assert "The day stands first" in other.text
