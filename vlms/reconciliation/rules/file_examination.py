"""How a file is to be read: what it tells by itself, what was remembered, what must be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Protocol

from vlms.core.errors import BadInput
from vlms.core.money import is_currency, minor_digits
from vlms.core.text import Text, _
from vlms.exports.days import DayEvidence, DayOrder
from vlms.exports.mapping import Source
from vlms.exports.sheets import RawRow, value_text
from vlms.reconciliation.rules.file_layouts import (
    DAYS,
    HEADING_ROWS,
    NUMBERS,
    Columns,
    Heading,
    check_columns,
    find_heading,
    guessed_columns,
    published_columns,
)
from vlms.reconciliation.rules.file_numbers import DecimalEvidence
from vlms.reconciliation.rules.file_rows import WayOfReading, cells_of
from vlms.reconciliation.rules.file_words import Layout

# What is told of a file in which every day begins with its year, or is a day of Excel's.
YEAR_FIRST = "ymd"


class RawTable(Protocol):
    """A file whose rows may be run through as often as is needed."""

    @property
    def encoding(self) -> str | None: ...

    @property
    def delimiter(self) -> str | None: ...

    def rows(self) -> Iterator[RawRow]: ...


class Question(StrEnum):
    """What a file does not tell by itself."""

    COLUMNS = "columns"
    DAY_ORDER = "day_order"
    DECIMAL = "decimal"


@dataclass(frozen=True)
class Answers:
    """What a person has said about a file, now or when its heading was met first."""

    columns: Columns | None = None
    day_order: DayOrder | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Examination:
    """What is known of a file; with `questions` it cannot be read yet."""

    heading: Heading
    columns: Columns
    day_order: DayOrder | None
    decimal: str | None
    questions: tuple[Question, ...]
    is_remembered: bool
    has_year_last: bool = True

    @property
    def shown_order(self) -> str | None:
        """How its days are written; None for a file without days."""
        if not any(name in self.columns.titles for name in DAYS):
            return None
        return self.day_order if self.has_year_last else YEAR_FIRST

    def way(self) -> WayOfReading:
        """How its rows are read. Raises BadInput that names the first open question."""
        if self.questions:
            raise BadInput(
                None,
                QUESTIONS[self.questions[0]],
                reason="asked",
                field=self.questions[0].value,
                way_out=_("Answer it once; it is remembered for files with this heading."),
            )
        assert self.day_order
        assert self.decimal
        places = self.columns.places(self.heading.titles)
        return WayOfReading(
            self.columns.source,
            self.heading.row,
            self.heading.titles,
            places,
            self.day_order,
            self.decimal,
        )


QUESTIONS: Mapping[Question, Text] = {
    Question.COLUMNS: _("Which column of this file holds what?"),
    Question.DAY_ORDER: _("What stands first in the days of this file, the day or the month?"),
    Question.DECIMAL: _("Which sign divides the decimals in the numbers of this file?"),
}


def examine(table: RawTable, known: Mapping[str, Answers], said: Answers) -> Examination:
    """Find out how to read a file. `known` are earlier answers by the heading's digest.

    What somebody says now comes first, then what the file tells, then what was remembered.
    Raises BadInput for a file without heading, or columns that it does not have.
    """
    heading = find_heading(list(islice(table.rows(), HEADING_ROWS)), known)
    remembered = known.get(heading.digest, Answers())
    columns = said.columns or remembered.columns or _own_columns(heading)
    is_known = heading.layout is not Layout.MAPPED or said.columns or remembered.columns
    if said.columns:
        check_columns(said.columns)
    seen = _Evidence()
    seen.look_at(table, heading, columns.places(heading.titles))
    usual = _USUAL.get(heading.layout, remembered)
    day_order = said.day_order or seen.days.decided() or usual.day_order
    decimal = said.decimal or seen.decimal or usual.decimal
    open_ones = {
        Question.COLUMNS: not is_known,
        Question.DAY_ORDER: day_order is None,
        Question.DECIMAL: decimal is None,
    }
    questions = tuple(question for question, is_open in open_ones.items() if is_open)
    is_remembered = said.columns is None and remembered.columns is not None
    return Examination(
        heading, columns, day_order, decimal, questions, is_remembered, seen.days.has_year_last
    )


# How the published layouts are written where a file itself leaves it open.
_USUAL: Mapping[Layout, Answers] = {
    Layout.NEW_COMMERCE: Answers(day_order=DayOrder.MONTH_FIRST, decimal="."),
    Layout.LICENSE_BASED: Answers(day_order=DayOrder.MONTH_FIRST, decimal="."),
}


def _own_columns(heading: Heading) -> Columns:
    if heading.layout is Layout.MAPPED:
        return guessed_columns(heading.titles)
    return published_columns(heading.layout, heading.titles)


@dataclass
class _Evidence:
    """What all rows of a file tell about their days and numbers."""

    days: DayEvidence = field(default_factory=DayEvidence)
    numbers: DecimalEvidence = field(default_factory=DecimalEvidence)
    has_three_decimals: bool = False

    @property
    def decimal(self) -> str | None:
        return self.numbers.decided(has_three_decimals=self.has_three_decimals)

    def look_at(self, table: RawTable, heading: Heading, places: Mapping[str, Source]) -> None:
        for row in table.rows():
            if row.number > heading.row:
                self._see(row, places)

    def _see(self, row: RawRow, places: Mapping[str, Source]) -> None:
        cells = cells_of(row, places)
        for name in DAYS:
            if isinstance(typed := cells.get(name), str):
                self.days.see(typed)
        for name in NUMBERS:
            if isinstance(typed := cells.get(name), str):
                self.numbers.see(typed)
        currency = value_text(cells.get("currency")).strip().upper()
        self.has_three_decimals |= is_currency(currency) and minor_digits(currency) == 3
