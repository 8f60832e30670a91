"""`vlms academy import-roster`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from vlms.academy.rules.roster_rows import RosterFault
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_plan import Effect, Plan
from vlms.academy.service.roster_reading import read_roster
from vlms.academy.service.roster_writing import write_plan
from vlms.agreements.models import Agreement
from vlms.agreements.queries import find_agreement
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, command_work, progress, with_app
from vlms.core.db import reading
from vlms.core.errors import BadInput, NotFound
from vlms.core.reading import shown
from vlms.core.text import _


@click.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agreement", "number", required=True, help="The agreement's number.")
@click.option("--dry-run", is_flag=True, help="Only say what the import would do.")
@click.option("--good-rows", is_flag=True, help="Leave out lines that are wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def import_roster(file: Path, number: str, dry_run: bool, good_rows: bool, as_json: bool) -> None:
    """Import the roster FILE: a OneRoster 1.1 zip, or a list (.xlsx, .csv) of people.

    Nothing is written while any line is wrong, unless --good-rows leaves these out.
    """
    with progress("Reading", 2) as advance, reading(SCOPE) as session:
        agreement = _agreement(session, number)
        advance(1)
        plan, faults = _plan(session, agreement, file)
        advance(1)
    is_wanted = not dry_run and plan is not None and (good_rows or not faults)
    if is_wanted and plan is not None:
        with progress("Writing", 1) as advance, command_work() as work:
            write_plan(work, agreement, plan, file.name, good_rows=good_rows)
            advance(1)
    told = {
        "file": file.name,
        "agreement": agreement.number,
        "written": is_wanted,
        "counts": plan.told_counts if plan else {},
        "errors": [_fault(fault) for fault in faults],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told)
    sys.exit(1 if faults and not is_wanted else 0)


def _agreement(session: Any, number: str) -> Agreement:
    agreement = find_agreement(session, number)
    if agreement is None:
        raise NotFound(None, _('There is no agreement "%(number)s".', number=shown(number)))
    return agreement


def _plan(session: Any, agreement: Agreement, file: Path) -> tuple[Plan | None, list[RosterFault]]:
    """The plan and its faults; a file that cannot be read at all is one fault."""
    try:
        with file.open("rb") as stream:
            roster = read_roster(stream, file.name)
        plan = plan_roster(session, agreement, roster, system_clock())
    except BadInput as refusal:
        fault = RosterFault(file.name, 0, refusal.field or "", refusal.sentence, refusal.way_out)
        return None, [fault]
    return plan, plan.faults


def _fault(fault: RosterFault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.line,
        "field": fault.field,
        "message": str(fault),
    }


def _print(told: dict[str, Any]) -> None:
    for kind, counts in told["counts"].items():
        words = ", ".join(f"{counts[effect]} {effect.replace('_', ' ')}" for effect in Effect)
        click.echo(f"{kind}: {words}")
    for error in told["errors"]:
        place = f"{error['file']}, line {error['line']}, {error['field']}"
        click.echo(f"{place}: {error['message']}", err=True)
    click.echo("The roster is imported." if told["written"] else "Nothing is written.", err=True)
