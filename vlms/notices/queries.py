"""Finds messages of the outbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.notices.models import (
    Letter,
    LetterVersion,
    Mailing,
    MessageState,
    NoticeChoice,
    OutboxMessage,
)
from vlms.notices.rules.letter_text import LETTERS

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


def get_message_with(session: Session, link_id: UUID) -> OutboxMessage:
    """The message that carries this one-time link."""
    return session.scalars(select(OutboxMessage).where(OutboxMessage.link_id == link_id)).one()


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


def list_told(session: Session, once_keys: Collection[str]) -> set[str]:
    """Those of the occasions of which a message was written."""
    known = select(OutboxMessage.once_key).where(OutboxMessage.once_key.in_(once_keys))
    return set(session.scalars(known))


def list_bounced(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of the addresses from which the last mail came back: nobody reads there."""
    if not addresses:
        return set()
    newest = (
        select(OutboxMessage.to_address, func.max(OutboxMessage.sent_at).label("sent_at"))
        .where(OutboxMessage.to_address.in_(addresses), OutboxMessage.state == MessageState.SENT)
        .group_by(OutboxMessage.to_address)
        .subquery()
    )
    last = select(OutboxMessage.to_address).join(
        newest,
        (OutboxMessage.to_address == newest.c.to_address)
        & (OutboxMessage.sent_at == newest.c.sent_at),
    )
    return set(session.scalars(last.where(OutboxMessage.bounced_at.is_not(None))))


def list_choices_of(session: Session, addresses: Collection[str]) -> dict[tuple[str, str], Mailing]:
    """What these addresses chose, by address and template; at once where they chose nothing."""
    if not addresses:
        return {}
    chosen = select(NoticeChoice).where(NoticeChoice.address.in_(addresses))
    return {(each.address or "", each.template): each.mailing for each in session.scalars(chosen)}


def list_choices_for(
    session: Session, person_ids: Collection[UUID]
) -> dict[tuple[UUID | None, str], Mailing]:
    """What was chosen for these persons by their users, by person and template."""
    if not person_ids:
        return {}
    chosen = select(NoticeChoice).where(NoticeChoice.person_id.in_(person_ids))
    return {(each.person_id, each.template): each.mailing for each in session.scalars(chosen)}


def find_current_wording(
    session: Session,
    organisation_id: UUID | None,
    template: str,
    language: Language,
    letter_id: UUID | None = None,
) -> LetterVersion | None:
    """The organisation's wording of a letter now; without a letter named, of its usual one.

    None is the standard text: no such letter, or none in this language.
    """
    if organisation_id is None or template not in LETTERS:
        return None
    chosen = Letter.is_usual if letter_id is None else Letter.id == letter_id
    return session.scalar(
        select(LetterVersion)
        .join(Letter, Letter.id == LetterVersion.letter_id)
        .where(
            Letter.organisation_id == organisation_id,
            Letter.template == template,
            chosen,
            LetterVersion.language == language,
            LetterVersion.ended_at.is_(None),
        )
    )


def find_wording(session: Session, message: OutboxMessage) -> LetterVersion | None:
    """The wording that a message was written in; None: the standard text."""
    version_id = message.letter_version_id
    return session.get(LetterVersion, version_id) if version_id else None
