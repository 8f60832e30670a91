"""Uploaded Excel workbooks: the first visible sheet, values only."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES

from vlms.core.text import _
from vlms.exports.sheets import (
    Limits,
    Problem,
    Sheet,
    Value,
    column_letters,
    refusal,
    sheet_of,
    text_problem,
    too_much_text,
)
from vlms.exports.xlsx_checks import check_workbook
from vlms.exports.xlsx_layout import Layout, first_visible_part, read_layout


def read_xlsx(body: bytes, limits: Limits) -> Sheet:
    """Raises BadInput when `body` is no harmless workbook within the limits."""
    check_workbook(body, limits)
    part, name, ignored = first_visible_part(body)
    layout = read_layout(body, part, limits)
    reading = _Reading(limits)
    lines = list(reading.lines(body, name, layout))
    return sheet_of(lines, [*layout.problems, *reading.problems], ignored)


class _Reading:
    """Reads cells and keeps what is wrong with them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.text_characters
        self.problems: list[Problem] = []

    def lines(self, body: bytes, name: str, layout: Layout) -> Iterator[tuple[int, list[Value]]]:
        with warnings.catch_warnings():
            # About styles and extensions it leaves out; none of them is a value.
            warnings.simplefilter("ignore")
            with closing(load_workbook(io.BytesIO(body), read_only=True, data_only=True)) as book:
                for number, cells in self._rows(book, name, layout):
                    yield (
                        number,
                        [self._value(number, place, cell) for place, cell in enumerate(cells)],
                    )

    def _rows(self, book: Any, name: str, layout: Layout) -> Iterator[tuple[int, tuple[Any, ...]]]:
        if layout.last_row:
            rows = book[name].iter_rows(
                max_row=layout.last_row, max_col=layout.last_column, values_only=True
            )
            yield from enumerate(rows, 1)

    def _value(self, row: int, place: int, value: object) -> Value:
        match value:
            case None:
                return None
            case bool():
                return "TRUE" if value else "FALSE"
            case int() | float() if math.isfinite(value):
                return Decimal(repr(value))
            case date():
                return self._day(row, place, value)
            case str():
                return self._text(row, place, value)
            case _:
                return self._unknown(row, place)

    def _text(self, row: int, place: int, text: str) -> Value:
        self._left -= len(text)
        if self._left < 0:
            raise too_much_text(self._limits)
        cell = f"{column_letters(place)}{row}"
        if text in ERROR_CODES:  # also what the library makes of impossible dates
            return self._unknown(row, place)
        if problem := text_problem(row, cell, text, self._limits):
            self.problems.append(problem)
        return text

    def _day(self, row: int, place: int, day: date) -> Value:
        if day.year < 1900:
            return self._unknown(row, place)
        if isinstance(day, datetime) and not (day.hour or day.minute or day.second):
            return day.date()
        return day

    def _unknown(self, row: int, place: int) -> Value:
        cell = f"{column_letters(place)}{row}"
        sentence = _("Cell %(cell)s holds an error, or no date that Excel knows.", cell=cell)
        way_out = _("Type it as text; a day for example as 2026-06-30.")
        self.problems.append(Problem(row, cell, sentence, way_out))
        return None


def damaged() -> Exception:
    """The refusal of a workbook that the spreadsheet library cannot make sense of."""
    way_out = _("Open it in Excel and save it as an Excel workbook (.xlsx).")
    return refusal("damaged", _("The workbook is damaged."), way_out)
