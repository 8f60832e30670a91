"""`vlms stock`: provider's codes that the operator holds."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.cli_values import product_named
from vlms.codes.exports import bad_rows
from vlms.codes.rules.list_columns import Columns
from vlms.codes.rules.provider_list import Analysis
from vlms.codes.service.stock import ListTarget, ProviderList, dry_run, read_list, take_in
from vlms.codes.stock_queries import list_levels
from vlms.core.commands import command_work, print_rows, progress, with_app
from vlms.core.errors import NotFound
from vlms.core.reading import read_zone, shown
from vlms.core.text import _
from vlms.exports.reading import read_rows
from vlms.orders.models import Order, OrderLine


@click.group()
def stock() -> None:
    """Provider's codes that the operator holds."""


@stock.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_stock(as_json: bool) -> None:
    """The level of each product whose codes come from lists."""
    with command_work() as work:
        rows = [
            {
                "product": level.product.key,
                "free": level.free,
                "kept": level.kept,
                "drawn": level.drawn,
                "lapsed": level.lapsed,
                "next_day": level.next_day.isoformat() if level.next_day else None,
                "is_low": level.is_low,
            }
            for level in list_levels(work.session, work.now)
        ]
    print_rows(rows, as_json=as_json)


@stock.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--product", required=True, help="The product's key.")
@click.option("--order", "order_line", help="For one order's line only, as O-2026-000001/1.")
@click.option("--zone", default="UTC", help="Zone of the printed days, as America/New_York.")
@click.option("--code-column", help="Its heading or number (from 1); else it is guessed.")
@click.option("--day-column", help='That of the last days, likewise; "" for none.')
@click.option("--dry-run", "only_look", is_flag=True, help="Look at it, write nothing.")
@click.option("--leave-bad-rows", is_flag=True, help="Take in the good rows only.")
@with_app
def import_list(
    file: Path, product: str, zone: str, only_look: bool, leave_bad_rows: bool, **typed: str | None
) -> None:
    """Take a provider's list (.xlsx or .csv) into stock; all of it or nothing (C7)."""
    with progress("Checking", 2) as advance, command_work() as work:
        with file.open("rb") as stream:
            sheet = read_rows(stream, file.name)
        advance(1)
        where = read_zone(zone, _("Time zone"))
        found = read_list(sheet, _target(work.session, product, typed["order_line"], where))
        columns = _columns(found, typed["code_column"], typed["day_column"])
        analysis = dry_run(work.session, work.keys, found, columns, work.now)
        advance(1)
    _tell_faults(analysis)
    if only_look:
        click.echo(f"{len(analysis.new)} codes would be taken in.")
        return
    with progress("Writing", 1) as advance, command_work() as work:
        count = take_in(work, found, columns, leave_bad_rows=leave_bad_rows)
        advance(1)
    click.echo(f"{count} codes taken in.")


def _tell_faults(analysis: Analysis) -> None:
    for row in bad_rows(analysis):
        click.echo(f"row {row.number}: {row.why}", err=True)
    if (sentence := analysis.count_sentence()) is not None:
        click.echo(str(sentence), err=True)


def _columns(found: ProviderList, code: str | None, day: str | None) -> Columns:
    """What is named, else what is guessed. Raises NotFound for a column that is not there."""
    guessed = found.guess()
    return Columns(
        guessed.code if code is None else _place(found, code),
        guessed.last_day if day is None else _place(found, day),
    )


def _place(found: ProviderList, typed: str) -> int | None:
    if not typed:
        return None
    if typed in found.headers:
        return found.headers.index(typed)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(found.headers):
        return int(typed) - 1
    raise NotFound(
        None,
        _('The list has no column "%(name)s".', name=shown(typed)),
        way_out=_("Its columns are: %(names)s.", names=", ".join(found.headers)),
    )


def _target(session: Session, key: str, order_line: str | None, zone: str) -> ListTarget:
    line_id = _line_id(session, order_line) if order_line else None
    return ListTarget(product_named(session, key).id, zone, line_id)


def _line_id(session: Session, name: str) -> UUID:
    number, _slash, position = name.partition("/")
    place = int(position) if position.isascii() and position.isdigit() else 1
    statement = (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.number == number, OrderLine.position == place)
    )
    line_id = session.scalar(statement)
    if line_id is None:
        raise NotFound(None, _("There is no order line %(name)s.", name=name))
    return line_id
