"""What became of each row of a handout, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vlms.codes.exports import number_of
from vlms.core.packed_text import unpack_text
from vlms.core.text import Name, _, sentences
from vlms.exports.table import Column, Kind, Table
from vlms.giving.handout_words import OUTCOME_WORDS, STANDING_WORDS
from vlms.giving.models.handouts import HandoutRow


def result_table(rows: Sequence[HandoutRow], made_at: datetime) -> Table[HandoutRow]:
    """Given, skipped, failed, each with why."""
    columns: Sequence[Column[HandoutRow]] = (
        Column(_("Row"), lambda row: row.line, Kind.INTEGER),
        Column(_("Full name"), name_in),
        Column(_("E-mail address"), email_in),
        Column(_("Number"), number_in),
        Column(_("Product"), product_in),
        Column(_("Check"), lambda row: STANDING_WORDS[row.standing]),
        Column(_("Result"), lambda row: OUTCOME_WORDS[row.outcome]),
        Column(_("Why"), why),
        Column(_("Code"), code_in),
    )
    return Table(_("Result of a handout"), columns, rows, made_at)


def name_in(row: HandoutRow) -> str:
    return row.person.name if row.person else row.name


def email_in(row: HandoutRow) -> str:
    return (row.person.email or "") if row.person else row.email


def number_in(row: HandoutRow) -> str:
    return (row.person.number or "") if row.person else row.number


def product_in(row: HandoutRow) -> str:
    return str(Name(row.product.name_en, chinese=row.product.name_zh))


def code_in(row: HandoutRow) -> str | None:
    """Its number, never its text."""
    return None if row.code is None else number_of(row.code)


def why(row: HandoutRow) -> str | None:
    """What stands against it, and what to do."""
    refusal = row.reason or (row.problem if row.outcome is None else None)
    if refusal is None:
        return None
    return sentences(unpack_text(refusal["sentence"]), unpack_text(refusal["way_out"]) or "")
