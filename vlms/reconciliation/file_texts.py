"""Words of files of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.text import Text, _
from vlms.exports.days import DayOrder
from vlms.reconciliation.rules.file_examination import YEAR_FIRST
from vlms.reconciliation.rules.file_words import FileSource, Layout, RowFate

SOURCE_TEXTS: dict[FileSource, Text] = {
    FileSource.LEDGER: _("Our own ledger"),
    FileSource.PUBLISHER: _("The publisher's"),
}
LAYOUT_TEXTS: dict[Layout, Text] = {
    Layout.NEW_COMMERCE: _("New commerce"),
    Layout.LICENSE_BASED: _("License-based"),
    Layout.MAPPED: _("Columns chosen by you"),
}
FATE_TEXTS: dict[RowFate, Text] = {
    RowFate.COUNTED: _("Is counted"),
    RowFate.REPEATED: _("There already"),
    RowFate.REPLACED: _("Replaced"),
    RowFate.TOTAL: _("Total"),
    RowFate.HEADING: _("Heading or note"),
    RowFate.UNREADABLE: _("Not readable"),
    RowFate.WITHDRAWN: _("Taken back"),
}
FATE_COLOURS: dict[RowFate, str] = {
    RowFate.COUNTED: "green",
    RowFate.REPEATED: "blue",
    RowFate.REPLACED: "blue",
    RowFate.UNREADABLE: "red",
}
ORDER_TEXTS: dict[DayOrder, Text] = {
    DayOrder.DAY_FIRST: _("The day stands first: 31/12/2026"),
    DayOrder.MONTH_FIRST: _("The month stands first: 12/31/2026"),
}
SHOWN_ORDER_TEXTS: dict[str, Text] = {
    **{order.value: text for order, text in ORDER_TEXTS.items()},
    YEAR_FIRST: _("The year stands first: 2026-12-31"),
}
DECIMAL_TEXTS: dict[str, Text] = {
    ".": _("A point before the decimals: 1,234.50"),
    ",": _("A comma before the decimals: 1.234,50"),
}
DELIMITER_TEXTS: dict[str, Text] = {
    ",": _("Comma"),
    ";": _("Semicolon"),
    "\t": _("Tab"),
    "|": _("Bar"),
}
ACTION_WORDS = {
    "reconciliation.file_taken": _("File taken in"),
    "reconciliation.file_withdrawn": _("File taken back"),
    "reconciliation.mapping_forgotten": _("Columns forgotten"),
}
COLUMN_WORDS = {
    "filename": _("File"),
    "layout": _("Layout"),
    "file_mapping.source": _("Whose account"),
    "reconciliation_file.source": _("Whose account"),
    "line_count": _("Rows"),
    "left_out_count": _("Rows that do not count"),
    "withdrawn_at": _("Taken back"),
    "columns": _("Columns"),
    "reading": _("Days and numbers"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text]] = {
    "reconciliation_file.layout": LAYOUT_TEXTS,
    "reconciliation_file.source": SOURCE_TEXTS,
    "file_mapping.source": SOURCE_TEXTS,
}
