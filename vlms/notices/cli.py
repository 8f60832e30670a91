"""`vlms messages`: what is in the outbox, and deliver it now."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app

from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.notices.delivery import deliver_due, post_of
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.queries import list_messages


@click.group()
def messages() -> None:
    """The outbox."""


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
@with_app
def deliver() -> None:
    """Send what is due, as the worker does."""
    post = post_of(current_app.config["SETTINGS"])
    if post is None:
        click.echo("No mail server is set (VLMS_SMTP_HOST): messages wait.")
        return
    run = deliver_due(post, command_work)
    click.echo(f"{run.sent_count} sent, {run.failed_count} not sent.")
