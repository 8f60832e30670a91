"""Cells of an uploaded workbook as values, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vlms.core.text import Text, _
from vlms.exports.sheets import (
    Limits,
    Problem,
    Value,
    column_letters,
    text_problem,
    too_much_text,
)
from vlms.exports.xlsx_book import Book, local, rich_text


class Cells:
    """Reads cell by cell; each problem is kept with the cell's address."""

    def __init__(self, book: Book, limits: Limits, *, formulas: bool = False) -> None:
        """With `formulas` their stored values count; else a formula is a problem."""
        self._book = book
        self._limits = limits
        self._formulas = formulas
        self._left = limits.text_characters
        self.problems: list[Problem] = []
        self._kinds: dict[str, Callable[[str, Any], Value]] = {
            "s": self._shared,
            "str": self._text,
            "b": lambda text, cell: "FALSE" if text == "0" else "TRUE",
            "n": self._number,
            "d": lambda text, cell: self._day(datetime.fromisoformat(text)),
        }
        self._row = 0
        self._place = 0

    def value(self, row: int, place: int, cell: Any) -> Value:
        """The value of a cell element; None when it is empty or a problem."""
        self._row, self._place = row, place
        inner = {local(child.tag): child for child in cell}
        is_stored = self._formulas and "v" in inner and inner["v"].text
        if "f" in inner and not is_stored:
            sentence = _("Cell %(cell)s holds a formula.", cell=self._address)
            self._add(sentence, _("Type the value instead."))
            return None
        if "is" in inner:
            return self._text(rich_text(inner["is"]), cell)
        text = inner["v"].text if "v" in inner else None
        if text is None:
            return None
        read = self._kinds.get(cell.get("t", "n"))
        return read(text, cell) if read else self._unknown()

    @property
    def _address(self) -> str:
        return f"{column_letters(self._place)}{self._row}"

    def _shared(self, text: str, cell: Any) -> Value:
        place = int(text)
        if place < 0:
            raise IndexError(text)
        return self._text(self._book.strings[place], cell)

    def _text(self, text: str, cell: Any) -> Value:
        self._left -= len(text)
        if self._left < 0:
            raise too_much_text(self._limits)
        if not text.isprintable() or len(text) > self._limits.cell_characters:
            problem = text_problem(self._row, self._address, text, self._limits)
            if problem:
                self.problems.append(problem)
        return text

    def _number(self, text: str, cell: Any) -> Value:
        number = float(text)
        if not math.isfinite(number):
            return self._unknown()
        if int(cell.get("s", "0")) in self._book.date_styles:
            return self._serial(number)
        # The shortest decimal that is this float: 0.1, not 0.1000000000000000055.
        return Decimal(text) if text.isdecimal() else Decimal(repr(number))

    def _serial(self, number: float) -> Value:
        # Only workbooks with dates need this library, which takes long to load.
        from openpyxl.utils.datetime import from_excel

        try:
            return self._day(from_excel(number, self._book.epoch))
        except (OverflowError, ValueError):
            return self._unknown()

    def _day(self, day: object) -> Value:
        if not isinstance(day, date) or day.year < 1900:
            return self._unknown()
        if isinstance(day, datetime) and not (day.hour or day.minute or day.second):
            return day.date()
        return day

    def _unknown(self) -> Value:
        sentence = _(
            "Cell %(cell)s holds an error, or no date that Excel knows.", cell=self._address
        )
        self._add(sentence, _("Type it as text; a day for example as 2026-06-30."))
        return None

    def _add(self, sentence: Text, way_out: Text) -> None:
        self.problems.append(Problem(self._row, self._address, sentence, way_out))
