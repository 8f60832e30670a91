"""Finds messages of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.notices.models import MessageState, OutboxMessage

MESSAGE_SORTS = {"created": OutboxMessage.created_at, "to": OutboxMessage.to_address}


def get_message(session: Session, message_id: UUID) -> OutboxMessage:
    """Raises NotFound, also for a message of another organisation."""
    message = session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id))
    if message is None:
        raise NotFound(None, _("There is no such message in this organisation."))
    return message


def search_messages(
    session: Session, words: str | None, state: MessageState | None, listing: Listing
) -> Page[OutboxMessage]:
    """Messages to whose recipient's name or address the words belong."""
    statement = select(OutboxMessage)
    if words:
        statement = statement.where(
            or_(
                OutboxMessage.to_name.icontains(words, autoescape=True),
                OutboxMessage.to_address.contains(words.lower(), autoescape=True),
            )
        )
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return page_of(session, statement, MESSAGE_SORTS, listing)


def list_messages(
    session: Session, state: MessageState | None = None, limit: int = 1000
) -> Sequence[OutboxMessage]:
    """Newest first."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return session.scalars(statement).all()
