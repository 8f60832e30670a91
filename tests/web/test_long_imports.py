"""Long files are imported by a job: the whole file or nothing of it, told at the end."""

from __future__ import annotations

from threading import Event
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_catalog import make_product
from tests.support.making_codes import make_agreement
from tests.support.pages import CheckingClient
from tests.web import test_agreement_import as of_agreements
from tests.web import test_catalog_pages as of_prices
from tests.web import test_codes_stock_pages as of_stock
from vlms.accounts.models import OrganisationKind
from vlms.agreements.models import Agreement
from vlms.catalog.models import Price
from vlms.codes.models import StockCode
from vlms.core.db import Base, reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.worker import run_due
from vlms.reactions import JOBS

COUNT = LONG_IMPORT + 1


def work_off(clock: StillClock) -> None:
    run_due([kind for kind in JOBS if kind.every_seconds is None], clock, Event())


def ended(client: CheckingClient, clock: StillClock, answer: Any) -> BeautifulSoup:
    """The job's page, after it was first waiting and then done."""
    assert answer.status_code == 302
    assert "/jobs/" in answer.location
    assert "Waiting" in client.page(answer.location).text
    work_off(clock)
    return client.page(answer.location)


def count(model: type[Base]) -> int:
    with reading(System("test")) as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_long_list_of_codes(client: CheckingClient, clock: StillClock) -> None:
    product = of_stock.set_up(clock)
    client.sign_in(of_stock.OPERATOR)
    rows = "".join(f"LONG-0000-{number:04d},\n" for number in range(COUNT))
    place = of_stock.upload(client, of_stock.LIST + rows)
    refused = client.press(place, "/take-in")
    assert refused.status_code == 422
    answer = client.press(place, "/take-in", leave_bad_rows="y")
    assert count(StockCode) == 1
    again = client.press(place, "/take-in", leave_bad_rows="y")
    assert again.status_code == 409 or "being imported" in again.get_data(as_text=True)
    page = ended(client, clock, answer)
    assert count(StockCode) == 1 + 2 + COUNT
    for words in (f"{COUNT + 2} codes were taken in", "3 rows were left out", "Repeats row 2."):
        assert words in page.text
    rows_left_out = client.get(f"{answer.location}/failed-rows.csv").get_data(as_text=True)
    assert "already held" in rows_left_out
    assert page.select_one(f'a[href="/o/operator/stock/products/{product.id}"]') is not None
    client.page(place, 409)


def test_a_long_price_list(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, "op@home.example")
        make_product(work, "voucher")
    client.sign_in("op@home.example")
    rows = [_price_row(number) for number in range(1, COUNT + 1)]
    looked = of_prices.upload(client, of_prices.csv(*rows))
    asked = client.send(looked.location)
    waiting = client.page(asked.location)
    bar = waiting.select_one("progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("0", str(COUNT))
    assert "All rows are written together at the end, or none of them." in waiting.text
    page = ended(client, clock, asked)
    assert f"{COUNT} prices are imported" in page.text
    assert count(Price) == COUNT


def _price_row(number: int) -> str:
    facts = {
        "product": "voucher",
        "programme": "EES",
        "level": "A",
        "currency": "USD",
        "from quantity": str(number),
        "unit price": "100.00",
        "effective from": "2027-01-01",
    }
    return ",".join(facts.get(name.strip().lower(), "") for name in of_prices.HEADINGS.split(","))


def _upload_agreements(client: CheckingClient, clock: StillClock) -> str:
    of_agreements.sign_in_at_contoso(client, clock)
    rows = [of_agreements.changed(1, f"V-{number}") for number in range(COUNT)]
    return str(of_agreements.upload(client, *rows).location)


def test_a_long_list_of_agreements(client: CheckingClient, clock: StillClock) -> None:
    address = _upload_agreements(client, clock)
    page = ended(client, clock, client.send(address))
    assert f"{COUNT} agreements are imported" in page.text
    assert count(Agreement) == COUNT


def test_what_became_wrong_meanwhile_fails_and_writes_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    address = _upload_agreements(client, clock)
    answer = client.send(address)
    with making(clock()) as work:
        other = make_organisation(work, "other")
        make_agreement(work, other, number="V-7")
    page = ended(client, clock, answer)
    assert "Failed" in page.text
    assert "Nothing was changed" in page.text
    assert count(Agreement) == 1
