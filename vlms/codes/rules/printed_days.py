"""The days that providers print beside their codes, as they write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from vlms.codes.errors import BadCodeText
from vlms.core.text import _

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TIME = re.compile(r"(?:[T\s]\s*\d{1,2}:\d{2}.*)?")


def read_printed_day(cell: str | Decimal | date | datetime | None) -> date | None:
    """The day in a cell; None for an empty one.

    Raises BadCodeText for what is no day, and for one that reads as two (03/04/2026).
    """
    match cell:
        case None:
            return None
        case datetime():
            return cell.date()
        case date():
            return cell
        case Decimal():
            raise _unreadable(str(cell))
    text = cell.strip()
    return _read(text) if text else None


def _read(text: str) -> date:
    found = _YEAR_FIRST.match(text)
    if found is not None and _TIME.fullmatch(text[found.end() :]):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    found = _YEAR_LAST.match(text)
    if found is None or not _TIME.fullmatch(text[found.end() :]):
        raise _unreadable(text)
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first <= 12 and second <= 12 and first != second:
        raise BadCodeText(
            "C7",
            _("“%(typed)s” reads as two different days.", typed=text[:40]),
            reason="code_day_ambiguous",
            field="last_day",
            way_out=_("Write the year first, as 2026-06-30."),
        )
    month, day = (second, first) if first > 12 else (first, second)
    return _day(text, year, month, day)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _unreadable(text) from None


def _unreadable(text: str) -> BadCodeText:
    return BadCodeText(
        "C7",
        _("“%(typed)s” is no day.", typed=text[:40]),
        reason="code_day_unreadable",
        field="last_day",
        way_out=_("Write the day as 2026-06-30, or leave the cell empty."),
    )
