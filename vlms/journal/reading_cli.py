"""`vlms audit`: look for entries, and take a period away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.audit.heads import key_id, public_key
from vlms.audit.models import AuditEntry
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.paging import Listing
from vlms.core.reading import read_day
from vlms.core.term import end_of_day, start_of_day
from vlms.core.text import _
from vlms.core.work import key_ring
from vlms.journal.queries import EntryFilter, get_chain, search_entries
from vlms.journal.taking_away import SCRIPT, Asked, Period, export_lines, write_lines
from vlms.resources import resource_path

_DAY = Read(read_day, _("Day"))
organisation = click.option(
    "--organisation", metavar="NAME", help="Its name in addresses; without: entries of none."
)
since = click.option("--since", type=_DAY, metavar="DAY", help="From this day on, in UTC.")
until = click.option("--until", type=_DAY, metavar="DAY", help="Up to this day, in UTC.")


@click.command("list")
@click.option("--organisation", metavar="NAME", help="Its name in addresses; without: all.")
@click.option("--person", help="A part of a name, or an address: who did it, or to whom.")
@click.option("--action", help="As order.placed.")
@click.option("--record", type=click.UUID, help="The record's key.")
@since
@until
@click.option("--after", help="Begin after this place: the last line's, as the list told it.")
@click.option("--count", type=click.IntRange(1, 1000), default=200, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_(as_json: bool, after: str | None, count: int, **asked: Any) -> None:
    """Entries of the journal, newest first."""
    with reading(SCOPE) as session:
        wanted = EntryFilter(
            person=asked["person"],
            action=asked["action"],
            record_id=asked["record"],
            since=_period(asked["since"], asked["until"]).since,
            until=_period(asked["since"], asked["until"]).until,
            chain_id=_chain_id(session, asked["organisation"]),
        )
        found = search_entries(session, wanted, Listing("-at", after, count))
        print_rows(_rows(found.rows), as_json=as_json)
    if found.next_after and not as_json:
        click.echo(f"There are more: --after {found.next_after}", err=True)


def _chain_id(session: Session, slug: str | None) -> UUID | None:
    return None if slug is None else get_chain(session, slug)[0]


def _rows(entries: Any) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield _row(entry)


def _row(entry: AuditEntry) -> dict[str, Any]:
    detail = entry.detail
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "by": detail.actor_name if detail else None,
        "action": entry.action,
        "record": f"{entry.record_kind} {entry.record_id}",
        "before": detail.before if detail else None,
        "after": detail.after if detail else None,
        "reason": entry.reason,
    }


def _period(first: date | None, last: date | None) -> Period:
    return Period(
        start_of_day(first, "UTC") if first else None, end_of_day(last, "UTC") if last else None
    )


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@organisation
@since
@until
@with_app
def export(path: Path, organisation: str | None, since: date | None, until: date | None) -> None:
    """Write a period of one chain into FILE; `vlms audit script` writes what checks it."""
    with reading(SCOPE) as session, written(path) as out:
        chain_id, name = get_chain(session, organisation)
        asked = Asked(chain_id, name, _period(since, until))
        lines = export_lines(session, asked, key_ring().audit, system_clock())
        count = write_lines(lines, out.write)
    click.echo(f"{count} lines written.")


@click.command()
@with_app
def key() -> None:
    """The public key with which signatures are checked, for auditors."""
    public = public_key(key_ring().audit)
    click.echo(f"{public.hex()}\nid {key_id(public)}")


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def script(path: Path) -> None:
    """Write the program into FILE with which an auditor checks a period, offline."""
    with written(path) as out:
        out.write(resource_path(SCRIPT).read_bytes())
    click.echo(f"{path} written.")


READING = (list_, export, key, script)
