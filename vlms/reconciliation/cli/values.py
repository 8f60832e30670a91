"""What commands of reconciliation share: months, and how files are told of."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.core.commands import Read
from vlms.core.money import Money
from vlms.core.packed_text import unpack_text
from vlms.core.text import _
from vlms.reconciliation.models.files import FileLine, ReconciliationFile, RowFate
from vlms.reconciliation.queries.files import (
    count_fates,
    count_replaced,
    list_left_out,
    sum_file,
)
from vlms.reconciliation.rules.month import read_period

MOST_LEFT_OUT = 200
period_option = click.option(
    "--period",
    "month",
    required=True,
    metavar="YYYY-MM",
    type=Read(read_period, _("Month")),
    help="The month that it belongs to.",
)


def told_file(session: Session, file: ReconciliationFile) -> dict[str, Any]:
    """A file with what became of its rows, in plain values."""
    return {
        "id": str(file.id),
        "filename": file.filename,
        "source": file.source.value,
        "layout": file.layout.value,
        "taken_at": file.taken_at.isoformat(),
        "withdrawn_at": file.withdrawn_at and file.withdrawn_at.isoformat(),
        "reading": {name: file.reading[name] for name in sorted({*file.reading} - {"columns"})},
        "rows": {fate.value: count for fate, count in count_fates(session, file.id).items()},
        "replaced_in_other_files": count_replaced(session, file.id),
        "sums": [
            {
                "currency": sums.currency,
                "rows": sums.count,
                **{
                    name: None if minor is None else str(Money(minor, sums.currency).amount)
                    for name, minor in (
                        ("net", sums.net_minor),
                        ("tax", sums.tax_minor),
                        ("gross", sums.gross_minor),
                    )
                },
            }
            for sums in sum_file(session, file.id)
        ],
        "left_out": [told_line(line) for line in list_left_out(session, file.id, MOST_LEFT_OUT)],
    }


def told_line(line: FileLine) -> dict[str, Any]:
    """A row with its fate, and why."""
    why = unpack_text(line.remark)
    return {"row": line.row_number, "fate": RowFate(line.fate).value, "why": why and str(why)}
