"""Uploaded CSV files: their encoding and separator are found out, their rows checked."""

from __future__ import annotations

import csv
import io

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
    too_many_columns,
    too_many_rows,
    too_much_text,
)

_SEPARATORS = ",;\t"
_SAVE_AGAIN = _("Save it in Excel as “CSV UTF-8”, or as a workbook (.xlsx).")


def read_csv(body: bytes, limits: Limits) -> Sheet:
    """Raises BadInput when `body` is no text, badly quoted, or larger than the limits."""
    text = _decoded(body)
    if len(text) > limits.text_characters:
        raise too_much_text(limits)
    csv.field_size_limit(limits.text_characters)
    lines: list[tuple[int, list[Value]]] = []
    problems: list[Problem] = []
    expected = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    try:
        for number, fields in enumerate(reader, 1):
            _check_size(number, fields, limits)
            expected = expected or _filled_count(fields)
            problems.extend(_problems(number, fields, expected, limits))
            lines.append((number, list(fields)))
    except csv.Error as error:
        raise refusal(
            "bad_quotes",
            _("The file's quotation marks do not match after row %(row)s.", row=len(lines)),
            _SAVE_AGAIN,
        ) from error
    return sheet_of(lines, problems)


def separator(text: str) -> str:
    """Comma, semicolon or tab: the one that is most frequent, unquoted, in the first line."""
    outside = "".join(text.lstrip("\r\n").split("\n", 1)[0].split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _decoded(body: bytes) -> str:
    for encoding in _encodings(body):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise refusal("not_text", _("The file is not readable as text."), _SAVE_AGAIN)


def _encodings(body: bytes) -> tuple[str, ...]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # Excel in Taiwan saves "CSV" in cp950 (Big5).
    return ("utf-8-sig", "cp950")


def _check_size(number: int, fields: list[str], limits: Limits) -> None:
    if number > limits.rows + 1:
        raise too_many_rows(limits)
    if len(fields) > limits.columns:
        raise too_many_columns(limits)


def _filled_count(fields: list[str]) -> int:
    """The fields up to the last that is not empty."""
    return max((place for place, field in enumerate(fields, 1) if field.strip()), default=0)


def _problems(number: int, fields: list[str], expected: int, limits: Limits) -> list[Problem]:
    found = [
        problem
        for place, field in enumerate(fields)
        if (problem := text_problem(number, f"{column_letters(place)}{number}", field, limits))
    ]
    if any(fields) and len(fields) < expected:
        sentence = _(
            "Row %(row)s has %(found)s values for %(expected)s headings.",
            row=number,
            found=len(fields),
            expected=expected,
        )
        way_out = _("Check the row's quotation marks and separators.")
        found.append(Problem(number, None, sentence, way_out))
    return found
