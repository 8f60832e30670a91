"""`vlms planning outlook` and `backtest`: what will lapse, and how far off that was before."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from pathlib import Path

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, print_rows, with_app, written
from vlms.core.db import reading
from vlms.exports.xlsx import write_xlsx
from vlms.planning.exports import a_week, risk_table
from vlms.planning.outlook import Risk
from vlms.planning.outlook_words import place_of
from vlms.planning.queries.histories import HISTORY_DAYS
from vlms.planning.queries.lives import list_lives
from vlms.planning.queries.outlook import list_risks
from vlms.planning.rules.backtest import errors_of, trials


@click.command("outlook")
@click.option("--organisation", required=True, help="Its short name.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an Excel workbook (.xlsx) as well.",
)
@json_option
@with_app
def outlook(organisation: str, out: Path | None, as_json: bool) -> None:
    """What an organisation's codes and packs will leave on their last day, and what it costs."""
    now = system_clock()
    with reading(SCOPE) as session:
        risks = list_risks(session, organisation_named(session, organisation).id, now)
        if out is not None:
            with written(out) as target:
                write_xlsx(risk_table(risks, now), target)
        rows = [_told(risk) for risk in risks]
    print_rows(rows, as_json=as_json)


def _told(risk: Risk) -> dict[str, object]:
    stock, amounts = risk.stock, risk.amounts
    return {
        "agreement": stock.agreement.number,
        "product": stock.product.key,
        "pack": stock.pack.number if stock.pack else None,
        "school": str(place) if (place := place_of(risk)) else None,
        "last_day": risk.part.last_day.isoformat(),
        "days_left": risk.days_left,
        "unassigned": risk.counted.unassigned,
        "assigned_unused": risk.counted.assigned,
        "with_appointment": risk.counted.booked,
        "use_a_week": f"{a_week(risk):f}",
        "left_over": risk.left.expected,
        "left_over_from": risk.left.low,
        "left_over_to": risk.left.high,
        "currency": stock.agreement.currency,
        "value_unused": f"{risk.counted.value.amount:f}",
        "value_left_over": f"{amounts.expected.amount:f}",
        "value_left_over_from": f"{amounts.low.amount:f}",
        "value_left_over_to": f"{amounts.high.amount:f}",
    }


@click.command("backtest")
@click.option("--organisation", help="Its short name; without it, all organisations.")
@json_option
@with_app
def backtest(organisation: str | None, as_json: bool) -> None:
    """How far off the forecast would have been, every four weeks of all there is.

    Beside it two simple guesses: that all unused codes lapse, and that last week's uses go on.
    """
    now = system_clock()
    with reading(SCOPE) as session:
        key = organisation_named(session, organisation).id if organisation else None
        lives = list_lives(session, key)
    found = errors_of(trials(lives, local_day(now, str(UTC)), HISTORY_DAYS))
    print_rows([asdict(found)] if found else [], as_json=as_json)
