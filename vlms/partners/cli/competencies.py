"""Competencies on the command line: how they stand, who counts, who is critical (K3, K4)."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.accounts.models import Organisation
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, command_work, examined_rows, print_rows, with_app
from vlms.core.db import reading
from vlms.exports.reading import read_rows
from vlms.partners.cli.checking import check_file
from vlms.partners.competency_words import room_words
from vlms.partners.queries.competencies import get_facts, list_spells
from vlms.partners.queries.competency_pages import Detail, get_board, get_detail
from vlms.partners.queries.what_if import list_supposed
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.figure_rows import LABELS
from vlms.partners.service.competency_figures import examine_figures, import_figures
from vlms.partners.service.competency_notes import note_standings

_slug = click.argument("slug", metavar="ORGANISATION")
_key = click.argument("key", metavar="COMPETENCY")


@click.group("competencies")
def competencies() -> None:
    """An organisation's competencies (K3-K5)."""


@competencies.command("list")
@_slug
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """Every competency of today: needed, have, lapsing, head-room."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        board = get_board(session, owner.id, _today(owner))
    rows = [
        {
            "competency": row.standing.definition.key,
            "state": row.standing.state.value if row.standing.has_begun else None,
            "level": level_name(row.standing.level),
            "needed": row.needed,
            "have": row.have,
            "lapsing": row.ending,
            "spare": row.room.spare if row.room else None,
            "head_room": str(room_words(row.room)),
        }
        for row in board.rows
    ]
    print_rows(rows, as_json=as_json)


@competencies.command()
@_slug
@_key
@json_option
@with_app
def show(slug: str, key: str, as_json: bool) -> None:
    """Who counts for which goal of a COMPETENCY (its key), and who is critical."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        rows = _people(get_detail(session, owner.id, key, _today(owner)))
    print_rows(rows, as_json=as_json)


@competencies.command("what-if")
@_slug
@click.option("--leave", "leaving", multiple=True, metavar="PERSON", help="Who leaves.")
@click.option("--pass", "passing", multiple=True, metavar="PERSON:NAME", help="Who passes what.")
@json_option
@with_app
def what_if(slug: str, leaving: tuple[str, ...], passing: tuple[str, ...], as_json: bool) -> None:
    """Every competency if these people leave, or pass these exams; changes nothing."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        facts = get_facts(session, owner.id, _today(owner))
        gone = {person_named(session, owner.id, who).id for who in leaving}
        more: dict[UUID, set[str]] = {}
        for each in passing:
            who, _colon, name = each.rpartition(":")
            person = person_named(session, owner.id, who)
            more.setdefault(person.id, set()).add(name.strip().upper())
        found = list_supposed(facts, gone, more)
    rows = [
        {
            "competency": one.now.definition.key,
            "level": level_name(one.now.level),
            "then": level_name(one.then.level),
            "falls": one.falls,
            "head_room": str(room_words(one.then.room)),
        }
        for one in found
    ]
    print_rows(rows, as_json=as_json)


@competencies.command()
@_slug
@json_option
@with_app
def history(slug: str, as_json: bool) -> None:
    """How each competency stood, the newest first."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        rows = [
            {
                "competency": one.competency,
                "level": level_name(one.level),
                "state": one.state.value,
                "from": one.started_on.isoformat(),
                "until": one.ended_on.isoformat() if one.ended_on else None,
            }
            for one in list_spells(session, owner.id)
        ]
    print_rows(rows, as_json=as_json)


@competencies.command("import")
@_slug
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@json_option
@with_app
def import_file(slug: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import monthly figures from FILE (.xlsx or .csv): all of it or nothing."""
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        with file.open("rb") as stream:
            sheet = read_rows(stream, file.name)
        run = examine_figures(session, owner_id, sheet)
    print_rows(examined_rows(run, LABELS), as_json=as_json)
    if dry_run:
        sys.exit(0 if run.is_sound else 1)
    with command_work() as work:
        count = import_figures(work, owner_id, sheet)
        note_standings(work, owner_id)
    click.echo(f"{count} figures written.", err=True)


competencies.add_command(check_file)


def _people(found: Detail) -> list[dict[str, Any]]:
    return [
        {
            "path": path.standing.named.path.key,
            "goal": goal.goal.key,
            "silver": goal.goal.silver,
            "gold": goal.goal.gold,
            "person": one.name,
            "passed": ", ".join(name for name, _day in one.proofs),
            "lapses_on": one.last_day.isoformat() if one.last_day else None,
            "critical": one.is_critical,
        }
        for path in found.paths
        for goal in path.goals
        for one in goal.people
    ]


def level_name(level: Level | int | None) -> str | None:
    """`silver` or `gold`."""
    return Level(level).name.lower() if level else None


def _today(owner: Organisation) -> date:
    return local_day(system_clock(), owner.time_zone)
