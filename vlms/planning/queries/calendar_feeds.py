"""Finds calendar addresses by their secret, or by whose they are."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.planning.models.calendar_feeds import CalendarFeed


def find_open_feed(session: Session, user_id: UUID) -> CalendarFeed | None:
    """The address that a user has now."""
    own = (CalendarFeed.user_id == user_id, CalendarFeed.ended_at.is_(None))
    return session.scalar(select(CalendarFeed).where(*own))


def find_reader(session: Session, secret_digest: bytes) -> User | None:
    """Whose calendar a secret opens now; nobody's once it was revoked or they were disabled."""
    statement = (
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(
            CalendarFeed.secret_digest == secret_digest,
            CalendarFeed.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    return session.scalar(statement)
