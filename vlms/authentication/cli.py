"""`vlms account`: one's own password."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from vlms.accounts.cli import account
from vlms.accounts.cli.values import own_option, own_work, user_named
from vlms.authentication.service import passwords
from vlms.core.clock import system_clock
from vlms.core.commands import with_app
from vlms.core.scope import System
from vlms.core.work import Actor, working

__all__ = ["account"]
_OWN = System("own account")
_LINK = System("one-time link")


@account.command()
@own_option
@with_app
def password(email: str) -> None:
    """Change the password; it is asked for, so that no history keeps it. All sessions end."""
    present = click.prompt("Present password", hide_input=True, err=True)
    wanted = _new_password()
    with own_work(email, _OWN) as work:
        # The session that a page would go on with is not begun here: nobody has its secret.
        passwords.change_own_password(work, user_named(work.session, email).id, present, wanted)
    click.echo("The password is changed; all sessions have ended.")


@account.command()
@with_app
def welcome() -> None:
    """Set the password with a one-time link from a mail; link and password are asked for."""
    link = click.prompt("Link", hide_input=True, err=True)
    wanted = _new_password()
    with working(Actor("one-time link"), _LINK, system_clock()) as work:
        passwords.choose_password(work, urlsplit(link.strip()).path.rpartition("/")[2], wanted)
    click.echo("The password is set.")


def _new_password() -> str:
    wanted: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return wanted
