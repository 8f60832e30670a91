"""Tables of the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.core.db import Base, Instant
from vlms.core.scope import Visibility

# SQLite counts up by itself only in an INTEGER key.
_Sequence = BigInteger().with_variant(Integer, "sqlite")
_SEEN = Visibility(everyone_appends=True, append_only=True)


class AuditEntry(Base):
    """One change of one record; kept whole for ever.

    `detail_digest` is the salted digest of its detail, so that the detail can be erased
    with a person and the entry still proves what it was.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "record_id", "sequence"),
        Index("ix_audit_entry_organisation", "organisation_id", "sequence"),
    )
    visible = _SEEN

    sequence: Mapped[int] = mapped_column(_Sequence, primary_key=True, autoincrement=True)
    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(String(80))
    record_kind: Mapped[str] = mapped_column(String(60))
    record_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(1000))
    detail_digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    detail: Mapped[AuditDetail | None] = relationship(back_populates="entry", lazy="joined")


class AuditDetail(Base):
    """Before and after of the columns that a table allows to be told."""

    __tablename__ = "audit_detail"
    visible = replace(_SEEN, erasable=True)

    sequence: Mapped[int] = mapped_column(ForeignKey("audit_entry.sequence"), primary_key=True)
    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    actor_name: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)

    entry: Mapped[AuditEntry] = relationship(back_populates="detail")
