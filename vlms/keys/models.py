"""The table of data keys, as they are wrapped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class SealingKey(Keyed, Base):
    """A data key: it seals codes of one organisation, or of the operator's stock (None).

    Of those that are not retired the newest seals. A retired one still opens, until nothing
    is sealed with it any more and its wrapped bytes are dropped.
    """

    __tablename__ = "data_key"
    __table_args__ = (
        Index("ix_data_key_owner", "organisation_id", "id"),
        Index("ix_data_key_master", "master_id"),
    )
    # Whoever seals needs one. Wrapped it is of no use, and bound to its owner.
    visible = Visibility(organisation=None, everyone_reads=True, everyone_appends=True)

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    # The master key that wraps it.
    master_id: Mapped[str] = mapped_column(String(8))
    # None: dropped, so that what it sealed can be opened by nobody.
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary(60))
    made_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    # When nothing sealed with it was found any more, after it was retired.
    emptied_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it was ordered to be dropped with all that it sealed, a day later.
    shredded_at: Mapped[datetime | None] = mapped_column(Instant)
