"""`vlms people import`, `vlms people leavers`: many people at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts import service
from vlms.accounts.bound import list_bound
from vlms.accounts.cli.directory import people
from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.accounts.import_queries import count_changes
from vlms.accounts.models import Person
from vlms.accounts.people_columns import FIELDS
from vlms.accounts.queries import PersonFilter, list_people
from vlms.accounts.rules.person_row import LABELS
from vlms.accounts.service.people_import import (
    LIMITS,
    PeoplePlan,
    columns_of,
    examine_people,
    remember_columns,
)
from vlms.accounts.service.people_inviting import invite_imported
from vlms.accounts.service.people_writing import (
    Source,
    begin_import,
    finish_import,
    write_import,
)
from vlms.core.clock import system_clock
from vlms.core.commands import (
    SCOPE,
    command_work,
    examined_rows,
    print_rows,
    progress,
    with_app,
)
from vlms.core.db import reading
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.mapping import FromColumn
from vlms.exports.reading import read_rows

_organisation_option = click.option("--organisation", "slug", required=True)
_KEYS = ", ".join(field.key for field in FIELDS)


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_organisation_option
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADING", help=f"One of {_KEYS}."
)
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@click.option("--good-rows", is_flag=True, help="Leave out rows that are wrong.")
@click.option("--invite", "invites", is_flag=True, help="Invite them to sign in, by mail.")
@json_option
@with_app
def import_file(
    file: Path, slug: str, columns: Sequence[str], dry_run: bool, good_rows: bool, **more: bool
) -> None:
    """Import the people of FILE (.xlsx or .csv).

    Columns that are named are remembered for lists with the same heading.
    """
    as_json = more["as_json"]
    with file.open("rb") as stream:
        sheet = read_rows(stream, file.name, LIMITS)
    with reading(SCOPE) as session:
        organisation_id = organisation_named(session, slug).id
    source = Source(organisation_id, file.name, sheet)
    if columns:
        _remember(source, columns)
    plan = _examine(source)
    names = [name for name in LABELS if LABELS[name] in plan.run.headings]
    rows = list(examined_rows(plan.run, names))
    is_wanted = not dry_run and (plan.run.is_sound or (good_rows and plan.is_usable))
    counts = {change.value: count for change, count in plan.run.counts.items()}
    if is_wanted:
        counts = _write(source, invites=more["invites"])
    if as_json:
        told = {"written": is_wanted, "counts": counts, "rows": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print_rows((row for row in rows if row["change"] != Change.SAME), as_json=False)
        click.echo(", ".join(f"{word}: {count}" for word, count in counts.items()), err=True)
        click.echo("The list is imported." if is_wanted else "Nothing is written.", err=True)
    sys.exit(0 if is_wanted or plan.run.is_sound else 1)


def _examine(source: Source) -> PeoplePlan:
    with reading(SCOPE) as session:
        return examine_people(session, source.organisation_id, source.sheet)


def _remember(source: Source, columns: Sequence[str]) -> None:
    """What is guessed or known, but for what is named. Raises BadInput."""
    headers = source.sheet.headers
    with command_work() as work:
        known = columns_of(work.session, source.organisation_id, headers)
        chosen = {
            key: headers[found.place]
            for key, found in known.items()
            if isinstance(found, FromColumn)
        }
        for typed in columns:
            field, _sign, heading = typed.partition("=")
            if field not in LABELS or heading not in headers:
                raise BadInput(
                    None,
                    _("There is no such field or column: %(typed)s.", typed=typed),
                    way_out=_("Write it as %(example)s.", example=f"number={headers[0]}"),
                )
            chosen = {key: name for key, name in chosen.items() if name != heading}
            chosen[field] = heading
        remember_columns(work, source.organisation_id, headers, chosen)


def _write(source: Source, *, invites: bool) -> dict[str, int]:
    """In pieces, as the worker does it: whatever stops it, the list can be imported again."""
    with command_work() as work:
        import_id = begin_import(work, source).id
    with progress("Writing", len(source.sheet.rows)) as advance:
        done = 0

        def tell(_work: Work, done_count: int) -> None:
            nonlocal done
            advance(done_count - done)
            done = done_count

        write_import(command_work, import_id, lambda: _examine(source), tell)
    if invites:
        count = invite_imported(command_work, import_id)
        click.echo(f"Import {import_id}: {count} invited.", err=True)
    with command_work() as work:
        finish_import(work, import_id)
        found = count_changes(work.session, import_id)
        return {change.value: count for change, count in found.items()}


@people.command()
@click.argument("who", nargs=-1, metavar="[NUMBER|EMAIL]...")
@_organisation_option
@click.option("--dry-run", is_flag=True, help="Only show what stays bound to them.")
@json_option
@with_app
def leavers(who: Sequence[str], slug: str, dry_run: bool, as_json: bool) -> None:
    """Show what stays bound to people, then mark all of them as leavers in one act.

    Without anybody named: those who have left, and what stays bound to them.
    """
    with reading(SCOPE) as session:
        organisation_id = organisation_named(session, slug).id
        found = _named(session, organisation_id, who)
        print_rows(_bound_rows(session, found), as_json=as_json)
        keys = [person.id for person in found]
    if who and not dry_run:
        with command_work() as work:
            service.mark_leavers(work, keys)
        click.echo(f"Marked as leavers: {len(keys)}.", err=True)


def _named(session: Session, organisation_id: UUID, who: Sequence[str]) -> Sequence[Person]:
    if not who:
        return list_people(session, organisation_id, PersonFilter(has_left=True))
    return [person_named(session, organisation_id, one) for one in who]


def _bound_rows(session: Session, found: Sequence[Person]) -> Iterator[dict[str, Any]]:
    bound = list_bound(session, [person.id for person in found], system_clock())
    for person in found:
        told = {"name": person.name, "number": person.number, "email": person.email}
        for thing in bound.get(person.id) or (None,):
            yield {
                **told,
                "left_at": person.left_at,
                "bound": str(thing.kind) if thing else None,
                "which": str(thing.label) if thing else None,
                "state": str(thing.state) if thing and thing.state else None,
                "value": str(thing.value) if thing and thing.value else None,
            }
