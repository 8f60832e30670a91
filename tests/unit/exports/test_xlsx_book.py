"""Several tables in one workbook: a sheet each, with their own totals."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from vlms.exports.table import Column, Kind, Table, Total, TotalsDiffer
from vlms.exports.xlsx import write_book

COUNT = Column[int]("Count", lambda row: row, Kind.INTEGER, meaning="How many.")
MADE = datetime(2026, 3, 2, tzinfo=UTC)


def table(title: str, *rows: int, expected: int) -> Table[int]:
    return Table(title, [COUNT], rows, MADE, (Total(COUNT, (expected,)),), notes=["Said once."])


def test_each_table_has_its_sheet_and_its_sum() -> None:
    out = BytesIO()
    write_book([table("One", 1, 2, expected=3), table("Two", 4, expected=4)], out)
    book = load_workbook(BytesIO(out.getvalue()))
    assert book.sheetnames == ["One", "Two", "Definitions"]
    assert book["One"]["A4"].value == "=SUM(A2:A3)"
    assert book["Two"]["A3"].value == "=SUM(A2:A2)"
    bold = [cell.font.bold for row in book["One"].iter_rows() for cell in row]
    assert bold == [True, False, False, True]
    said = [row[1].value for row in book["Definitions"].iter_rows()]
    assert said.count("Said once.") == 1
    assert said.count("How many.") == 1
    assert [value for value in said if isinstance(value, int)] == [3, 4]


def test_a_sum_that_is_not_the_promised_one_makes_no_book() -> None:
    with pytest.raises(TotalsDiffer):
        write_book([table("One", 1, expected=1), table("Two", 4, expected=5)], BytesIO())
