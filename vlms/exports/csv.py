"""Tables as CSV that Excel opens with the right characters and without formulas."""

from __future__ import annotations

import csv
import io
from typing import Any, BinaryIO

from vlms.exports.characters import without_controls
from vlms.exports.table import Cell, Table, Tally, plain

_TRIGGERS = frozenset("=+-@\t\r\n＝＋－＠")
_SKIPPED = " \u00a0\u3000\u200b\u2060\ufeff"


def write_csv(table: Table[Any], out: BinaryIO) -> None:
    """Write `table` as UTF-8 with a byte-order mark, every field in quotes.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    Totals are checked but not written: each line is a row. Raises TotalsDiffer.
    """
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([disarmed(column.title) for column in table.columns])
    tally = Tally(table)
    for line in table.lines():
        tally.add(line)
        writer.writerow([_field(cell) for cell in line])
    text.flush()
    text.detach()
    tally.check()


def disarmed(text: str) -> str:
    """`text` with an apostrophe in front when a spreadsheet would calculate it."""
    text = without_controls(text)
    if text[:1] in _TRIGGERS or text.lstrip(_SKIPPED)[:1] in _TRIGGERS:
        return "'" + text
    return text


def _field(cell: Cell) -> str:
    return disarmed(cell) if isinstance(cell, str) else plain(cell)
