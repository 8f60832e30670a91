"""`vlms reconciliation files` and `mappings`: what was taken in, and what was said of it."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.reconciliation.cli.values import period_option, told_line
from vlms.reconciliation.models.files import RowFate
from vlms.reconciliation.queries.files import (
    get_file,
    list_files,
    list_left_out,
    list_mappings,
)
from vlms.reconciliation.queries.periods import find_period
from vlms.reconciliation.service.mappings import forget_mapping
from vlms.reconciliation.service.withdrawing import withdraw_file

_MOST_ROWS = 10_000
_file = click.argument("file_id", metavar="FILE", type=click.UUID)


@click.group()
def files() -> None:
    """Files that were taken in; FILE is the id that `list` shows."""


@files.command("list")
@reseller_option
@period_option
@json_option
@with_app
def list_all(reseller: str, month: str, as_json: bool) -> None:
    """List the files of a month."""
    with reading(SCOPE) as session:
        period = find_period(session, reseller_named(session, reseller).id, month)
        rows = [
            {
                "id": str(file.id),
                "filename": file.filename,
                "source": file.source.value,
                "layout": file.layout.value,
                "rows": file.line_count,
                "left_out": file.left_out_count,
                "taken_at": file.taken_at.isoformat(),
                "withdrawn_at": file.withdrawn_at and file.withdrawn_at.isoformat(),
            }
            for file in (list_files(session, period.id) if period else ())
        ]
    print_rows(rows, as_json=as_json)


@files.command("rows")
@_file
@click.option("--fate", type=click.Choice([fate.value for fate in RowFate]), help="Only those.")
@json_option
@with_app
def list_rows(file_id: UUID, fate: str | None, as_json: bool) -> None:
    """List rows of a file with what became of each; without --fate all."""
    fates = [RowFate(fate)] if fate else list(RowFate)
    with reading(SCOPE) as session:
        file = get_file(session, file_id)
        found = list_left_out(session, file.id, _MOST_ROWS, fates)
        rows = [told_line(line) for line in found]
    print_rows(rows, as_json=as_json)


@files.command()
@_file
@with_app
def withdraw(file_id: UUID) -> None:
    """Take a file back: none of its rows counts any more."""
    with command_work() as work:
        file = withdraw_file(work, file_id)
    click.echo(f"{file.filename} is taken back.")


@click.group()
def mappings() -> None:
    """What was answered about headings of files."""


@mappings.command("list")
@reseller_option
@json_option
@with_app
def list_known(reseller: str, as_json: bool) -> None:
    """List the headings that are known, and how they are read."""
    with reading(SCOPE) as session:
        rows = [
            {
                "id": str(one.id),
                "name": one.name,
                "source": one.source.value,
                "columns": one.columns,
                "reading": one.reading,
            }
            for one in list_mappings(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@mappings.command()
@click.argument("mapping_id", metavar="MAPPING", type=click.UUID)
@with_app
def forget(mapping_id: UUID) -> None:
    """Forget how a heading is read; the next such file is asked about again."""
    with command_work() as work:
        name = forget_mapping(work, mapping_id)
    click.echo(f"{name} is forgotten.")
