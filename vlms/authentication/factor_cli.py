"""`vlms account factors`: one's own second factors; `vlms users reset-factors`."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.cli import users
from vlms.accounts.cli.values import (
    EMAIL,
    NAME,
    json_option,
    organisation_named,
    own_option,
    own_work,
    user_named,
)
from vlms.accounts.queries import get_user
from vlms.authentication.cli import account
from vlms.authentication.factor_queries import count_recovery_codes, list_factors
from vlms.authentication.rules.one_time_passwords import address_for_apps, in_groups
from vlms.authentication.rules.relying_party import NAME as ISSUER
from vlms.authentication.service.authenticators import (
    add_authenticator,
    new_secret,
    open_secret,
)
from vlms.authentication.service.factor_reset import reset_factors
from vlms.authentication.service.factors import remove_factor, rename_factor
from vlms.authentication.service.recovery import make_recovery_codes
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Work, key_ring

__all__ = ["account", "users"]
_OWN = System("second factor")


@account.group()
def factors() -> None:
    """One's own second factors and recovery codes."""


@factors.command("list")
@own_option
@json_option
@with_app
def list_own(email: str, as_json: bool) -> None:
    """List the second factors; no secret is shown."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
        rows = [
            {
                "name": factor.name,
                "kind": factor.kind.value,
                "since": factor.created_at.isoformat(),
                "last_used": factor.used_at.isoformat() if factor.used_at else None,
            }
            for factor in list_factors(session, user.id)
        ]
        left = count_recovery_codes(session, user.id)
    print_rows(rows, as_json=as_json)
    click.echo(f"Recovery codes left: {left}", err=True)


@factors.command()
@own_option
@click.option("--name", type=NAME, default="Authenticator app", show_default=True)
@with_app
def add(email: str, name: str) -> None:
    """Add an authenticator app: shows a secret, asks for the code that the app shows then.

    A passkey is made by a browser: add one on the page.
    """
    with reading(SCOPE) as session:
        user = user_named(session, email)
        user_id, account_name = user.id, user.email
    now = system_clock()
    sealed = new_secret(key_ring(), user_id, now)
    secret = open_secret(key_ring(), user_id, sealed, now)
    click.echo(f"Secret: {in_groups(secret)}", err=True)
    click.echo(address_for_apps(secret, account_name, ISSUER), err=True)
    typed = click.prompt("Code of the app", err=True)
    with own_work(email, _OWN) as work:
        add_authenticator(work, user_id, sealed, typed, name)
    click.echo("Added.")


@factors.command()
@own_option
@click.argument("name", type=NAME)
@click.argument("new_name", type=NAME)
@with_app
def rename(email: str, name: str, new_name: str) -> None:
    """Give a second factor another name."""
    with own_work(email, _OWN) as work:
        rename_factor(work, *_own(work, email, name), new_name)
    click.echo("Saved.")


@factors.command()
@own_option
@click.argument("name", type=NAME)
@with_app
def remove(email: str, name: str) -> None:
    """Remove a second factor; never the last one while a role demands one."""
    with own_work(email, _OWN) as work:
        remove_factor(work, *_own(work, email, name))
    click.echo("Removed. It opens nothing from now on.")


@factors.command("recovery-codes")
@own_option
@with_app
def recovery_codes(email: str) -> None:
    """Make ten recovery codes and print them, once; former ones end."""
    with own_work(email, _OWN) as work:
        made = make_recovery_codes(work, user_named(work.session, email).id)
    for code in made:
        click.echo(code)


@users.command("reset-factors")
@click.argument("email", type=EMAIL)
@click.option("--organisation", "slug", required=True, help="Where it is asked for.")
@click.option("--reason", required=True, help="Who asked, and how this was made sure.")
@with_app
def reset(email: str, slug: str, reason: str) -> None:
    """Take away somebody's second factors and recovery codes; all their sessions end."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        user = user_named(work.session, email)
        taken = reset_factors(work, organisation.id, user.id, reason)
    click.echo(f"Taken away: {taken}. {email} signs in with the password and sets up a new one.")


def _own(work: Work, email: str, name: str) -> tuple[UUID, UUID]:
    """The user, and the factor with this name. Raises NotFound."""
    user = get_user(work.session, user_named(work.session, email).id)
    for factor in list_factors(work.session, user.id):
        if factor.name == name:
            return user.id, factor.id
    raise NotFound(None, _("There is no such second factor."))
