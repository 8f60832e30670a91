"""`vlms catalog holidays`: the days that are no business days in a country (O4)."""

from __future__ import annotations

from datetime import date

import click

from vlms.catalog.queries import list_holidays_of
from vlms.catalog.service.holidays import add_holiday, fill_holidays, remove_holiday
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_country, read_day, read_text
from vlms.core.text import _

_country = click.argument("country", type=Read(read_country, _("Country")))
_day = click.argument("day", type=Read(read_day, _("Day")))
_NAME = Read(read_text(200), _("Name"))
_YEAR = click.IntRange(2000, 2100)


@click.group()
def holidays() -> None:
    """The days that are no business days in a COUNTRY (two letters)."""


@holidays.command("list")
@_country
@click.argument("year", type=_YEAR)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def list_year(country: str, year: int, as_json: bool) -> None:
    """List the holidays of COUNTRY in YEAR."""
    with reading(SCOPE) as session:
        days = list_holidays_of(session, country, year)
        rows = [{"day": one.day.isoformat(), "name": one.name} for one in days]
    print_rows(rows, as_json=as_json)


@holidays.command()
@_country
@click.argument("years", nargs=-1, required=True, type=_YEAR)
@with_app
def fill(country: str, years: tuple[int, ...]) -> None:
    """Fill in the public holidays of COUNTRY for each of YEARS that has none."""
    with command_work() as work:
        added = fill_holidays(work, country, years)
    click.echo(f"{added} holidays added for {country}.")


@holidays.command()
@_country
@_day
@click.argument("name", type=_NAME)
@with_app
def add(country: str, day: date, name: str) -> None:
    """Let DAY (as 2026-06-19) be no business day in COUNTRY, and say its NAME."""
    with command_work() as work:
        add_holiday(work, country, day, name)
    click.echo(f"{day} is a holiday of {country}.")


@holidays.command()
@_country
@_day
@with_app
def remove(country: str, day: date) -> None:
    """Let DAY be a business day again in COUNTRY."""
    with command_work() as work:
        known = {one.day: one.id for one in list_holidays_of(work.session, country, day.year)}
        if day not in known:
            raise NotFound(None, _("There is no such holiday."))
        remove_holiday(work, known[day])
    click.echo(f"{day} is a business day of {country} again.")
