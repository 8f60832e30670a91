"""`vlms account`: what a user changes of their own account; authentication adds to it."""

from __future__ import annotations

import json

import click

from vlms.accounts import service
from vlms.accounts.cli.values import LANGUAGES, NAME, own_option, own_work, user_named
from vlms.core.commands import SCOPE, Read, with_app
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.reading import read_zone
from vlms.core.scope import System
from vlms.core.text import _

_OWN = System("own account")


@click.group()
def account() -> None:
    """One's own account: name, language, time zone, password."""


@account.command()
@own_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_app
def show(email: str, as_json: bool) -> None:
    """Show the account."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
        facts = {
            "email": user.email,
            "name": user.name,
            "language": user.language.value,
            "time_zone": user.time_zone,
        }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")


@account.command()
@own_option
@click.option("--name", type=NAME)
@click.option("--language", type=LANGUAGES)
@click.option("--time-zone", type=Read(read_zone, _("Time zone")), help="As Asia/Taipei.")
@with_app
def edit(email: str, name: str | None, language: str | None, time_zone: str | None) -> None:
    """Change the name, language or time zone; what is not given stays."""
    with own_work(email, _OWN) as work:
        user = user_named(work.session, email)
        service.change_own_account(
            work,
            user.id,
            name or user.name,
            Language(language) if language else user.language,
            time_zone or user.time_zone,
        )
    click.echo("Saved.")
