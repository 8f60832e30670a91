"""`vlms account`: one's own password and sessions."""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from uuid import UUID

import click

from vlms.accounts.cli import account
from vlms.accounts.cli.values import own_option, own_work, user_named
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import list_sessions
from vlms.authentication.rules.devices import device_words
from vlms.authentication.service import passwords
from vlms.authentication.service.joining import join as take_up
from vlms.authentication.service.joining import join_with_password
from vlms.authentication.service.sessions import end_session, end_sessions
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, with_app
from vlms.core.db import reading
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


@account.command()
@click.option("--own", "email", metavar="EMAIL", help="Who accepts with an account of theirs.")
@with_app
def join(email: str | None) -> None:
    """Accept an invitation to sign in; its link is asked for, and who has no account a password."""
    link = click.prompt("Link", hide_input=True, err=True)
    token = urlsplit(link.strip()).path.rpartition("/")[2]
    if email is None:
        wanted = _new_password()
        with working(Actor("one-time link"), _LINK, system_clock()) as work:
            is_done = join_with_password(work, token, wanted) is not None
    else:
        with own_work(email, _LINK) as work:
            is_done = take_up(work, token) is not None
    click.echo("The invitation is accepted." if is_done else "It was accepted before.")


@account.command()
@own_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def sessions(email: str, as_json: bool) -> None:
    """Show where the user is signed in."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
        found = [_facts(one) for one in list_sessions(session, user.id, system_clock())]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo("  ".join(one.values()))


@account.command("end-session")
@own_option
@click.argument("session_id", type=click.UUID)
@with_app
def end_one_session(email: str, session_id: UUID) -> None:
    """End one session, by the key that `sessions` shows."""
    with own_work(email, _OWN) as work:
        end_session(work, user_named(work.session, email).id, session_id)
    click.echo("The session has ended.")


@account.command("end-sessions")
@own_option
@with_app
def end_all_sessions(email: str) -> None:
    """End all sessions of the user."""
    with own_work(email, _OWN) as work:
        end_sessions(work, user_named(work.session, email).id)
    click.echo("All sessions have ended.")


def _facts(one: SignInSession) -> dict[str, str]:
    return {
        "id": str(one.id),
        "device": str(device_words(one.user_agent)),
        "network": one.network or "",
        "began_at": one.created_at.isoformat(),
        "seen_at": one.last_seen_at.isoformat(),
    }


def _new_password() -> str:
    wanted: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return wanted
