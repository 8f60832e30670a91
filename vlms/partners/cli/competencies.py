"""Competencies on the command line: how they stand, who counts, who is critical (K3, K4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.accounts.models import Organisation
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.partners.competency_words import room_words
from vlms.partners.queries.competency_pages import Detail, get_board, get_detail
from vlms.partners.rules.attainment import Level

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


def _people(found: Detail) -> list[dict[str, Any]]:
    return [
        {
            "path": path.standing.named.path.key,
            "goal": goal.goal.key,
            "silver": goal.goal.silver,
            "gold": goal.goal.gold,
            "person": one.name,
            "passed": one.proofs,
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
