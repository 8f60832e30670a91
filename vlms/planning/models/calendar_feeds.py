"""The table of calendar addresses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import SYSTEM_ONLY


class CalendarFeed(Keyed, Base):
    """A secret address under which a user's calendar is read without signing in.

    Its secret is kept as a keyed digest alone. A user has one that is open.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("uq_calendar_feed_secret", "secret_digest", unique=True),
        Index(
            "uq_calendar_feed_open",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    visible = SYSTEM_ONLY
    audited = ("user_id", "made_at", "ended_at")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
