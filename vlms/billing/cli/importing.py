"""What commands share that take a reseller's list in: all of it or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.core.commands import SCOPE, command_work, examined_rows, print_rows, progress
from vlms.core.db import reading
from vlms.core.dry_run import DryRun
from vlms.core.work import Work
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Sheet


def import_options(command: Callable[..., None]) -> Callable[..., None]:
    """A file, and whose it is; what `import_sheet` asks."""
    for option in (
        json_option,
        reseller_option,
        click.option("--dry-run", is_flag=True, help="Only say what each row would do."),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


def import_sheet(
    examine: Callable[[Session, UUID, Sheet], DryRun[Any]],
    write: Callable[[Work, UUID, Sheet], int],
    labels: Iterable[str],
    asked: Mapping[str, Any],
) -> int:
    """Print what each row does under its labels, then write them; how many were written.

    A dry run ends the command.
    """
    file: Path = asked["file"]
    with progress("Checking", 1) as advance, reading(SCOPE) as session:
        seller_id = reseller_named(session, asked["reseller"]).id
        with file.open("rb") as stream:
            sheet = read_rows(stream, file.name)
        run = examine(session, seller_id, sheet)
        advance(1)
    print_rows(examined_rows(run, labels), as_json=asked["as_json"])
    if asked["dry_run"]:
        sys.exit(0 if run.is_sound else 1)
    with command_work() as work:
        return write(work, seller_id, sheet)
