"""Uploaded Excel workbooks: the first visible sheet, its values and what it hides.

The sheet's XML is read here, row by row: spreadsheet libraries pass over merged and
hidden cells when they read fast, and are too slow for lists of 100,000 rows otherwise.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, Any, BinaryIO
from zipfile import ZipFile

from lxml import etree

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.exports.sheets import (
    Limits,
    Problem,
    RawRow,
    Sheet,
    Value,
    column_letters,
    refusal,
    sheet_of,
    too_many_columns,
    too_many_rows,
)
from vlms.exports.xlsx_book import Book, is_true, local, read_book, read_books
from vlms.exports.xlsx_cells import Cells
from vlms.exports.xlsx_checks import check_workbook

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})$")
_TAGS = ("{*}row", "{*}col", "{*}mergeCell", "{*}sheetFormatPr")
_UNHIDE = _("Show it or delete it, and choose the file again.")


def read_xlsx(body: bytes, limits: Limits) -> Sheet:
    """Raises BadInput when `body` is no harmless workbook within the limits.

    Any other error means that its parts do not fit together.
    """
    check_workbook(body, limits)
    with ZipFile(io.BytesIO(body)) as archive:
        return _read_sheet(archive, read_book(archive), limits)


def read_sheets(body: bytes, limits: Limits) -> dict[str, Sheet]:
    """Every visible sheet that holds anything, by its name; raises as `read_xlsx` does."""
    check_workbook(body, limits)
    found: dict[str, Sheet] = {}
    with ZipFile(io.BytesIO(body)) as archive:
        for name, book in read_books(archive).items():
            try:
                found[name] = _read_sheet(archive, book, limits)
            except BadInput as refused:
                if refused.reason != "empty":
                    raise
    return found


def _read_sheet(archive: ZipFile, book: Book, limits: Limits) -> Sheet:
    scan = _Scan(book, limits)
    with archive.open(book.part) as source:
        scan.read(source)
    return sheet_of(scan.lines, scan.problems(), book.ignored_sheets)


def book_rows(stream: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    """The filled rows of a workbook one after the other, each with what is wrong in it.

    Of a formula the stored value counts. Raises BadInput when it is no harmless workbook
    within the limits.
    """
    stream.seek(0)
    check_workbook(stream.read(), limits)
    with ZipFile(stream) as archive:
        book = read_book(archive)
        scan = _Scan(book, limits, formulas=True)
        with archive.open(book.part) as source:
            for number, values in scan.rows(source):
                yield RawRow(number, values, scan.row_problems())


class _Scan:
    """Reads a sheet's elements in their order: formats, columns, rows, merged cells."""

    def __init__(self, book: Book, limits: Limits, *, formulas: bool = False) -> None:
        self._limits = limits
        self._cells = Cells(book, limits, formulas=formulas)
        self._found: list[Problem] = []
        self._row = 0
        self._hides_rows = False
        self._hidden_columns: list[tuple[int, int]] = []
        self.lines: list[tuple[int, list[Value]]] = []
        self._ways = {
            "row": self._read_row,
            "col": self._read_column,
            "mergeCell": self._read_merged,
            "sheetFormatPr": self._read_format,
        }

    def read(self, source: IO[bytes]) -> None:
        self.lines.extend(self.rows(source))

    def rows(self, source: IO[bytes]) -> Iterator[tuple[int, list[Value]]]:
        """The filled rows with their numbers, while the sheet is read."""
        # Document types were refused before; entities could not be resolved anyway.
        for _event, element in etree.iterparse(
            source, tag=_TAGS, resolve_entities=False, no_network=True
        ):
            values = self._ways[local(element.tag)](element)
            if values is not None:
                yield self._row, values
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def row_problems(self) -> tuple[Problem, ...]:
        """What was wrong since this was asked last."""
        found = (*self._found, *self._cells.problems)
        self._found.clear()
        self._cells.problems.clear()
        return found

    def problems(self) -> list[Problem]:
        width = max((len(values) for _row, values in self.lines), default=0)
        for first, last in self._hidden_columns:
            for place in range(first - 1, min(last, width)):
                letters = column_letters(place)
                self._add(None, letters, _("Column %(column)s is hidden.", column=letters), _UNHIDE)
        return [*self._found, *self._cells.problems]

    def _read_row(self, element: Any) -> list[Value] | None:
        row = int(element.get("r") or self._row + 1)
        if row <= self._row:
            raise ValueError(f"row {row} after row {self._row}")
        self._row = row
        values: list[Value] = []
        problems = len(self._cells.problems)
        for cell in element:
            self._read_cell(values, cell)
        is_used = len(self._cells.problems) > problems or any(v is not None for v in values)
        if not is_used:
            return None
        if self._row > self._limits.rows + 1:
            raise too_many_rows(self._limits)
        if self._hides_rows or is_true(element, "hidden") or float(element.get("ht") or 1) == 0:
            self._add(self._row, None, _("Row %(row)s is hidden.", row=self._row), _UNHIDE)
        return values

    def _read_cell(self, values: list[Value], cell: Any) -> None:
        place = len(values)
        if address := cell.get("r"):
            place = self._place(address)
        if not len(cell):
            # Formatted and empty, perhaps far to the right.
            values.extend([None] * (min(place + 1, self._limits.columns) - len(values)))
            return
        if place >= self._limits.columns:
            raise too_many_columns(self._limits)
        if place < len(values):
            raise ValueError(f"cell {address} stands behind its place")
        values.extend([None] * (place - len(values)))
        values.append(self._cells.value(self._row, place, cell))

    def _place(self, address: str) -> int:
        found = _ADDRESS.match(address)
        if not found or int(found[2]) != self._row:
            raise ValueError(f"cell {address!r} in row {self._row}")
        return column_place(found[1])

    def _read_column(self, element: Any) -> None:
        if is_true(element, "hidden") or float(element.get("width") or 1) == 0:
            self._hidden_columns.append((int(element.get("min")), int(element.get("max"))))

    def _read_merged(self, element: Any) -> None:
        area = element.get("ref", "")[:20]
        sentence = _("The cells %(area)s are merged.", area=area)
        self._add(None, area, sentence, _("Split them and fill each cell."))

    def _read_format(self, element: Any) -> None:
        self._hides_rows = is_true(element, "zeroHeight")

    def _add(self, row: int | None, cell: str | None, sentence: Text, way_out: Text) -> None:
        self._found.append(Problem(row, cell, sentence, way_out))


def column_place(letters: str) -> int:
    """The place, counted from 0, of Excel's column: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def damaged() -> Exception:
    """The refusal of a workbook whose parts do not fit together."""
    way_out = _("Open it in Excel and save it as an Excel workbook (.xlsx).")
    return refusal("damaged", _("The workbook is damaged."), way_out)
