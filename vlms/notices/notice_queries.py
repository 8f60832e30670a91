"""Finds what was written to one user, mailed or not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.notices.models import OutboxMessage

NOTICE_SORTS = {"created": OutboxMessage.created_at}


@dataclass(frozen=True)
class Own:
    """A user's own address and their directory entries, whatever addresses an admin entered.

    With `only_in` what one organisation has written to them counts, and nothing else (G7).
    """

    address: str
    person_ids: frozenset[UUID]
    only_in: UUID | None = None


def search_notices(
    session: Session, own: Own, listing: Listing, *, unread_only: bool = False
) -> Page[OutboxMessage]:
    """A page of a user's own notices."""
    statement = select(OutboxMessage).where(_is_own(own))
    if unread_only:
        statement = statement.where(OutboxMessage.read_at.is_(None))
    return page_of(session, statement, NOTICE_SORTS, listing)


def count_unread(session: Session, own: Own) -> int:
    """How many of a user's own notices were never opened."""
    unread = select(func.count(OutboxMessage.id)).where(
        _is_own(own), OutboxMessage.read_at.is_(None)
    )
    return int(session.scalar(unread) or 0)


def get_notice(session: Session, own: Own, message_id: UUID) -> OutboxMessage:
    """Raises NotFound for what was written to somebody else."""
    statement = select(OutboxMessage).where(OutboxMessage.id == message_id, _is_own(own))
    message = session.scalar(statement)
    if message is None:
        raise NotFound(None, _("There is no such notice among yours."))
    return message


def _is_own(own: Own) -> ColumnElement[bool]:
    """Written to the own address, or to a directory entry, whatever address it had then."""
    written = or_(
        OutboxMessage.to_address == own.address,
        OutboxMessage.person_id.in_(sorted(own.person_ids)),
    )
    return written if own.only_in is None else written & _is_of(own.only_in)


def _is_of(organisation_id: UUID) -> ColumnElement[bool]:
    return OutboxMessage.organisation_id == organisation_id
