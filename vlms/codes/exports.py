"""Lists of codes as tables: masked, or with the codes for who may reveal them (C8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from vlms.codes.bulk_models import BulkRunCode
from vlms.codes.models import Code
from vlms.codes.queries import cost_centre_of, shown_of
from vlms.codes.rules.code_text import mask
from vlms.codes.rules.expiry import explain
from vlms.codes.rules.provider_list import Analysis
from vlms.codes.rules.shown_state import word
from vlms.core.packed_text import unpack_text
from vlms.core.text import Name, Text, _
from vlms.exports.table import Column, Kind, Table


class BadRow(NamedTuple):
    """A row of a provider's list that is not taken in, and why. It does not show the code."""

    number: int
    why: Text | str


def number_of(code: Code) -> str:
    """What people call a code: B-000012/7."""
    return f"{code.batch.number}/{code.number}"


def product_name(code: Code) -> Name:
    return Name(code.product.name_en, chinese=code.product.name_zh)


def code_table(codes: Iterable[Code], made_at: datetime, zone: str) -> Table[Code]:
    """A masked list of codes; instants in `zone`."""
    return Table(_("Codes"), _columns(made_at, zone), codes, made_at, notes=_NOTES)


def _columns(now: datetime, zone: str) -> Sequence[Column[Code]]:
    return (
        Column(_("Number"), number_of, of="number"),
        Column(_("Product"), product_name, of="product"),
        Column(_("Agreement"), lambda code: code.agreement.number, of="agreement"),
        Column(_("Code"), lambda code: mask(code.last4), Kind.CODE, of="code"),
        Column(_("State"), lambda code: word(shown_of(code, now)), of="state"),
        Column(_("Last day of use"), lambda code: code.last_day, Kind.DATE, of="last_day"),
        Column(_("Zone of the last day"), lambda code: code.time_zone, of="last_day"),
        Column(_("Why this day"), lambda code: explain(code.last_day_reason), of="last_day"),
        Column(_("Person"), lambda code: code.person.name if code.person else None, of="person"),
        Column(
            _("Person's number"),
            lambda code: code.person.number if code.person else None,
            of="person",
        ),
        Column(_("Cost centre"), cost_centre_of, of="cost_centre"),
        Column(_("Reserved"), lambda code: code.reserved_at, Kind.INSTANT, zone, of="reserved"),
        Column(_("Assigned"), lambda code: code.assigned_at, Kind.INSTANT, zone, of="assigned"),
        Column(_("Claimed"), lambda code: code.claimed_at, Kind.INSTANT, zone, of="claimed"),
        Column(_("Ended"), lambda code: code.ended_at, Kind.INSTANT, zone, of="ended"),
    )


_NOTES = (
    _("A code can be used until the end of its last day in the zone named beside it (C5)."),
    _("Codes show their last characters only; their holders see them whole (C8)."),
)


def bulk_table(rows: Sequence[BulkRunCode], act: Text, made_at: datetime) -> Table[BulkRunCode]:
    """What became of each of several codes."""
    columns: Sequence[Column[BulkRunCode]] = (
        Column(_("Number"), lambda row: number_of(row.code)),
        Column(_("Product"), lambda row: product_name(row.code)),
        Column(_("Agreement"), lambda row: row.code.agreement.number),
        Column(_("Person"), lambda row: row.code.person.name if row.code.person else None),
        Column(_("Result"), lambda row: BULK_WORDS[row.is_taken]),
        Column(_("Why not"), _why_not),
    )
    return Table(act, columns, rows, made_at)


def _why_not(row: BulkRunCode) -> str | None:
    return None if row.refusal is None else str(unpack_text(row.refusal["sentence"]))


BULK_WORDS: dict[bool | None, Text] = {
    True: _("Done"),
    False: _("Left out"),
    None: _("Not done"),
}


def bad_rows(analysis: Analysis) -> list[BadRow]:
    """Every row that is not taken in, by its number."""
    rows = [
        *(BadRow(bad.row_number, bad.refusal.sentence) for bad in analysis.malformed),
        *(
            BadRow(double.row_number, _("Repeats row %(row)s.", row=double.first_row_number))
            for double in analysis.doubles
        ),
        *(BadRow(number, _("This code is already held.")) for number in analysis.already_held),
    ]
    return sorted(rows, key=lambda row: row.number)


def bad_row_table(rows: Sequence[BadRow], made_at: datetime) -> Table[BadRow]:
    """The rows to correct, as a list; the codes themselves are not repeated."""
    columns: Sequence[Column[BadRow]] = (
        Column(_("Row"), lambda row: row.number, Kind.INTEGER),
        Column(_("Why it cannot be taken in"), lambda row: row.why),
    )
    return Table(_("Rows that cannot be taken in"), columns, rows, made_at)
