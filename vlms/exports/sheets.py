"""What a reader makes of an uploaded list: headings, rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vlms.core.errors import BadInput
from vlms.core.text import Text, _, ngettext

Value = str | Decimal | date | datetime | None
"""One cell; datetimes have no zone, an empty cell is None."""


_MOST_PROBLEMS = 1_000
"""More of them than anybody would read."""


@dataclass(frozen=True)
class Limits:
    """How much of a file is read: bytes, entries and rows, not a promise about memory."""

    body_bytes: int = 5 * 1024**2
    rows: int = 10_000
    columns: int = 50
    entries: int = 200
    unpacked_bytes: int = 30 * 1024**2
    ratio: int = 100
    cell_characters: int = 32_767
    text_characters: int = 10_000_000


@dataclass(frozen=True)
class Problem:
    """Something in a file that has to be put right there. `row` is as Excel counts."""

    row: int | None
    cell: str | None
    sentence: Text
    way_out: Text


@dataclass(frozen=True)
class RawRow:
    """One row as it stands in a file, before its heading is known; `number` as Excel counts."""

    number: int
    values: Sequence[Value]
    problems: Sequence[Problem] = ()


def typed(value: Value) -> str:
    """A cell as somebody would type it: days without their midnight, whole numbers plain."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case Decimal() if value == value.to_integral_value():
            return f"{value.to_integral_value():f}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


@dataclass(frozen=True)
class Row:
    """One row with as many values as there are headings; `number` is as Excel counts."""

    number: int
    values: tuple[Value, ...]

    def text(self, place: int) -> str:
        """The value as somebody would type it; empty when there is none."""
        return value_text(self.values[place])


@dataclass(frozen=True)
class Sheet:
    """The first visible sheet of a file. With `problems` nothing of it may be used."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    ignored_sheets: tuple[str, ...] = ()

    def require_sound(self) -> None:
        """Raises BadInput that names the first problem and counts the others."""
        if not self.problems:
            return
        first, more = self.problems[0], len(self.problems) - 1
        sentence = first.sentence
        if more:
            sentence = ngettext(
                "%(first)s There is %(number)s more problem.",
                "%(first)s There are %(number)s more problems.",
                more,
                first=first.sentence,
            )
        raise BadInput(None, sentence, reason="file_problems", field="file", way_out=first.way_out)


def value_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)


def sheet_of(
    lines: Sequence[tuple[int, Sequence[Value]]],
    problems: Sequence[Problem],
    ignored_sheets: Sequence[str] = (),
) -> Sheet:
    """The sheet that numbered lines make: the first line that is not empty is the heading.

    Empty lines are left out, missing values added. Raises BadInput when there is no row.
    """
    filled = [(number, _trimmed(values)) for number, values in lines]
    filled = [(number, values) for number, values in filled if values]
    if not filled:
        raise refusal("empty", _("The file has no rows."), _CHOOSE)
    (heading_row, heading), body = filled[0], filled[1:]
    headers = tuple(value_text(value).strip() for value in heading)
    found = [*problems, *_heading_problems(heading_row, headers)]
    rows = []
    for number, values in body:
        if len(values) > len(headers):
            found.append(_too_many_values(number, len(values), len(headers)))
        padded = (*values, *[None] * len(headers))[: len(headers)]
        rows.append(Row(number, padded))
    found.sort(key=lambda problem: problem.row or 0)
    return Sheet(headers, tuple(rows), tuple(found[:_MOST_PROBLEMS]), tuple(ignored_sheets))


def _trimmed(values: Sequence[Value]) -> tuple[Value, ...]:
    """Values without white space around text and without empty ones at the end."""
    cells = [(v.strip() or None) if isinstance(v, str) else v for v in values]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _heading_problems(row: int, headers: Sequence[str]) -> list[Problem]:
    found = []
    for place, header in enumerate(headers):
        cell = f"{column_letters(place)}{row}"
        if not header:
            sentence = _("Column %(column)s has no heading.", column=column_letters(place))
            found.append(Problem(row, cell, sentence, _("Type a heading, or remove the column.")))
        elif header in headers[:place]:
            sentence = _("The heading “%(heading)s” stands twice.", heading=header[:80])
            found.append(Problem(row, cell, sentence, _("Give each column its own heading.")))
    return found


def _too_many_values(row: int, found: int, expected: int) -> Problem:
    return Problem(
        row,
        None,
        _(
            "Row %(row)s has %(found)s values for %(expected)s headings.",
            row=row,
            found=found,
            expected=expected,
        ),
        _("Check the row's quotation marks and separators."),
    )


def column_letters(place: int) -> str:
    """Excel's name of the column at a place counted from 0: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_CHOOSE = _("Choose an Excel workbook (.xlsx) or a CSV file with a heading and rows.")


def refusal(reason: str, sentence: Text, way_out: Text) -> BadInput:
    """A file that cannot be used at all."""
    return BadInput(None, sentence, reason=reason, field="file", way_out=way_out)


def too_many_rows(limits: Limits) -> BadInput:
    sentence = _("The file has more than %(limit)s rows.", limit=limits.rows)
    return refusal("too_many_rows", sentence, _("Divide it into several files."))


def too_many_columns(limits: Limits) -> BadInput:
    sentence = _("The file has more than %(limit)s columns.", limit=limits.columns)
    return refusal("too_many_columns", sentence, _("Remove the columns that are not needed."))


def too_much_text(limits: Limits) -> BadInput:
    sentence = _("The file holds more than %(limit)s characters.", limit=limits.text_characters)
    return refusal("too_much_text", sentence, _("Divide it into several files."))


def text_problem(row: int, cell: str, text: str, limits: Limits) -> Problem | None:
    """What is wrong with a text: too long for a cell, or with control characters in it."""
    if len(text) > limits.cell_characters:
        sentence = _("Cell %(cell)s is too long.", cell=cell)
        way_out = _("Shorten it to %(limit)s characters.", limit=limits.cell_characters)
        return Problem(row, cell, sentence, way_out)
    if not text.isprintable() and any(_is_control(character) for character in text):
        sentence = _("Cell %(cell)s holds characters that cannot be seen.", cell=cell)
        return Problem(row, cell, sentence, _("Type the cell again."))
    return None


def _is_control(character: str) -> bool:
    return (character < " " and character not in "\t\n\r") or "\x7f" <= character <= "\x9f"
