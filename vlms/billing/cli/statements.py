"""`vlms billing statement`: what was charged, as sums or as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.queries.statement_codes import count_codes_at
from vlms.billing.queries.statements import Statement, StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.cut_off import read_cut_off
from vlms.billing.rules.layouts import LAYOUTS
from vlms.billing.rules.statement import Sum, totals
from vlms.billing.rules.tie_out import require_equal
from vlms.billing.service.statements import tell_of_export
from vlms.billing.statement_exports import codes_of, paper, workbook, write_layout
from vlms.core.clock import system_clock
from vlms.core.commands import Read, command_work, print_rows, with_app, written
from vlms.core.language import Language
from vlms.core.reading import read_currency, read_day
from vlms.core.text import _
from vlms.exports.pdf import write_pdf
from vlms.exports.xlsx import write_book


@click.command()
@click.argument("first", type=Read(read_day, _("First day")))
@click.argument("last", type=Read(read_day, _("Last day")))
@click.option("--until", type=Read(read_cut_off, _("Cut-off")), help="As 2026-03-31T16:00:00Z.")
@click.option("--currency", type=Read(read_currency, _("Currency")), help="Of one currency only.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write this file.")
@click.option(
    "--as", "form", type=click.Choice(["xlsx", "pdf", *LAYOUTS]), default="xlsx", show_default=True
)
@reseller_option
@json_option
@with_app
def statement(
    first: date, last: date, out: Path | None, form: str, as_json: bool, **narrowed: Any
) -> None:
    """Sum up what a reseller's customers were charged from FIRST to LAST day, or write a file."""
    with command_work() as work:
        seller = reseller_named(work.session, narrowed["reseller"])
        until = narrowed["until"] or system_clock()
        asked = StatementFilter(first, last, until, seller.id, currency=narrowed["currency"])
        require_equal(differences_of(work.session, asked))
        found = statement_of(work.session, asked)
        if out is not None:
            _write(work.session, found, form, seller.time_zone, out)
            tell_of_export(work, seller.id, found, form)
    if out is not None:
        click.echo(f"{len(found.lines)} lines written.", err=True)
        return
    print_rows([_row(one) for one in (*found.sums, *totals(found.sums))], as_json=as_json)


def _write(session: Session, found: Statement, form: str, zone: str, out: Path) -> None:
    now = system_clock()
    with written(out) as stream:
        if form in LAYOUTS:
            write_layout(found, LAYOUTS[form], stream)
        elif form == "pdf":
            write_pdf(paper(found, now, Language.ENGLISH, zone), stream)
        else:
            counts = count_codes_at(session, found.wanted.line_ids, found.wanted.cut_off_at)
            write_book(workbook(found, codes_of(found, counts), now), stream)


def _row(one: Sum) -> dict[str, object]:
    return {
        "charge": one.kind.value if one.kind else "total",
        "currency": one.currency,
        "lines": one.count,
        "net_minor": one.net_minor,
        "tax_minor": one.tax_minor,
        "gross_minor": one.gross.minor,
    }
