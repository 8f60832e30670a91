"""`vlms links`: who of an organisation is linked, invitations, and the tasks of leavers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import EMAIL, json_option, organisation_named, person_named
from vlms.accounts.rules.asking_again import asked_before
from vlms.accounts.rules.mcid import read_mcid
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.text import _
from vlms.partners.queries.linked import (
    LinkedRow,
    list_not_linked,
    list_rows,
    list_tasks,
    list_unanswered_rows,
)
from vlms.partners.service.inviting import invite, note_seen
from vlms.partners.service.leaving import ask_to_unlink, end_for_leaver, take_request

_waiting = click.option(
    "--unanswered-for",
    "days",
    type=click.IntRange(0, 365),
    help="Only who was asked so many days ago or earlier and is not linked.",
)
_slug = click.argument("slug", metavar="ORGANISATION")
_MCID = Read(read_mcid, _("MCID"))


@click.command("list")
@_slug
@_waiting
@json_option
@with_app
def list_all(slug: str, days: int | None, as_json: bool) -> None:
    """Everybody of an ORGANISATION: linked, ended, not linked."""
    now = system_clock()
    with reading(SCOPE) as session:
        place = organisation_named(session, slug)
        if days is None:
            found = list_rows(session, place.id, now)
        else:
            before = asked_before(now, place.time_zone, days)
            found = list_unanswered_rows(session, place.id, before)
        rows = [_row(one) for one in found]
    print_rows(rows, as_json=as_json)


@click.command("invite")
@_slug
@click.argument("who", required=False, metavar="[PERSON]")
@_waiting
@with_app
def invite_people(slug: str, who: str | None, days: int | None) -> None:
    """Ask a PERSON (number or address), or all who are not linked, by mail; once a day."""
    with command_work() as work:
        place = organisation_named(work.session, slug)
        chosen = {person_named(work.session, place.id, who).id} if who else None
        if days is not None:
            before = asked_before(work.now, place.time_zone, days)
            waiting = {one.id for one in list_not_linked(work.session, place.id, before)}
            chosen = waiting if chosen is None else chosen & waiting
        count = invite(work, place.id, chosen)
    click.echo(f"{count} asked.")


@click.command("seen")
@_slug
@click.argument("mcids", nargs=-1, required=True, type=_MCID, metavar="MCID...")
@with_app
def seen(slug: str, mcids: tuple[str, ...]) -> None:
    """A skills report shows these MCIDs with the ORGANISATION: their links count (K2)."""
    with command_work() as work:
        count = note_seen(work, organisation_named(work.session, slug).id, mcids)
    click.echo(f"{count} count now.")


@click.command("tasks")
@_slug
@json_option
@with_app
def tasks(slug: str, as_json: bool) -> None:
    """Leavers who ask to be unlinked, the most urgent first."""
    with reading(SCOPE) as session:
        found = list_tasks(session, organisation_named(session, slug).id)
        rows = [
            {"id": str(task.id), "person": task.person.name, "mcid": task.association.mcid}
            | {"due_on": task.due_on.isoformat()}
            for task in found
        ]
    print_rows(rows, as_json=as_json)


@click.command("end-task")
@click.argument("task_id", metavar="ID", type=click.UUID)
@with_app
def end_task(task_id: UUID) -> None:
    """End the link of the leaver who asked with the task ID (K1)."""
    with command_work() as work:
        end_for_leaver(work, task_id)
    click.echo("Ended.")


@click.command("ask-unlink")
@click.argument("mcid", type=_MCID)
@click.argument("address", metavar="ADDRESS", type=EMAIL)
@with_app
def ask_unlink(mcid: str, address: str) -> None:
    """Mail a link to a leaver's MCID's ADDRESS, as the public form does; says nothing more."""
    with command_work() as work:
        ask_to_unlink(work, mcid, address, None)
    click.echo("If it is linked and this is its address, a link is on its way.")


@click.command("confirm-unlink")
@click.argument("token")
@with_app
def confirm_unlink(token: str) -> None:
    """Open the TOKEN of that mail's link: the global administrator has a task by a day."""
    with command_work() as work:
        due_on = take_request(work, token).due_on
    click.echo(f"To be done by {due_on}.")


ORGANISATION_COMMANDS = (
    list_all,
    invite_people,
    seen,
    tasks,
    end_task,
    ask_unlink,
    confirm_unlink,
)


def _row(one: LinkedRow) -> dict[str, Any]:
    standing = one.standing
    state = standing.state if standing else None
    return {
        "person": one.person.name,
        "mcid": standing.association.mcid if standing else None,
        "state": state.value if state else ("ended" if standing else "not_linked"),
        "started_at": standing.association.started_at.isoformat() if standing else None,
        "due_at": standing.due_at.isoformat() if standing and state else None,
        "invited_at": one.invited_at.isoformat() if one.invited_at else None,
    }
