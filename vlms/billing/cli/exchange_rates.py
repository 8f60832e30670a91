"""`vlms billing exchange-rates`: what currencies are worth, as a reseller entered it."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.importing import import_options, import_sheet
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.queries.exchange_rates import list_rates
from vlms.billing.rules.exchange import LABELS, RateRow, read_rate, shown_rate
from vlms.billing.service.exchange_rates import (
    add_rate,
    examine_rates,
    import_rates,
    remove_rate,
)
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_currency, read_day, read_text
from vlms.core.text import _

_from = click.argument("from_currency", type=Read(read_currency, LABELS["from_currency"]))
_to = click.argument("to_currency", type=Read(read_currency, LABELS["to_currency"]))
_day = click.argument("day", type=Read(read_day, LABELS["effective_on"]))


@click.group("exchange-rates")
def exchange_rates() -> None:
    """What one unit of a currency is worth in another from a DAY on."""


@exchange_rates.command("list")
@reseller_option
@json_option
@with_app
def list_all(reseller: str, as_json: bool) -> None:
    """List a reseller's rates."""
    with reading(SCOPE) as session:
        rows = [
            {
                "from": rate.from_currency,
                "to": rate.to_currency,
                "day": rate.effective_on.isoformat(),
                "rate": shown_rate(rate.rate_millionths),
                "source": rate.source,
            }
            for rate in list_rates(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@exchange_rates.command()
@_from
@_to
@_day
@click.argument("rate", type=Read(read_rate, LABELS["rate"]))
@click.option("--source", type=Read(read_text(120), LABELS["source"]), help="Whose rate it is.")
@reseller_option
@with_app
def add(
    from_currency: str, to_currency: str, day: date, rate: int, source: str | None, reseller: str
) -> None:
    """Enter the RATE of a day."""
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        add_rate(work, seller.id, RateRow(from_currency, to_currency, day, rate, source))
    click.echo(f"1 {from_currency} is worth {shown_rate(rate)} {to_currency} from {day} on.")


@exchange_rates.command()
@_from
@_to
@_day
@reseller_option
@with_app
def remove(from_currency: str, to_currency: str, day: date, reseller: str) -> None:
    """Take the rate of a day out of the table."""
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        for rate in list_rates(work.session, seller.id):
            key = (rate.from_currency, rate.to_currency, rate.effective_on)
            if key == (from_currency, to_currency, day):
                remove_rate(work, rate.id)
                break
        else:
            raise NotFound(None, _("There is no such exchange rate."))
    click.echo("The rate is removed.")


@exchange_rates.command("import")
@import_options
@with_app
def import_all(**asked: Any) -> None:
    """Import rates from FILE (.xlsx or .csv): all of it or nothing."""
    count = import_sheet(examine_rates, import_rates, LABELS, asked)
    click.echo(f"{count} rates written.", err=True)
