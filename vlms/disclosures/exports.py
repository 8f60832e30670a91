"""The file of an export: its codes, and on every line and page who took them out (C8)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vlms.codes.exports import number_of, product_name
from vlms.codes.models import Code
from vlms.codes.rules.code_text import Profile, display
from vlms.core.text import Text, _
from vlms.disclosures.models import CodeExport
from vlms.exports.csv import write_csv
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Column, Kind, Table
from vlms.exports.xlsx import write_book


class ExportedCode(NamedTuple):
    """A code with its text, which is never kept."""

    code: Code
    text: str


class Fact(NamedTuple):
    """A line of the sheet about the export."""

    name: Text
    value: object


@dataclass(frozen=True)
class Cover:
    """Who takes the codes out, under which number, and why."""

    number: str
    taker: str
    decider: str | None
    reason: str
    made_at: datetime

    @property
    def mark(self) -> str:
        return f"{self.number} · {self.taker}"


def cover_of(export: CodeExport, made_at: datetime) -> Cover:
    decider = export.decider.name if export.decider else None
    return Cover(export.number, export.asker.name, decider, export.reason, made_at)


def export_file(form: str, cover: Cover, rows: Sequence[ExportedCode]) -> bytes:
    """The file as .xlsx, .csv or .pdf, in the reader's language."""
    out = io.BytesIO()
    table = export_table(cover, rows)
    if form == "xlsx":
        write_book([table, about_table(cover, len(rows))], out, definitions=False)
    else:
        {"csv": write_csv, "pdf": write_pdf}[form](table, out)
    return out.getvalue()


def export_table(cover: Cover, rows: Sequence[ExportedCode]) -> Table[ExportedCode]:
    """The codes; the export's number and who took them stand on each line and page."""
    columns: Sequence[Column[ExportedCode]] = (
        Column(_("Number"), lambda row: number_of(row.code)),
        Column(_("Product"), lambda row: product_name(row.code)),
        Column(_("Agreement"), lambda row: row.code.agreement.number),
        Column(_("Code"), lambda row: display(row.text, Profile(row.code.source.value)), Kind.CODE),
        Column(_("Last day of use"), lambda row: row.code.last_day, Kind.DATE),
        Column(_("Zone of the last day"), lambda row: row.code.time_zone),
        Column(_("Export"), lambda _row: cover.mark),
    )
    marks = (_("Confidential: holds codes"), cover.mark)
    return Table(_("Available codes"), columns, rows, cover.made_at, marks=marks)


def about_table(cover: Cover, count: int) -> Table[Fact]:
    """What the workbook says of itself."""
    facts = [
        Fact(_("Export"), cover.number),
        Fact(_("Taken out by"), cover.taker),
        *([Fact(_("Approved by"), cover.decider)] if cover.decider else []),
        Fact(_("Reason"), cover.reason),
        Fact(_("Codes"), str(count)),
        Fact(_("Made at"), cover.made_at.strftime("%Y-%m-%d %H:%M:%S %Z")),
        Fact(_("Remember"), _("Whoever has this file can use its codes. Delete it once used.")),
    ]
    columns: Sequence[Column[Fact]] = (
        Column(_("What"), lambda fact: fact.name),
        Column(_("Says"), lambda fact: fact.value),
    )
    title = _("About this export")
    return Table(title, columns, facts, cover.made_at, marks=(cover.mark,))
