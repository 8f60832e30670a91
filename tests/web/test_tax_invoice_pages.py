"""The numbers of tax invoices on their pages: one by one, and from a file after a look."""

from __future__ import annotations

import io

import pytest
from bs4 import BeautifulSoup

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_invoicing_shop, make_posted
from tests.support.making_orders import RESELLER_EMAIL, Shop
from tests.support.pages import CheckingClient
from vlms.billing.models.invoices import Invoice

AT = "/o/litware/invoices"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_invoicing_shop(work)


def posted_of(shop: Shop, clock: StillClock) -> Invoice:
    with making(clock()) as work:
        return make_posted(work, shop)


def test_void_and_the_number_of_the_tax_invoice(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    first, second = posted_of(shop, clock), posted_of(shop, clock)
    client.sign_in(RESELLER_EMAIL)
    number = {"tax_invoice_number": "ab-12345678"}
    assert client.send(f"{AT}/{first.id}/tax-number", **number).status_code == 302
    assert "AB12345678" in client.page(f"{AT}/{first.id}").text
    double = client.send(f"{AT}/{second.id}/tax-number", **number)
    assert "noted for another invoice" in double.get_data(as_text=True)
    wrong = client.send(f"{AT}/{second.id}/tax-number", tax_invoice_number="A-1")
    assert "two letters and eight digits" in wrong.get_data(as_text=True)
    client.send(f"{AT}/{first.id}/void", reason="printed twice")
    assert "printed twice" in client.page(f"{AT}/{first.id}").text
    late = client.send(f"{AT}/{first.id}/void", reason="again")
    assert "declared void" in late.get_data(as_text=True)


def test_tax_invoice_numbers_come_from_a_file_after_a_look(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    first, second = posted_of(shop, clock), posted_of(shop, clock)
    client.sign_in(RESELLER_EMAIL)

    def upload(rows: str) -> BeautifulSoup:
        body = f"請款單,發票號碼\n{rows}".encode("utf-8-sig")
        answer = client.send(f"{AT}/tax-numbers", file=(io.BytesIO(body), "numbers.csv"))
        return client.page(answer.location), answer.location  # type: ignore[return-value]

    bad, at = upload(f"{first.number},AB12345678\n{second.number},AB12345678\nX-9,AB12345679\n")
    assert "names the same invoice or number" in bad.text
    assert "no invoice X-9" in bad.text
    assert client.send(str(at)).status_code == 422
    _good, at = upload(f"{first.number},AB-12345678\n{second.number},AB12345679\n")
    assert client.send(str(at)).status_code == 302
    assert "AB12345679" in client.page(f"{AT}/{second.id}").text
    again, _at = upload(f"{first.number},AB12345678\n")
    assert "Same as before" in again.text
