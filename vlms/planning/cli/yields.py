"""`vlms planning yields`: what an organisation's codes led to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.near_days import read_near_day
from vlms.core.text import _
from vlms.exports.xlsx import write_book
from vlms.planning.queries.yields import Period, list_nowhere, list_yields
from vlms.planning.rules.yields import End, Yield
from vlms.planning.yield_exports import nowhere_table, yield_table
from vlms.planning.yield_words import team_name


@click.command("yields")
@click.option("--organisation", required=True, help="Its short name.")
@click.option("--first", type=Read(read_near_day, _("First day")), help="Else twelve months ago.")
@click.option("--last", type=Read(read_near_day, _("Last day")), help="Else today.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an Excel workbook (.xlsx) with the codes that led nowhere as well.",
)
@json_option
@with_app
def yields(
    organisation: str, first: date | None, last: date | None, out: Path | None, as_json: bool
) -> None:
    """What the exam vouchers of some days led to, by team, and what each certification cost."""
    now = system_clock()
    with reading(SCOPE) as session:
        owner = organisation_named(session, organisation)
        period = Period.asked(owner, first, last, now)
        found = list_yields(session, period)
        if out is not None:
            lost = nowhere_table(list_nowhere(session, period), period, now)
            tables = yield_table(found, period, now), lost
            with written(out) as target:
                write_book(tables, target)
        rows = [_told(row) for row in found]
    print_rows(rows, as_json=as_json)


def _told(row: Yield) -> dict[str, object]:
    each = row.cost_per_certification
    return {
        "team": str(team_name(row.team)),
        **{end.value: row.counts[end] for end in End},
        "pass_rate": None if row.pass_rate is None else f"{row.pass_rate:f}",
        "certifications": row.certifications,
        "currency": row.team.currency,
        "cost": f"{row.cost.amount:f}",
        "cost_per_certification": f"{each.amount:f}" if each else None,
        "cost_of_nowhere": f"{row.lost.amount:f}",
    }
