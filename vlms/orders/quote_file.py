"""Many quotes from a CSV file: one answer a line, whatever the lines hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import TextIO

from vlms.core.errors import BadInput
from vlms.core.text import Text, _, ngettext
from vlms.orders.quote_answer import COLUMNS, Answer, answer_typed, error_answer
from vlms.orders.rules.reading import shown

# A line holds nine short values; a longer one isn't ours, and is never kept in memory.
LONGEST_LINE = 4_000
Places = Mapping[str, int]
# How such a file is opened: bytes that are no UTF-8 stay recognisable, line by line.
ENCODING, ERRORS = "utf-8-sig", "surrogateescape"


def answers(stream: TextIO) -> Iterator[Answer]:
    """The answer to every line after the header, in order, each with its `line` number.

    The text was opened with ENCODING and ERRORS; the header is line 1. A line that
    cannot be read becomes an `error` and the rest goes on; empty lines are left out.
    Raises BadInput when the header is not as it must be.
    """
    lines = _numbered_lines(stream)
    _number, header = next(lines, (1, ""))
    width, places = _header(header)
    for number, line in lines:
        if line is None or line.strip():
            yield {"line": number, **_answer(line, width, places)}


def _answer(line: str | None, width: int, places: Places) -> Answer:
    try:
        cells = _cells(line)
        if len(cells) != width:
            raise _ragged(len(cells), width)
        return answer_typed({column: cells[place] for column, place in places.items()})
    except BadInput as error:
        return error_answer(error)


def _numbered_lines(stream: TextIO) -> Iterator[tuple[int, str | None]]:
    """Lines counted from 1; None for one that is too long."""
    number = 0
    while line := _read(stream):
        number += 1
        is_whole = line.endswith("\n") or len(line) < LONGEST_LINE
        yield number, line if is_whole else None
        while not is_whole:
            rest = _read(stream)
            is_whole = rest.endswith("\n") or len(rest) < LONGEST_LINE


def _read(stream: TextIO) -> str:
    try:
        return stream.readline(LONGEST_LINE)
    except OSError as error:
        sentence = _("The file cannot be read on: %(why)s.", why=error.strerror)
        raise _bad(sentence, "unreadable_file", _("Copy it anew and try again.")) from error


def _cells(line: str | None) -> list[str]:
    """The cells of one line; a quoted line break is no part of any value here."""
    if line is None:
        sentence = _("This line is longer than any quote.")
        raise _bad(sentence, "line_too_long", _("Check that the file is a CSV file."))
    if not _is_text(line):
        raise _bad(_("This line is not UTF-8 text."), "wrong_encoding", _SAVE_AS_UTF8)
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        way_out = _("Check its quotation marks; no value needs any.")
        raise _bad(_("The cells of this line cannot be told apart."), "broken_line", way_out) from (
            None
        )


def _header(line: str | None) -> tuple[int, Places]:
    """How many columns there are, and where each of COLUMNS stands."""
    if line is not None and ("\0" in line or not _is_text(line)):
        raise _bad(_("The file is not UTF-8 text."), "wrong_encoding", _SAVE_AS_UTF8)
    names = [name.strip().lower() for name in _cells(line)]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise _bad(
            ngettext(
                "The first line lacks the column %(columns)s.",
                "The first line lacks the columns %(columns)s.",
                len(missing),
                columns=", ".join(missing),
            ),
            "missing_column",
            _("It must name, with commas between them: %(columns)s.", columns=",".join(COLUMNS)),
        )
    doubled = [column for column in COLUMNS if names.count(column) > 1]
    if doubled:
        raise _bad(
            _("The first line names %(column)s twice.", column=shown(doubled[0])),
            "double_column",
            _("Remove one of the two columns."),
        )
    return len(names), {column: names.index(column) for column in COLUMNS}


def _ragged(found: int, expected: int) -> BadInput:
    return _bad(
        _(
            "This line has %(found)s cells, the first line has %(expected)s.",
            found=found,
            expected=expected,
        ),
        "ragged_line",
        _("Write a comma for every cell that stays empty, and none within a number."),
    )


def _is_text(line: str) -> bool:
    """Whether every byte of the line was UTF-8."""
    if line.isascii():
        return True
    return not any("\udc80" <= character <= "\udcff" for character in line)


def _bad(sentence: Text, reason: str, way_out: Text) -> BadInput:
    return BadInput(None, sentence, reason=reason, way_out=way_out)


_SAVE_AS_UTF8 = _("Save it as CSV in UTF-8.")
