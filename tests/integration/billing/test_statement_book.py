"""The workbook and the paper of a statement: totals that live, data that does not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_tax
from tests.support.making_orders import Shop, make_placed, make_shop, make_voucher, wish
from tests.support.office import recalculated
from vlms.billing.queries.statements import Statement, StatementFilter, statement_of
from vlms.billing.rules.statement import totals
from vlms.billing.statement_exports import workbook
from vlms.exports.xlsx import write_book
from vlms.orders.service import steps


@pytest.fixture
def statement(app: Flask, clock: StillClock) -> Statement:
    """Three orders of one name that looks like a formula; one of them was cancelled."""
    with making(clock()) as work:
        shop = make_shop(work)
        make_tax(work, country=shop.agreement.country)
        odd = make_voucher(work, "odd", "33.33", name_en="=1+1", name_zh="=1+1")
        make_placed(work, shop, wish(shop.product, 10), wish(odd, 7))
        make_placed(work, shop, wish(odd, 1))
        gone = make_placed(work, shop, wish(shop.product, 3))
        steps.cancel(work, gone.id, "not needed")
    return read(shop, clock)


def read(shop: Shop, clock: StillClock) -> Statement:
    today = clock().date()
    days = (today - timedelta(days=30), today + timedelta(days=30))
    with shop.selling(clock()) as work:
        return statement_of(work.session, StatementFilter(*days, clock(), shop.reseller.id))


def book_of(statement: Statement, clock: StillClock) -> bytes:
    out = io.BytesIO()
    write_book(workbook(statement, [], clock()), out)
    return out.getvalue()


def opened(book: bytes) -> Workbook:
    return load_workbook(io.BytesIO(book))


def formulas(book: Workbook) -> Iterator[Any]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.data_type == "f")


def sums(sheet: Any) -> dict[str, Any]:
    """The row of totals by the headings; the first row of numbers alone that has no product."""
    headings = [cell.value for cell in sheet[1]]
    return dict(zip(headings, [cell.value for cell in sheet[sheet.max_row]], strict=True))


def test_libreoffice_reckons_the_totals_that_we_state(
    statement: Statement, clock: StillClock, tmp_path: Path
) -> None:
    (total,) = totals(statement.sums)
    book = recalculated(book_of(statement, clock), tmp_path)
    for title in ("Summary USD", "Lines USD"):
        found = sums(book[title])
        assert round(found["Net"] * 100) == total.net_minor
        assert round(found["Tax"] * 100) == total.tax_minor
        assert round(found["Total with tax"] * 100) == total.gross.minor


def test_a_line_that_is_changed_changes_the_total(
    statement: Statement, clock: StillClock, tmp_path: Path
) -> None:
    (total,) = totals(statement.sums)
    book = opened(book_of(statement, clock))
    lines: Any = book["Lines USD"]
    place = next(cell.column for cell in lines[1] if cell.value == "Net")
    lines.cell(2, place).value += 1
    out = io.BytesIO()
    book.save(out)
    found = sums(recalculated(out.getvalue(), tmp_path)["Lines USD"])
    assert round(found["Net"] * 100) == total.net_minor + 100


def test_the_only_formulas_are_declared_totals(statement: Statement, clock: StillClock) -> None:
    book = opened(book_of(statement, clock))
    found = list(formulas(book))
    assert found
    assert all(str(cell.value).startswith("=SUM(") for cell in found)
    assert all(cell.row == cell.parent.max_row for cell in found)
    names = [cell.value for row in book["Lines USD"].iter_rows() for cell in row]
    assert "=1+1" in names
