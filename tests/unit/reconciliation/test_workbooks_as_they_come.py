"""Ledgers as Excel workbooks: titles, merged cells, formulas, days and totals."""

from __future__ import annotations

import io
from datetime import date

from openpyxl import Workbook

from tests.support.files_of_others import LEDGER, rows_read
from vlms.reconciliation.rules.file_words import RowFate


def test_a_workbook_is_read_with_title_formula_day_and_total() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Ledger of March"])
    sheet.merge_cells("A1:C1")
    sheet.append(list(LEDGER))
    sheet.append(["O-1", 1, "MCP-30", 2, 4800.1 + 0.2, 240, 5040.3, "USD", date(2026, 3, 13)])
    sheet.append(["Total", None, None, None, 4800.3])
    out = io.BytesIO()
    book.save(out)
    rows = rows_read(out.getvalue(), filename="march.xlsx")
    assert [row.fate for row in rows] == [
        RowFate.HEADING,
        RowFate.HEADING,
        RowFate.COUNTED,
        RowFate.TOTAL,
    ]
    values = rows[2].values
    assert (values["net_minor"], values["line_reference"]) == (480_030, "1")
    assert values["charge_start"] == date(2026, 3, 13)


def test_a_formula_without_a_stored_value_is_told() -> None:
    book = Workbook()
    book.active.append(list(LEDGER))
    book.active.append(["O-1", 1, "MCP-30", 2, "=2*2400", 240, 5040, "USD", date(2026, 3, 13)])
    out = io.BytesIO()
    book.save(out)
    (row,) = rows_read(out.getvalue(), filename="march.xlsx")[1:]
    assert (row.fate, str(row.remark)) == (
        RowFate.UNREADABLE,
        "Cell E2 holds a formula. Type the value instead.",
    )
