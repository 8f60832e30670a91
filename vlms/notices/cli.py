"""`vlms messages`: what is in the outbox, show, send again, deliver now."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from flask import current_app

from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.text import _
from vlms.notices.bouncing import look_for_bounces, note_bounce
from vlms.notices.delivery import deliver_due, post_of
from vlms.notices.letter_cli import letters
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.own_cli import OWN_COMMANDS
from vlms.notices.queries import find_wording, get_message, list_messages
from vlms.notices.rendering import write_letter
from vlms.notices.rules.delivery_report import Bounce, short_note
from vlms.notices.service import resend as send_again


@click.group()
def messages() -> None:
    """The outbox, and each user's own notices."""


for command in OWN_COMMANDS:
    messages.add_command(command)
messages.add_command(letters)


@messages.command("list")
@click.option("--state", type=click.Choice([state.value for state in MessageState]))
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_(state: str | None, as_json: bool) -> None:
    """The newest thousand messages."""
    with reading(SCOPE) as session:
        found = list_messages(session, MessageState(state) if state else None)
        print_rows([_row(message) for message in found], as_json=as_json)


def _row(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "state": message.state.value,
        "template": message.template,
        "to": message.to_address,
        "name": message.to_name,
        "language": message.language.value,
        "created_at": message.created_at.isoformat(),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "attempts": message.attempts,
        "last_error": message.last_error,
    }


@messages.command()
@click.argument("message_id", metavar="ID", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_app
def show(message_id: UUID, as_json: bool) -> None:
    """Show the message ID as it reads; its link is for its recipient alone."""
    with reading(SCOPE) as session:
        message = get_message(session, message_id)
        hidden = str(_("[The link is shown only to the recipient.]"))
        wording = find_wording(session, message)
        letter = write_letter(message, hidden if message.link_id else "", wording)
        facts = {**_row(message), "subject": letter.subject, "text": letter.text}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    text = facts.pop("text")
    for name, value in facts.items():
        click.echo(f"{name}: {'-' if value is None else value}")
    click.echo(f"\n{text}", nl=False)


@messages.command()
@click.argument("message_id", metavar="ID", type=click.UUID)
@with_app
def resend(message_id: UUID) -> None:
    """Write the message ID once more, with a new link, to the person's present address."""
    with command_work() as work:
        again = send_again(work, message_id)
    click.echo(f"It will be sent again as {again.id}.")


@messages.command()
@with_app
def deliver() -> None:
    """Send what is due, as the worker does."""
    post = post_of(current_app.config["SETTINGS"])
    if post is None:
        click.echo("No mail server is set (VLMS_SMTP_HOST): messages wait.")
        return
    run = deliver_due(post, command_work)
    click.echo(f"{run.sent_count} sent, {run.failed_count} not sent.")


@messages.command()
@click.argument("message_id", metavar="ID", type=click.UUID)
@click.argument("note", default="")
@with_app
def bounced(message_id: UUID, note: str) -> None:
    """Note that the mail of the message ID came back; NOTE says what the server said."""
    with command_work() as work:
        get_message(work.session, message_id)
        is_new = note_bounce(work, Bounce(message_id, short_note(note)))
    click.echo("Noted." if is_new else "It never left, or was noted before.")


@messages.command("read-bounces")
@with_app
def read_bounces() -> None:
    """Read the reports of mail that came back, as the worker does."""
    folder = current_app.config["SETTINGS"].bounce_folder
    if folder is None:
        click.echo("No folder of reports is set (VLMS_BOUNCE_MAILBOX).")
        return
    looked = look_for_bounces(folder, command_work)
    click.echo(f"{looked.read_count} read, {looked.bounced_count} came back.")
    if looked.skipped_count:
        click.echo(f"{looked.skipped_count} could not be read; the log names them.", err=True)
