"""What a workbook hides: sheets, rows and columns, merged cells, formulas.

The library's fast reader passes over all of this, so the sheet's XML is read once before.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring, iterparse

from vlms.core.text import _
from vlms.exports.sheets import (
    Limits,
    Problem,
    column_letters,
    refusal,
    too_many_columns,
    too_many_rows,
)

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})$")
_TYPE_VALUE = _("Type the value instead.")
_UNHIDE = _("Show it or delete it, and choose the file again.")
_WORKSHEET = "/worksheet"
_MOST_PROBLEMS = 1_000


@dataclass
class Layout:
    """The extent of a sheet's values, counted from 1, and what is wrong with its form."""

    last_row: int = 0
    last_column: int = 0
    problems: list[Problem] = field(default_factory=list)


def first_visible_part(body: bytes) -> tuple[str, str, list[str]]:
    """Path and name of the first sheet that is not hidden, and the names of all others."""
    with ZipFile(io.BytesIO(body)) as archive:
        book = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
        links = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
        names = set(archive.namelist())
    targets = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in links
        if link.get("Type", "").endswith(_WORKSHEET)
    }
    sheets = [element for element in book.iter() if _local(element.tag) == "sheet"]
    for sheet in sheets:
        part = targets.get(_attribute(sheet, "id"), "")
        if part in names and sheet.get("state", "visible") == "visible":
            name = sheet.get("name", "")
            return part, name, [s.get("name", "") for s in sheets if s is not sheet]
    sentence = _("The workbook has no visible sheet with rows.")
    raise refusal("empty", sentence, _("Show the sheet that holds the list."))


def read_layout(body: bytes, part: str, limits: Limits) -> Layout:
    """Raises BadInput when the sheet has more rows or columns than allowed."""
    scan = _Scan(limits)
    with ZipFile(io.BytesIO(body)) as archive, archive.open(part) as source:
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            scan.see(event, element)
    return scan.layout()


class _Scan:
    """Collects a sheet's form while its elements go by."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._layout = Layout()
        self._row = 0
        self._column = 0
        self._hidden_rows: list[int] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._starts: dict[str, Callable[[Any], None]] = {"row": self._row_begins}
        self._ends: dict[str, Callable[[Any], None]] = {
            "c": self._cell,
            "col": self._columns,
            "mergeCell": self._merged,
            "row": self._row_ends,
            "sheetFormatPr": self._format,
        }
        self._hides_rows = False
        self._row_hidden = False
        self._row_used = False

    def see(self, event: str, element: Any) -> None:
        ways = self._starts if event == "start" else self._ends
        if way := ways.get(_local(element.tag)):
            way(element)

    def layout(self) -> Layout:
        for row in self._hidden_rows:
            sentence = _("Row %(row)s is hidden.", row=row)
            self._add(Problem(row, None, sentence, _UNHIDE))
        for first, last in self._hidden_columns:
            for column in range(first, min(last, self._layout.last_column) + 1):
                letters = column_letters(column - 1)
                sentence = _("Column %(column)s is hidden.", column=letters)
                self._add(Problem(None, letters, sentence, _UNHIDE))
        return self._layout

    def _row_begins(self, element: Any) -> None:
        self._row = int(element.get("r") or self._row + 1)
        self._column = 0
        self._row_used = False
        no_height = float(element.get("ht") or 1) == 0
        self._row_hidden = _is_true(element, "hidden") or no_height or self._hides_rows

    def _row_ends(self, element: Any) -> None:
        if self._row_used and self._row_hidden:
            self._hidden_rows.append(self._row)
        element.clear()

    def _cell(self, element: Any) -> None:
        self._place(element.get("r"))
        tags = {_local(child.tag) for child in element}
        if not tags & {"v", "is", "f"}:
            return
        self._row_used = True
        self._extend()
        if "f" in tags:
            sentence = _("Cell %(cell)s holds a formula.", cell=self._address)
            self._add(Problem(self._row, self._address, sentence, _TYPE_VALUE))

    def _place(self, address: str | None) -> None:
        self._column += 1
        if address:
            found = _ADDRESS.match(address)
            # A cell in another row than its own would not be the one that is read.
            if not found or int(found[2]) != self._row:
                raise ValueError(f"cell {address!r} in row {self._row}")
            self._column = _column_number(found[1])

    def _extend(self) -> None:
        if self._row > self._limits.rows + 1:
            raise too_many_rows(self._limits)
        if self._column > self._limits.columns:
            raise too_many_columns(self._limits)
        self._layout.last_row = max(self._layout.last_row, self._row)
        self._layout.last_column = max(self._layout.last_column, self._column)

    @property
    def _address(self) -> str:
        return f"{column_letters(self._column - 1)}{self._row}"

    def _columns(self, element: Any) -> None:
        if _is_true(element, "hidden") or float(element.get("width") or 1) == 0:
            self._hidden_columns.append((int(element.get("min", 1)), int(element.get("max", 1))))

    def _merged(self, element: Any) -> None:
        area = element.get("ref", "")[:20]
        sentence = _("The cells %(area)s are merged.", area=area)
        self._add(Problem(None, area, sentence, _("Split them and fill each cell.")))

    def _format(self, element: Any) -> None:
        self._hides_rows = _is_true(element, "zeroHeight")

    def _add(self, problem: Problem) -> None:
        if len(self._layout.problems) < _MOST_PROBLEMS:
            self._layout.problems.append(problem)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element: Any, local: str) -> str | None:
    values: Iterator[str] = (v for key, v in element.items() if _local(key) == local)
    return next(values, None)


def _is_true(element: Any, name: str) -> bool:
    return element.get(name) in ("1", "true")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
