"""What somebody typed into a form that could not be sent, for the hour until it is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import SHARED
from vlms.core.work import Work

KEPT_FOR = timedelta(hours=1)
LONGEST_ADDRESS = 2000
Fields = Sequence[tuple[str, str]]


class KeptForm(Keyed, Base):
    """The fields of a form, for their own user and for the page they belong to."""

    __tablename__ = "kept_form"
    visible = SHARED

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)


def keep(work: Work, user_id: UUID, address: str, fields: Fields) -> UUID:
    """Keep a form for its user; what others left behind too long ago is forgotten."""
    outdated = delete(KeptForm).where(KeptForm.kept_at < work.now - KEPT_FOR)
    work.session.execute(outdated)
    kept = KeptForm(
        user_id=user_id,
        address=address,
        fields=[list(field) for field in fields],
        kept_at=work.now,
    )
    work.session.add(kept)
    work.flush()
    return kept.id


def find_kept(session: Session, kept_id: UUID, user_id: UUID, now: datetime) -> KeptForm | None:
    """A form that this user's page was left with, while it is kept."""
    return session.scalar(
        select(KeptForm).where(
            KeptForm.id == kept_id,
            KeptForm.user_id == user_id,
            KeptForm.kept_at >= now - KEPT_FOR,
        )
    )
