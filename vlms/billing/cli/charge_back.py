"""`vlms billing charge-back` and `savings`: who bears what was ordered, and what was saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.billing.charge_back_exports import charge_back_table
from vlms.billing.queries.charge_back import Ordered, list_savings, list_shared
from vlms.billing.rules.charge_back import charge_back as divided
from vlms.billing.rules.charge_back import totals_of
from vlms.billing.rules.saving import saved_of
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.reading import read_day
from vlms.core.text import _
from vlms.exports.xlsx import write_xlsx

_organisation = click.argument("organisation")
_first = click.argument("first", type=Read(read_day, _("First day")))
_last = click.argument("last", type=Read(read_day, _("Last day")))


@click.command("charge-back")
@_organisation
@_first
@_last
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an Excel workbook (.xlsx) as well.",
)
@json_option
@with_app
def charge_back(
    organisation: str, first: date, last: date, out: Path | None, as_json: bool
) -> None:
    """Who bears what an ORGANISATION ordered from FIRST to LAST: department, cost centre."""
    with reading(SCOPE) as session:
        lines = list_shared(session, _ordered(session, organisation, first, last))
    parts = divided(lines)
    if out is not None:
        sums = totals_of(line.amount for line in lines)
        with written(out) as target:
            write_xlsx(charge_back_table(parts, sums, system_clock()), target)
    rows = (
        {
            "currency": part.amount.currency,
            "department": part.bearer.department,
            "cost_centre": part.bearer.cost_centre,
            "state": part.bearer.giving.value,
            "codes": part.code_count,
            "amount": f"{part.amount.amount:f}",
        }
        for part in parts
    )
    print_rows(rows, as_json=as_json)


@click.command("savings")
@_organisation
@_first
@_last
@json_option
@with_app
def savings(organisation: str, first: date, last: date, as_json: bool) -> None:
    """What an ORGANISATION saved against reference retail prices from FIRST to LAST."""
    with reading(SCOPE) as session:
        found = saved_of(list_savings(session, _ordered(session, organisation, first, last)))
    rows = (
        {
            "currency": one.paid.currency,
            "retail": f"{one.retail.amount:f}",
            "paid": f"{one.paid.amount:f}",
            "saved": f"{one.saved.amount:f}",
            "lines": one.line_count,
            "lines_without_reference": one.left_out,
        }
        for one in found
    )
    print_rows(rows, as_json=as_json)


def _ordered(session: Session, organisation: str, first: date, last: date) -> Ordered:
    return Ordered(organisation_named(session, organisation).id, first, last)
