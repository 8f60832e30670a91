"""Tables of the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.core.db import Base, Instant
from vlms.core.scope import SHARED, Visibility

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
        # Each way in which people look for entries, newest first: see vlms/journal/queries.py.
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_organisation", "organisation_id", "at"),
        Index("ix_audit_entry_actor", "actor_id", "at"),
        Index("ix_audit_entry_action", "organisation_id", "action", "at"),
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


class AuditLink(Base):
    """An entry's place in its chain: the organisation's, or that of entries of no organisation.

    `digest` covers the entry, its place and `previous`, the digest of the place before it.
    """

    __tablename__ = "audit_link"
    __table_args__ = (Index("uq_audit_link_position", "chain_id", "position", unique=True),)
    visible = Visibility(organisation="chain_id", everyone_appends=True, append_only=True)

    sequence: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.sequence"), primary_key=True, autoincrement=False
    )
    chain_id: Mapped[UUID] = mapped_column(Uuid)
    position: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """How far a chain reaches; whoever extends it locks its row."""

    __tablename__ = "audit_head"
    visible = replace(SHARED, lasting=True)

    chain_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class SignedHead(Base):
    """How far a chain reached at a moment, signed; kept in a file outside the database too."""

    __tablename__ = "signed_head"
    visible = Visibility(organisation="chain_id", append_only=True)

    chain_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
