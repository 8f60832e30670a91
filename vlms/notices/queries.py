"""Finds messages of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.notices.models import MessageState, OutboxMessage

MESSAGE_SORTS = {"created": OutboxMessage.created_at, "to": OutboxMessage.to_address}


@dataclass(frozen=True)
class MessageFilter:
    """Which messages a list shows; `words` are of the recipient's name or address."""

    words: str | None = None
    state: MessageState | None = None
    kind: str | None = None


def get_message(session: Session, message_id: UUID) -> OutboxMessage:
    """Raises NotFound, also for a message of another organisation."""
    message = session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id))
    if message is None:
        raise NotFound(None, _("There is no such message in this organisation."))
    return message


def search_messages(
    session: Session, wanted: MessageFilter, listing: Listing
) -> Page[OutboxMessage]:
    """A page of the messages that the filter leaves."""
    statement = select(OutboxMessage)
    if wanted.words:
        words = wanted.words
        statement = statement.where(
            or_(
                OutboxMessage.to_name.icontains(words, autoescape=True),
                OutboxMessage.to_address.contains(words.lower(), autoescape=True),
            )
        )
    if wanted.state is not None:
        statement = statement.where(OutboxMessage.state == wanted.state)
    if wanted.kind is not None:
        statement = statement.where(OutboxMessage.template == wanted.kind)
    return page_of(session, statement, MESSAGE_SORTS, listing)


def list_messages(
    session: Session, state: MessageState | None = None, limit: int = 1000
) -> Sequence[OutboxMessage]:
    """Newest first."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return session.scalars(statement).all()
