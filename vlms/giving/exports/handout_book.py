"""The workbook that travels: a handout's rows to be filled in, and read back by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vlms.core.keys import KeyRing
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table
from vlms.giving.book_columns import LABELS, NO, YES, row_token
from vlms.giving.exports.handouts import code_in, product_in, why
from vlms.giving.handout_words import OUTCOME_WORDS, STANDING_WORDS
from vlms.giving.models.handouts import HandoutRow

_NOTES = (
    _("Fill in the open columns and upload the workbook again; what changed is shown first."),
    _("One row is one person and one product. Rows are known by their ids, which are locked."),
    _("Rows that are taken out of the workbook stay as they are. New rows cannot be added here."),
    _("Write yes or no under “Give a code” and “Give another one”."),
)


def book_table(rows: Sequence[HandoutRow], keys: KeyRing, made_at: datetime) -> Table[HandoutRow]:
    """The rows with their ids, open columns, and what the check and the result say."""
    columns: Sequence[Column[HandoutRow]] = (
        Column(LABELS["row_id"], lambda row: row_token(keys, row.id), Kind.CODE),
        Column(_("Row"), lambda row: row.line, Kind.INTEGER),
        Column(_("Product"), product_in),
        Column(LABELS["email"], lambda row: row.email, is_open=True),
        Column(LABELS["name"], lambda row: row.name, is_open=True),
        Column(LABELS["number"], lambda row: row.number, is_open=True),
        Column(LABELS["department"], lambda row: row.department, is_open=True),
        Column(LABELS["language"], lambda row: row.language, is_open=True),
        Column(LABELS["gives"], lambda row: NO if row.is_dropped else YES, is_open=True),
        Column(LABELS["gives_again"], lambda row: YES if row.gives_again else NO, is_open=True),
        Column(_("Check"), lambda row: STANDING_WORDS[row.standing]),
        Column(_("Result"), lambda row: OUTCOME_WORDS[row.outcome]),
        Column(_("Why"), why),
        Column(_("Code"), code_in),
    )
    return Table(_("Handout"), columns, rows, made_at, notes=_NOTES)
