"""`vlms billing taxes`: rates of tax and how countries round (P3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from vlms.accounts.cli.values import json_option
from vlms.billing.forms.taxes import FROM, read_percent
from vlms.billing.queries.taxes import list_tax_rates, list_tax_rules
from vlms.billing.rules.tax import TaxMode
from vlms.billing.service.taxes import (
    NewTaxRate,
    add_tax_rate,
    add_tax_rule,
    load_sample_taxes,
    remove_tax_rate,
    remove_tax_rule,
)
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_country, read_day, read_text
from vlms.core.text import _

_country = click.argument("country", type=Read(read_country, _("Country")))
_day = click.argument("day", metavar="FROM", type=Read(read_day, FROM))
_product = click.option("--product", default="", help="A product's key; without it, all products.")


@click.group()
def taxes() -> None:
    """Rates of tax and how countries round; FROM is a day as 2026-01-01."""


@taxes.command("list")
@json_option
@with_app
def list_all(as_json: bool) -> None:
    """List the rates."""
    with reading(SCOPE) as session:
        rows = [
            {
                "country": rate.country,
                "product": rate.product_key,
                "percent": f"{rate.percent.normalize():f}",
                "name": rate.name_en,
                "name_zh": rate.name_zh,
                "from": rate.effective_from.isoformat(),
                "sample": rate.is_sample,
            }
            for rate in list_tax_rates(session)
        ]
    print_rows(rows, as_json=as_json)


@taxes.command()
@_country
@_day
@click.argument("percent", type=Read(read_percent, _("Percent")))
@_product
@click.option("--name", required=True, type=Read(read_text(60), _("English name")))
@click.option("--name-zh", required=True, type=Read(read_text(60), _("Chinese name")))
@with_app
def add(country: str, day: date, percent: Decimal, product: str, name: str, name_zh: str) -> None:
    """Let COUNTRY tax with PERCENT from a day on."""
    with command_work() as work:
        add_tax_rate(work, NewTaxRate(country, product, percent, name, name_zh, day))
    click.echo(f"{country} taxes with {percent} % from {day} on.")


@taxes.command()
@_country
@_day
@_product
@with_app
def remove(country: str, day: date, product: str) -> None:
    """Take a rate out of the table."""
    with command_work() as work:
        wanted = (country, product, day)
        for rate in list_tax_rates(work.session):
            if (rate.country, rate.product_key, rate.effective_from) == wanted:
                remove_tax_rate(work, rate.id)
                break
        else:
            raise NotFound(None, _("There is no such tax rate."))
    click.echo("The rate is removed.")


@taxes.command("rounding")
@json_option
@with_app
def list_rounding(as_json: bool) -> None:
    """List how countries round."""
    with reading(SCOPE) as session:
        rows = [
            {
                "country": rule.country,
                "rounded": rule.mode.value,
                "from": rule.effective_from.isoformat(),
            }
            for rule in list_tax_rules(session)
        ]
    print_rows(rows, as_json=as_json)


@taxes.command("round")
@_country
@_day
@click.argument("mode", type=click.Choice([mode.value for mode in TaxMode]))
@with_app
def set_rounding(country: str, day: date, mode: str) -> None:
    """Say how COUNTRY rounds from a day on."""
    with command_work() as work:
        add_tax_rule(work, country, TaxMode(mode), day)
    click.echo(f"{country} rounds {mode.replace('_', ' ')} from {day} on.")


@taxes.command("unround")
@_country
@_day
@with_app
def remove_rounding(country: str, day: date) -> None:
    """Take a way of rounding out of the table."""
    with command_work() as work:
        for rule in list_tax_rules(work.session):
            if (rule.country, rule.effective_from) == (country, day):
                remove_tax_rule(work, rule.id)
                break
        else:
            raise NotFound(None, _("There is no such entry."))
    click.echo("The entry is removed.")


@taxes.command("load-sample")
@with_app
def load_sample() -> None:
    """Add the sample rates, but for countries that have any."""
    with command_work() as work:
        count = load_sample_taxes(work)
    click.echo(f"{count} entries added; they are a sample, check them before you use them.")
