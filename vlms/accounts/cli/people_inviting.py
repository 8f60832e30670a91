"""`vlms people invite`, `unanswered`, `import-result`: who was invited to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.directory import people
from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.accounts.import_queries import get_import
from vlms.accounts.invited_queries import (
    Invited,
    describe_invited,
    list_imported,
    list_unanswered,
)
from vlms.accounts.models import Organisation, Person
from vlms.accounts.rules.asking_again import USUAL_DAYS, asked_before
from vlms.accounts.service.people_inviting import invite_people
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading

__all__ = ["people"]
_organisation_option = click.option("--organisation", "slug", required=True)
_DAYS = click.IntRange(0, 365)


@people.command()
@click.argument("who", nargs=-1, metavar="[NUMBER|EMAIL]...")
@_organisation_option
@click.option("--unanswered-for", "days", type=_DAYS, help="All who have not answered for so long.")
@with_app
def invite(who: Sequence[str], slug: str, days: int | None) -> None:
    """Invite these people to sign in, by mail; nobody twice on a day, nor without an address."""
    with command_work() as work:
        place = organisation_named(work.session, slug)
        keys = {person_named(work.session, place.id, one).id for one in who}
        if days is not None:
            keys |= {person.id for person in _waiting(work.session, place, days, work.now)}
        count = invite_people(work, place.id, keys)
    click.echo(f"{count} invited.")


@people.command()
@_organisation_option
@click.option("--days", type=_DAYS, default=USUAL_DAYS, show_default=True)
@json_option
@with_app
def unanswered(slug: str, days: int, as_json: bool) -> None:
    """Who was invited to sign in so many days ago or earlier, and has not done so."""
    now = system_clock()
    with reading(SCOPE) as session:
        found = _waiting(session, organisation_named(session, slug), days, now)
        rows = [_row(one) for one in describe_invited(session, found, now)]
    print_rows(rows, as_json=as_json)


@people.command("import-result")
@click.argument("import_id", metavar="ID", type=click.UUID)
@json_option
@with_app
def import_result(import_id: UUID, as_json: bool) -> None:
    """How it stands with the sign-in of everybody in the import ID; never a password or link."""
    with reading(SCOPE) as session:
        found = list_imported(session, get_import(session, import_id).id)
        rows = [_row(one) for one in describe_invited(session, found, system_clock())]
    print_rows(rows, as_json=as_json)


def _waiting(session: Session, place: Organisation, days: int, now: datetime) -> Sequence[Person]:
    before = asked_before(now, place.time_zone, days)
    return list_unanswered(session, place.id, before)


def _row(one: Invited) -> dict[str, Any]:
    return {
        "person": one.person.name,
        "number": one.person.number,
        "email": one.person.email,
        "user": one.user,
        "state": one.state.value,
        "first_invited_at": _instant(one.first_asked_at),
        "last_invited_at": _instant(one.asked_at),
        "times_invited": one.asked_count,
        "link_until": _instant(one.link_until),
        "came_back_at": _instant(one.bounced_at),
        "why": one.bounce_note,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
