"""Writes the two published layouts: UTF-8 with a byte-order mark, CRLF, quotes where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from vlms.exports.csv import disarmed
from vlms.reconciliation.rules.file_words import Layout
from vlms.reconciliation.rules.layouts import (
    LICENSE_BASED,
    NEW_COMMERCE,
    NUMBERS,
    Column,
    LayoutLine,
)

COLUMNS: Mapping[Layout, tuple[Column, ...]] = {
    Layout.NEW_COMMERCE: NEW_COMMERCE,
    Layout.LICENSE_BASED: LICENSE_BASED,
}


def write_partner_file(layout: Layout, lines: Iterable[LayoutLine], out: BinaryIO) -> None:
    """Write the lines in their order; a text that a spreadsheet would calculate is disarmed."""
    columns = COLUMNS[layout]
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([title for title, _value in columns])
    for line in lines:
        writer.writerow([_cell(title, value(line)) for title, value in columns])
    text.flush()
    text.detach()


def _cell(title: str, value: str) -> str:
    return value if title in NUMBERS else disarmed(value)
