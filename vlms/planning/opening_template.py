"""The workbook to be filled in: a sheet of instructions, then an empty sheet a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vlms.accounts.people_columns import FIELDS as PEOPLE_FIELDS
from vlms.agreements.import_columns import FIELDS as AGREEMENT_FIELDS
from vlms.core.text import Text, _
from vlms.exports.mapping import Field
from vlms.exports.table import Column, Table
from vlms.planning.rules.opening_sheets import CELLS, TITLES, SheetKey

_FIELDS: dict[SheetKey, Sequence[Field]] = {
    SheetKey.AGREEMENTS: AGREEMENT_FIELDS,
    SheetKey.PEOPLE: PEOPLE_FIELDS,
    **{key: [cell.field for cell in cells] for key, cells in CELLS.items()},
}
_ABOUT: dict[SheetKey, Text] = {
    SheetKey.AGREEMENTS: _(
        "The agreements of the orders below. One that is here already may be left out."
    ),
    SheetKey.PEOPLE: _("Everybody who holds a code. People are known by number, else by address."),
    SheetKey.ORDERS: _(
        "One row a line. Orders may be open or closed: enter the day of each step that was "
        "taken, and amounts as they were invoiced, before tax."
    ),
    SheetKey.CODES: _(
        "Every code that was delivered, also used and expired ones: of each line, what was paid "
        "for is the sum of the states. States: available, reserved, assigned, registered, used, "
        "forfeited, activated, void, expired. From assigned on, the last characters are enough "
        "where the holder alone has the text; such a code can be found and shown by nobody here."
    ),
    SheetKey.PACKS: _("What each school has of a site pack, and what of it was used."),
    SheetKey.ENTITLEMENTS: _(
        "Software Assurance training and E-Learning: they are read and managed, not ordered."
    ),
}


@dataclass(frozen=True)
class Instruction:
    """What a column is for; without a column, a line about the whole sheet."""

    sheet: Text
    column: Text | None
    is_needed: bool
    headings: Sequence[str]
    words: Text | None = None


def instructions() -> Iterator[Instruction]:
    """Sheet by sheet: what it holds, then its columns."""
    for key in SheetKey:
        yield Instruction(TITLES[key], None, False, (), _ABOUT[key])
        for field in _FIELDS[key]:
            yield Instruction(TITLES[key], field.label, field.required, field.synonyms)


_COLUMNS: tuple[Column[Instruction], ...] = (
    Column(_("Sheet"), lambda one: str(one.sheet)),
    Column(_("Column"), lambda one: None if one.column is None else str(one.column)),
    Column(_("Needed"), lambda one: str(_("Yes")) if one.is_needed else None),
    Column(
        _("Other headings that are understood"),
        lambda one: str(one.words) if one.words else ", ".join(one.headings),
    ),
)


def template_tables(made_at: datetime) -> list[Table[Any]]:
    """In the reader's language; headings of either language are read."""
    tables: list[Table[Any]] = [Table(_("Instructions"), _COLUMNS, list(instructions()), made_at)]
    for key, fields in _FIELDS.items():
        columns: tuple[Column[object], ...] = tuple(
            Column(field.label, lambda _row: None) for field in fields
        )
        tables.append(Table(TITLES[key], columns, (), made_at))
    return tables
