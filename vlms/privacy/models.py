"""What is kept of an erasure: that it happened, never whom it concerned by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class Erasure(Keyed, Base):
    """A person or user who was erased; after a backup was restored they are erased again."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_organisation", "organisation_id", "erased_at"),)
    visible = Visibility()

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    # No foreign keys: a restored backup may not have them.
    person_id: Mapped[UUID | None] = mapped_column(Uuid)
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    word: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500))
    erased_at: Mapped[datetime] = mapped_column(Instant)
    erased_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # How many rows of which table were changed or removed.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
