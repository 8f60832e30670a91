"""The table of visits: an operator sees the system as one user of an organisation (G7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import SYSTEM_ONLY


class SupportVisit(Keyed, Base):
    """One visit; it lasts within the operator's session, and no longer than `expires_at`."""

    __tablename__ = "support_visit"
    __table_args__ = (
        Index(
            "uq_support_visit_open",
            "session_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    visible = SYSTEM_ONLY

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_session.id"))
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
