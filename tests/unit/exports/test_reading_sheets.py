"""Workbooks of several sheets: each is read by its name, as a single one is."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import Workbook

from vlms.core.errors import BadInput
from vlms.exports.reading import Limits, read_rows, read_sheets


def _book(**sheets: list[list[object]]) -> io.BytesIO:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_every_sheet_is_read_by_its_name() -> None:
    book = _book(Orders=[["Number"], ["A-1"]], Codes=[["Text", "Used"], ["X", 7]], Empty=[])
    found = read_sheets(book, "all.xlsx", Limits())
    assert list(found) == ["Orders", "Codes"]
    assert found["Codes"].headers == ("Text", "Used")
    assert [row.values for row in found["Codes"].rows] == [("X", Decimal(7))]


def test_a_hidden_sheet_is_not_read_but_named() -> None:
    book = Workbook()
    book.worksheets[0].append(["a"])
    hidden = book.create_sheet("Secret")
    hidden.append(["b"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    found = read_sheets(out, "all.xlsx", Limits())
    assert list(found) == ["Sheet"]
    assert found["Sheet"].ignored_sheets == ("Secret",)


def test_one_sheet_too_long_refuses_the_workbook() -> None:
    book = _book(Short=[["a"], ["1"]], Long=[["a"], *[[str(n)] for n in range(12)]])
    with pytest.raises(BadInput) as caught:
        read_sheets(book, "all.xlsx", Limits(rows=10))
    assert caught.value.reason == "too_many_rows"


def test_a_csv_file_is_no_workbook_of_sheets() -> None:
    with pytest.raises(BadInput) as caught:
        read_sheets(io.BytesIO(b"a,b\n1,2\n"), "all.csv", Limits())
    assert caught.value.reason == "wrong_kind"


def test_a_single_sheet_is_still_the_first() -> None:
    assert read_rows(_book(One=[["a"], ["1"]], Two=[["b"], ["2"]]), "x.xlsx").headers == ("a",)
