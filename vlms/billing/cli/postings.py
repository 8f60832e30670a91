"""`vlms billing postings`: double entry for an accounting system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.money_words import ACCOUNT_WORDS
from vlms.billing.posting_exports import postings_table
from vlms.billing.queries.postings import accounts_of, list_postings
from vlms.billing.rules.month import read_month
from vlms.billing.service.accounts import set_accounts
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.reading import read_day, read_text
from vlms.core.text import _
from vlms.exports.csv import write_csv

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def postings() -> None:
    """Double entry for an accounting system."""


@postings.command("list")
@click.argument("month", required=False, type=Read(read_month, _("Month")))
@click.option("--first", type=Read(read_day, _("First day")), help="Instead of a month.")
@click.option("--last", type=Read(read_day, _("Last day")), help="Instead of a month.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv file.")
@reseller_option
@json_option
@with_app
def list_all(
    month: tuple[date, date] | None,
    first: date | None,
    last: date | None,
    out: Path | None,
    reseller: str,
    as_json: bool,
) -> None:
    """A reseller's postings of a MONTH (as 2026-03), or from a first to a last day.

    They are printed, or written as CSV.
    """
    days = month or (first, last)
    if days[0] is None or days[1] is None:
        raise click.UsageError("Give a month, or a first and a last day.")
    with reading(SCOPE) as session:
        found = list_postings(session, reseller_named(session, reseller).id, days[0], days[1])
    if out is not None:
        with written(out) as stream:
            write_csv(postings_table(found, system_clock()), stream)
        click.echo(f"{len(found)} postings written.", err=True)
        return
    rows = [
        {
            "posting": one.key,
            "day": one.day.isoformat(),
            "account": one.account,
            "account_name": str(ACCOUNT_WORDS[one.role]),
            "debit_minor": one.debit and one.debit.minor,
            "credit_minor": one.credit and one.credit.minor,
            "currency": one.currency,
            "paper": one.paper.kind.value,
            "number": one.paper.number,
            "customer": one.paper.party,
            "reversal": one.paper.is_reversal,
        }
        for one in found
    ]
    print_rows(rows, as_json=as_json)


def _account(name: str) -> Callable[[Command], Command]:
    label = ACCOUNT_WORDS[name]
    return click.option(
        f"--{name.replace('_', '-')}", name, type=Read(read_text(20), label), help=f"{label}."
    )


@postings.command()
@_account("receivable")
@_account("revenue")
@_account("tax")
@_account("cash")
@_account("cost")
@_account("input_tax")
@_account("payable")
@reseller_option
@json_option
@with_app
def accounts(reseller: str, as_json: bool, **numbers: str | None) -> None:
    """Set the numbers of a reseller's accounts, and print them; what is not given stays."""
    given = {name: number for name, number in numbers.items() if number is not None}
    with command_work() as work:
        seller_id = reseller_named(work.session, reseller).id
        found = replace(accounts_of(work.session, seller_id), **given)
        if given:
            set_accounts(work, seller_id, found)
    print_rows([asdict(found)], as_json=as_json)
