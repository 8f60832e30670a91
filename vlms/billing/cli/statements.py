"""`vlms billing statement`: what was charged, as sums or as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.billing.cli.values import workspace_named, workspace_options
from vlms.billing.queries.statement_codes import count_codes_at
from vlms.billing.queries.statements import Statement, StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.cut_off import latest_cut_off, read_cut_off
from vlms.billing.rules.layouts import LAYOUTS
from vlms.billing.rules.statement import Sum, totals
from vlms.billing.rules.tie_out import require_equal
from vlms.billing.service.statements import tell_of_export
from vlms.billing.statement_exports import codes_of, paper, workbook, write_layout
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.reading import read_currency, read_day
from vlms.core.text import _
from vlms.exports.pdf import write_pdf
from vlms.exports.xlsx import write_book
from vlms.orders.cli.values import get_agreement_by_number


@click.command()
@click.argument("first", type=Read(read_day, _("First day")))
@click.argument("last", type=Read(read_day, _("Last day")))
@click.option("--until", type=Read(read_cut_off, _("Cut-off")), help="As 2026-03-31T16:00:00Z.")
@click.option("--currency", type=Read(read_currency, _("Currency")), help="Of one currency only.")
@click.option("--customer", metavar="NAME", help="Of one customer only, by its short name.")
@click.option("--agreement", metavar="NUMBER", help="Of one agreement only.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write this file.")
@click.option(
    "--as", "form", type=click.Choice(["xlsx", "pdf", *LAYOUTS]), default="xlsx", show_default=True
)
@workspace_options
@json_option
@with_app
def statement(
    first: date, last: date, out: Path | None, form: str, as_json: bool, **narrowed: Any
) -> None:
    """Sum up what was charged from FIRST to LAST day, or write a file.

    Of all customers of a reseller, or of the one that is named with --organisation.
    """
    with reading(SCOPE) as session:
        place = workspace_named(session, narrowed["reseller"], narrowed["organisation"])
        asked = _asked(session, (first, last), place, narrowed)
        require_equal(differences_of(session, asked))
        found = statement_of(session, asked)
        if out is not None:
            _write(session, found, form, place.time_zone, out)
    if out is not None:
        with command_work() as work:
            tell_of_export(work, place.id, found, form)
        click.echo(f"{len(found.lines)} lines written.", err=True)
        return
    rows = [_row(one, asked.cut_off_at) for one in (*found.sums, *totals(found.sums))]
    print_rows(rows, as_json=as_json)


def _asked(
    session: Session, days: tuple[date, date], place: Organisation, narrowed: Mapping[str, Any]
) -> StatementFilter:
    is_reseller = place.kind is OrganisationKind.RESELLER
    customer = narrowed["customer"] if is_reseller else place.slug
    agreement = narrowed["agreement"]
    return StatementFilter(
        *days,
        latest_cut_off(system_clock(), narrowed["until"]),
        place.id if is_reseller else None,
        organisation_named(session, customer).id if customer else None,
        get_agreement_by_number(session, agreement).id if agreement else None,
        narrowed["currency"],
    )


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


def _row(one: Sum, cut_off_at: datetime) -> dict[str, object]:
    return {
        "charge": one.kind.value if one.kind else "total",
        "currency": one.currency,
        "lines": one.count,
        "net_minor": one.net_minor,
        "tax_minor": one.tax_minor,
        "gross_minor": one.gross.minor,
        "cut_off_at": cut_off_at.isoformat(),
    }
