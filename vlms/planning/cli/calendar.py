"""`vlms planning calendar`: every clock of an organisation, and users' secret addresses."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app

from vlms.accounts.cli.values import json_option, organisation_named, own_option, user_named
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.scope import Organisation
from vlms.core.work import Actor
from vlms.planning.calendar import every_entry
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.planning.service.calendar_feeds import end_feed, make_feed


@click.group()
def calendar() -> None:
    """Every clock in one calendar, and the addresses under which people read it."""


@calendar.command("list")
@click.option("--organisation", "slug", required=True, metavar="NAME", help="Its short name.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="One kind alone.")
@json_option
@with_app
def list_(slug: str, kind: str | None, as_json: bool) -> None:
    """The clocks of an organisation that run, the nearest first."""
    with reading(SCOPE) as session:
        place = organisation_named(session, slug)
    actor = Actor(OPERATOR.name, None, place.id, OPERATOR.roles)
    with reading(Organisation(place.id)) as session:
        look = Look(session, system_clock(), actor, place.id, place.kind.value, place.time_zone)
        rows = [
            {
                "day": entry.day.isoformat(),
                "kind": entry.kind,
                "title": entry.title,
                "note": entry.note,
            }
            for entry in every_entry(look, _no_address)
            if kind in (None, entry.kind)
        ]
    print_rows(rows, as_json=as_json)


def _no_address(_endpoint: str, **_arguments: Any) -> str:
    return ""


@calendar.command("make-address")
@own_option
@with_app
def make_address(email: str) -> None:
    """Make the secret address of a user's calendar, and print it; one before ends."""
    with command_work() as work:
        secret = make_feed(work, user_named(work.session, email).id)
    click.echo(f"{current_app.config['SETTINGS'].base_url}/calendar/{secret}.ics")


@calendar.command("revoke-address")
@own_option
@with_app
def revoke_address(email: str) -> None:
    """Revoke the address of a user's calendar."""
    with command_work() as work:
        is_ended = end_feed(work, user_named(work.session, email).id)
    click.echo("Revoked." if is_ended else "There was none.")
