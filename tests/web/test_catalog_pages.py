"""Pages of the catalogue: products, exams, prices, holidays."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import enter_as_admin
from tests.support.making_agreements import make_agreement
from tests.support.making_catalog import make_family, make_price, make_product
from tests.support.pages import CheckingClient
from tests.unit.exports.uploads import with_parts, workbook
from vlms.accounts.models import OrganisationKind
from vlms.catalog.models import Holiday, Price, PriceList, Product
from vlms.catalog.service.load import load_catalogue
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System

HEADINGS = "Product,Programme,Level,Currency,From quantity,Unit price,Effective from,Effective to"
ROW = "voucher,EA,A,USD,1,120.5,2026-01-01,"
SEEN = System("test")


@pytest.fixture
def operator(client: CheckingClient, clock: StillClock) -> CheckingClient:
    """The operator, signed in, with two products."""
    with making(clock()) as work:
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, "op@home.example")
        make_family(work, "FUND")
        make_product(work, "voucher")
        make_product(work, "class", is_academic_only=True)
    client.sign_in("op@home.example")
    return client


def upload(client: CheckingClient, body: bytes, filename: str = "prices.csv") -> Any:
    return client.send("/o/home/catalog/prices/import", file=(io.BytesIO(body), filename))


def csv(*rows: str) -> bytes:
    return "\n".join((HEADINGS, *rows)).encode()


def count(model: type[Any]) -> int:
    with reading(SEEN) as session:
        return len(session.scalars(select(model)).all())


def test_the_shipped_catalogue_is_shown_in_both_languages(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        load_catalogue(work)
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "f@contoso.example")
    client.sign_in("f@contoso.example")
    text = client.page("/o/contoso/catalog/").text
    assert "MCP exam voucher" in text
    assert "Not orderable" in text
    client.press("/o/contoso/catalog/", "/language", language="zh_Hant_TW")
    page = client.page("/o/contoso/catalog/?q=考試券")
    assert "MCP 考試券" in page.text
    assert "E-Reference Library：Azure" not in page.text
    link = next(str(a["href"]) for a in page.select("main a") if a.text == "MCP 考試券")
    assert "AZ-900" in client.page(link).text
    assert "62-193" in client.page("/o/contoso/catalog/exams?family=MCE").text
    client.page(link + "/edit", 403)
    client.page("/o/contoso/catalog/prices", 403)


def test_a_product_shows_the_prices_of_the_chosen_programme_and_currency(
    operator: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        product = work.session.scalars(select(Product).where(Product.key == "voucher")).one()
        make_price(work, product, "120.1234")
        make_price(work, product, "3100", "TWD", programme="MPSA")
    address = f"/o/home/catalog/{product.id}"
    assert "USD 120.1234" in operator.page(address).text
    assert "TWD 3,100" in operator.page(address + "?programme=MPSA&currency=TWD").text
    assert "USD 120.1234" in operator.page(address + "?programme=nonsense&currency=XXX").text


def test_the_operator_edits_a_product_and_the_journal_tells(
    operator: CheckingClient, clock: StillClock
) -> None:
    with reading(SEEN) as session:
        product = session.scalars(select(Product).where(Product.key == "voucher")).one()
    address = f"/o/home/catalog/{product.id}"
    form = {"last_sale_on": "2026-13-01", "low_stock_count": "１０"}
    refused = operator.send(address + "/edit", **form)
    assert refused.status_code == 422
    assert "half-width" in refused.text
    done = operator.send(address + "/edit", last_sale_on="2026-12-31", low_stock_count="5")
    assert done.location == address
    page = operator.page(address)
    assert "31 Dec 2026" in page.text
    assert "Product edited" in page.text
    named = {"publisher_name": "Sample Publisher", "publisher_number": "PB9"}
    operator.send(address + "/edit", **named)
    assert all(word in operator.page(address).text for word in named.values())
    unfit = operator.send(address + "/edit", code_source="none")
    assert unfit.status_code == 422


def test_prices_are_looked_at_first_and_then_imported(operator: CheckingClient) -> None:
    answer = upload(operator, csv(ROW, "voucher,EA,A,USD,10,110.25,2026-01-01,"))
    assert answer.status_code == 302
    page = operator.page(answer.location)
    assert "Every row can be used" in page.text
    assert count(Price) == 0
    done = operator.send(answer.location)
    assert done.status_code == 302
    assert "USD 110.25" in operator.page(done.location).text
    assert count(Price) == 2
    assert operator.get(answer.location).location == done.location


def test_a_second_list_says_what_is_same_changed_and_new(operator: CheckingClient) -> None:
    operator.send(upload(operator, csv(ROW, ROW.replace("1,120.5", "5,110"))).location)
    later = upload(operator, csv(ROW.replace("120.5", "99"), ROW.replace("1,120.5", "5,110")))
    page = operator.page(later.location)
    assert re.search(r"Unit price: 120\.5 → 99", page.text)
    assert "Same as before" in page.select_one("tbody").text
    assert not operator.page(later.location + "?change=new").select("tbody td.number")
    operator.send(later.location)
    assert count(Price) == 2


def test_a_later_price_says_which_one_it_replaces(operator: CheckingClient) -> None:
    operator.send(upload(operator, csv(ROW)).location)
    later = upload(operator, csv("voucher,EA,A,USD,1,130,2026-07-01,"))
    assert "From this day on it replaces 120.5." in operator.page(later.location).text
    earlier = upload(operator, csv("voucher,EA,A,USD,1,130,2025-07-01,"))
    assert "It holds until 31 Dec 2025" in operator.page(earlier.location).text


def test_the_same_confirmation_sent_twice_imports_once(operator: CheckingClient) -> None:
    address = upload(operator, csv(ROW)).location
    page = operator.page(address)
    fields = {i["name"]: i["value"] for i in page.select("main form input")}
    first = operator.post(address, data=fields)
    second = operator.post(address, data=fields)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert count(PriceList) == 1


WRONG_ROWS = {
    "voucher,EA,A,USD,1,1.23456,2026-01-01,": "at most four decimals",
    "voucher,EA,A,XXX,1,1,2026-01-01,": "ISO 4217",
    "voucher,EA,A,USD,0,1,2026-01-01,": "whole number from 1",
    "voucher,EA,A,USD,１０,1,2026-01-01,": "half-width",
    "voucher,EA,E,USD,1,1,2026-01-01,": "Use one of: A, B, C, D",
    "voucher,XX,A,USD,1,1,2026-01-01,": "Use one of: EA",
    "voucher,EA,A,USD,1,1,2026-02-30,": "year, month and day",
    "voucher,EA,A,USD,1,1,2026-02-01,2026-01-01": "before the first day",
    "voucher,EA,A,USD,1,-1,2026-01-01,": "without separators",
    "class,EA,A,USD,1,1,2026-01-01,": "EES, School and OVS-ES only",
    "nothing,EA,A,USD,1,1,2026-01-01,": "there is no product",
    '"=cmd()",EA,A,USD,1,1,2026-01-01,': "there is no product",
    "\u202evoucher,EA,A,USD,1,1,2026-01-01,": "invisible",
    ",EA,A,USD,1,1,2026-01-01,": "Product is missing",
    f"{ROW}\n{ROW}": "stands in row 2 already",
    f"{ROW}\nvoucher,EA,A,USD,1,5,2026-06-01,": "overlap those of row 2",
}


@pytest.mark.parametrize("row", WRONG_ROWS)
def test_a_wrong_row_is_named_and_nothing_is_written(operator: CheckingClient, row: str) -> None:
    address = upload(operator, csv(row)).location
    page = operator.page(address)
    assert WRONG_ROWS[row] in page.text
    assert re.search(r"Row [23]: ", page.text)
    refused = operator.send(address)
    assert refused.status_code == 422
    assert count(Price) == count(PriceList) == 0


BOMB = with_parts(workbook([["Product"]]), {"xl/bomb.xml": b" " * 2_000_000})
BAD_FILES = {
    "empty": (b"", "prices.xlsx"),
    "truncated": (workbook([["Product"], ["voucher"]])[:200], "prices.xlsx"),
    "renamed": (b"Product,Price\na,1\n", "prices.xlsx"),
    "zip bomb": (BOMB, "prices.xlsx"),
    "without columns": (b"Some,Thing\n1,2\n", "prices.csv"),
    "only a heading": (b"", "prices.csv"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_an_unusable_file_gets_a_sentence(operator: CheckingClient, kind: str) -> None:
    refused = upload(operator, *BAD_FILES[kind])
    assert refused.status_code == 422
    assert "This cannot be done yet" in refused.text


def _formula(book: Workbook) -> None:
    book.active["F2"] = "=1+1"


def _merged(book: Workbook) -> None:
    book.active.merge_cells("A2:B2")


def _hidden(book: Workbook) -> None:
    book.active.row_dimensions[2].hidden = True


@pytest.mark.parametrize("change", [_formula, _merged, _hidden])
def test_formulas_merged_and_hidden_cells_are_shown_and_refused(
    operator: CheckingClient, change: Any
) -> None:
    rows = [HEADINGS.split(","), ["voucher", "EA", "A", "USD", 1, 120.5, date(2026, 1, 1), None]]
    answer = upload(operator, workbook(rows, change), "prices.xlsx")
    if answer.status_code == 302:
        assert "Nothing can be imported" in operator.page(answer.location).text
        answer = operator.send(answer.location)
    assert answer.status_code == 422
    assert count(Price) == 0


def test_a_sound_workbook_is_read_with_its_days_and_numbers(operator: CheckingClient) -> None:
    rows = [
        ["產品", "方案", "價格級距", "幣別", "起始數量", "單價", "生效日"],
        ["voucher", "EA", "A", "USD", 1, 120.5, date(2026, 1, 1)],
    ]
    done = operator.send(upload(operator, workbook(rows), "價目.xlsx").location)
    assert done.status_code == 302
    with reading(SEEN) as session:
        assert str(session.scalars(select(Price)).one().unit_price) == "120.5000"


def test_another_user_does_not_see_an_upload(operator: CheckingClient, clock: StillClock) -> None:
    address = upload(operator, csv(ROW)).location
    with making(clock()) as work:
        home = work.session.scalars(select(Product)).first()
        assert home is not None
        other = make_organisation(work, "other", OrganisationKind.OPERATOR)
        make_member(work, other, Role.OPERATOR, "two@other.example")
    operator.press("/o/home/catalog/", "/sign-out")
    operator.sign_in("two@other.example")
    operator.page(address.replace("/o/home/", "/o/other/"), 404)


def test_an_upload_lapses_after_a_day(operator: CheckingClient, clock: StillClock) -> None:
    address = upload(operator, csv(ROW)).location
    clock.move(hours=24)
    operator.sign_in("op@home.example") if operator.get(address).status_code == 302 else None
    operator.page(address, 404)


def test_holidays_are_filled_added_and_removed(operator: CheckingClient) -> None:
    place = "/o/home/catalog/holidays"
    operator.press(place, "/holidays/fill", country="TW", year="2026")
    page = operator.page(place + "?country=TW&year=2026")
    assert "國慶日" in page.text
    before = count(Holiday)
    operator.send(place, country="TW", day="2026-03-03", name="公司日 🎉")
    double = operator.send(place, country="TW", day="2026-03-03", name="again")
    assert double.status_code == 422
    assert count(Holiday) == before + 1
    remove = operator.page(place + "?country=TW&year=2026").select('form[action$="/remove"]')
    operator.press(place + "?country=TW&year=2026", str(remove[0]["action"]))
    assert count(Holiday) == before
    assert operator.press(place, "/fill", country="XX", year="2026").status_code == 422
    assert operator.send(place, country="TW", day="1026-03-03", name="x").status_code == 422


def test_prices_open_in_the_currency_of_the_visitors_agreements(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        product = make_product(work, "many")
        for currency in ("EUR", "TWD", "USD"):
            make_price(work, product, "100", currency)
        make_agreement(work, organisation, currency="TWD")
    place = f"/o/{organisation.slug}/catalog/{product.id}"

    def shown(address: str) -> str:
        option = client.page(address).select_one("select[name=currency] option[selected]")
        assert option is not None
        return option.get_text()

    assert shown(place) == "TWD"
    assert shown(place + "?programme=EA&currency=USD") == "USD"
    with making(clock()) as work:
        make_agreement(work, make_organisation(work, "fabrikam"), "A-2", currency="EUR")
        make_agreement(work, make_organisation(work, "litware"), "A-3", currency="EUR")
    assert shown(place) == "TWD"
