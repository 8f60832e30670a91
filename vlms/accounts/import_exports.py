"""What an import of people leaves behind, as tables for files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vlms.accounts.import_models import PeopleImportRow
from vlms.core.dry_run import Change
from vlms.core.packed_text import unpack_text
from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table

# The row's number, its cells, and why it is wrong.
WrongRow = tuple[int, Sequence[str], str]


def bad_rows_table(
    headings: Sequence[Text], rows: Iterable[WrongRow], made_at: datetime
) -> Table[WrongRow]:
    """The rows as they came, each with the reason beside it: put right, they can be imported."""
    columns = [
        *(_cell(heading, place) for place, heading in enumerate(headings)),
        Column[WrongRow](_("Row"), lambda row: row[0], Kind.INTEGER),
        Column[WrongRow](_("What is wrong"), lambda row: row[2]),
    ]
    return Table(_("Rows that were left out"), columns, rows, made_at)


def _cell(heading: Text, place: int) -> Column[WrongRow]:
    return Column(heading, lambda row: row[1][place])


def why_of(row: PeopleImportRow) -> list[Text | str]:
    """What changed, or why the row was left out, in sentences."""
    return [text for text in map(unpack_text, row.why or []) if text is not None]


def import_rows_table(
    rows: Iterable[PeopleImportRow], words: Mapping[Change, Text], made_at: datetime
) -> Table[PeopleImportRow]:
    columns = (
        Column[PeopleImportRow](_("Row"), lambda row: row.number, Kind.INTEGER),
        Column[PeopleImportRow](_("Result"), lambda row: words[row.change]),
        Column[PeopleImportRow](_("Full name"), lambda row: row.person and row.person.name),
        Column[PeopleImportRow](_("Number"), lambda row: row.person and row.person.number),
        Column[PeopleImportRow](_("E-mail address"), lambda row: row.person and row.person.email),
        Column[PeopleImportRow](
            _("What changed, or why not"), lambda row: " ".join(map(str, why_of(row)))
        ),
        Column[PeopleImportRow](
            _("What the row said"), lambda row: " | ".join(filter(None, row.cells or []))
        ),
    )
    return Table(_("What became of each row"), columns, rows, made_at)
