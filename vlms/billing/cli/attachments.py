"""`vlms billing attachments`: files of agreements and orders."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option
from vlms.agreements.queries import find_agreement
from vlms.billing.models.attachments import Attachment, AttachmentKind
from vlms.billing.queries.attachments import get_attachment, list_attachments
from vlms.billing.service.attachments import NewAttachment, attach, content_of, remove
from vlms.core.commands import SCOPE, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import key_ring
from vlms.orders.queries import find_order

_of = click.argument("number", metavar="AGREEMENT|ORDER")
_which = click.argument("attachment_id", metavar="ID", type=click.UUID)


@click.group("attachments")
def attachments() -> None:
    """Signed agreements, quotes, invoices: attach, list, fetch, remove."""


@attachments.command("list")
@_of
@json_option
@with_app
def list_all(number: str, as_json: bool) -> None:
    """What is attached to an agreement, or to an order."""
    with reading(SCOPE) as session:
        found = list_attachments(session, *_place(session, number))
        print_rows((_row(one) for one in found), as_json=as_json)


def _row(one: Attachment) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "file": one.filename,
        "bytes": one.byte_count,
        "sha256": one.digest,
        "added_at": one.added_at,
    }


def _place(session: Session, number: str) -> tuple[UUID, UUID | None]:
    """The agreement, and the order where the number is an order's. Raises NotFound."""
    order = find_order(session, number)
    if order is not None:
        return order.agreement_id, order.id
    agreement = find_agreement(session, number)
    if agreement is None:
        sentence = _("There is no agreement and no order “%(number)s”.", number=shown(number))
        raise NotFound(None, sentence)
    return agreement.id, None


@attachments.command()
@_of
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(list(AttachmentKind)), default=AttachmentKind.OTHER)
@with_app
def add(number: str, file: Path, kind: str) -> None:
    """Attach a PDF, a PNG or JPEG picture, or an Excel workbook."""
    with command_work() as work:
        place = _place(work.session, number)
        new = NewAttachment(AttachmentKind(kind), file.name, file.read_bytes(), *place)
        click.echo(attach(work, new).id)


@attachments.command()
@_which
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def get(attachment_id: UUID, out: Path) -> None:
    """Write an attachment to a file."""
    with reading(SCOPE) as session, written(out) as target:
        target.write(content_of(key_ring(), get_attachment(session, attachment_id)))


@attachments.command("remove")
@_which
@with_app
def remove_one(attachment_id: UUID) -> None:
    """Remove an attachment for good."""
    with command_work() as work:
        remove(work, attachment_id)
    click.echo("Removed.")
