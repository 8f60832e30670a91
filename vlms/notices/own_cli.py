"""`vlms messages …` about one user's own notices, and how they want them."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

import click

from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.paging import Listing
from vlms.core.reading import read_email
from vlms.core.text import _
from vlms.notices.choosing import choose, choose_for, get_declinable, mark_all_read, mark_read
from vlms.notices.directory import directory
from vlms.notices.kinds import KINDS
from vlms.notices.models import Mailing
from vlms.notices.notice_queries import search_notices
from vlms.notices.queries import list_choices_of

_address = click.argument("address", metavar="EMAIL", type=Read(read_email, _("E-mail address")))
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON array.")


@click.command("notices")
@_address
@click.option("--unread", is_flag=True, help="Only those that were never opened.")
@_as_json
@with_app
def notices(address: str, unread: bool, as_json: bool) -> None:
    """The newest notices of the user EMAIL, mailed or not."""
    with reading(SCOPE) as session:
        own = directory().find_own(session, address)
        found = search_notices(session, own, Listing("-created"), unread_only=unread)
        rows = [
            {
                "id": str(message.id),
                "kind": message.template,
                "created_at": message.created_at.isoformat(),
                "read_at": message.read_at.isoformat() if message.read_at else None,
                "mailing": message.mailing.value,
                "sent_at": message.sent_at.isoformat() if message.sent_at else None,
            }
            for message in found.rows
        ]
    print_rows(rows, as_json=as_json)


@click.command("read")
@_address
@click.argument("message_id", metavar="[ID]", type=click.UUID, required=False)
@with_app
def read(address: str, message_id: UUID | None) -> None:
    """Mark the notice ID of the user EMAIL as opened; without ID all."""
    with command_work() as work:
        own = directory().find_own(work.session, address)
        if message_id is None:
            mark_all_read(work, own)
        else:
            mark_read(work, own, message_id)
    click.echo("Marked as opened.")


@click.command("choices")
@_address
@_as_json
@with_app
def choices(address: str, as_json: bool) -> None:
    """How EMAIL wants each kind of notice, and why some stay on."""
    with reading(SCOPE) as session:
        chosen = list_choices_of(session, {address})
    rows = [
        {
            "kind": template,
            "title": str(kind.title),
            "mailing": chosen.get((address, template), Mailing.NOW).value,
            "stays_on": str(kind.stays_on) if kind.stays_on else None,
        }
        for template, kind in KINDS.items()
    ]
    print_rows(rows, as_json=as_json)


@click.command("choose")
@_address
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("mailing", type=click.Choice([way.value for way in Mailing]))
@with_app
def choose_(address: str, kind: str, mailing: str) -> None:
    """Let EMAIL have notices of KIND mailed now, weekly or never."""
    with command_work() as work:
        own = directory().find_own(work.session, address)
        choose(work, own, {kind: Mailing(mailing)})
    click.echo("Saved.")


@click.command("switch-off")
@with_app
def switch_off() -> None:
    """Switch a kind of mail off with the link of such a mail; the link is asked for."""
    link = click.prompt("Link", hide_input=True, err=True)
    with command_work() as work:
        message = get_declinable(work, urlsplit(link.strip()).path.rpartition("/")[2])
        choose_for(work, message.to_address, message.template, Mailing.NEVER)
    click.echo("No such mail goes there any more.")


OWN_COMMANDS = (notices, read, choices, choose_, switch_off)
