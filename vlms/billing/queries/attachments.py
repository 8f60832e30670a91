"""Reading of attachments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from vlms.billing.models.attachments import Attachment
from vlms.core.errors import NotFound
from vlms.core.text import _


def list_attachments(
    session: Session, agreement_id: UUID, order_id: UUID | None = None
) -> Sequence[Attachment]:
    """What is attached to the agreement, or to one order of it, oldest first."""
    return session.scalars(
        select(Attachment)
        .where(
            Attachment.agreement_id == agreement_id,
            Attachment.order_id.is_(None) if order_id is None else Attachment.order_id == order_id,
        )
        .order_by(Attachment.added_at, Attachment.id)
    ).all()


def get_attachment(session: Session, attachment_id: UUID) -> Attachment:
    """With its content. Raises NotFound."""
    found = session.scalar(
        select(Attachment)
        .where(Attachment.id == attachment_id)
        .options(undefer(Attachment.sealed_content))
    )
    if found is None:
        raise NotFound(None, _("There is no such attachment here."))
    return found
