"""`vlms privacy tell` and `tell-user`: all that is held on somebody, as a file."""

from __future__ import annotations

from pathlib import Path

import click

from vlms.accounts.cli.values import organisation_named, person_named, user_named
from vlms.core.commands import command_work, with_app, written
from vlms.privacy import service
from vlms.privacy.service.telling import Held

_FILE = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))


@click.command()
@click.argument("who", metavar="NUMBER|EMAIL")
@_FILE
@click.option("--organisation", "slug", required=True)
@with_app
def tell(who: str, path: Path, slug: str) -> None:
    """Write what an organisation holds on a person into FILE, as JSON (D2)."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        person = person_named(work.session, organisation.id, who)
        held = service.tell_person(work, person.id)
    _write(path, held)


@click.command("tell-user")
@click.argument("email")
@_FILE
@with_app
def tell_user(email: str, path: Path) -> None:
    """Write what is held on a user in every organisation into FILE, as JSON (D2)."""
    with command_work() as work:
        held = service.tell_user(work, user_named(work.session, email).id)
    _write(path, held)


def _write(path: Path, held: Held) -> None:
    with written(path) as out:
        out.write(held.written())
    click.echo(f"{held.counts.total()} records written.")
