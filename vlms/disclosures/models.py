"""Tables of exports of codes: what was asked, its sealed file, its one-time links (C8)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import User
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import SHARED, Visibility

# Whoever is limited to an agreement sees and decides about its exports alone.
_SEEN = Visibility(agreement="agreement_id")


class ExportState(StrEnum):
    """How far an export is; that its time is over is told by its instants."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    DECLINED = "declined"
    FAILED = "failed"


class CodeExport(Keyed, Base):
    """Codes that are nobody's, asked for as a file by one admin; many need a second one.

    `asked` are the arguments of the list's address; the codes themselves are named by
    `CodeExportCode`, so that what is approved is what was asked.
    """

    __tablename__ = "code_export"
    __table_args__ = (
        Index("ix_code_export_organisation", "organisation_id", "asked_at"),
        Index(
            "ix_code_export_file",
            "file_until",
            sqlite_where=text("part_count > 0"),
            postgresql_where=text("part_count > 0"),
        ),
    )
    visible = _SEEN
    audited = ("number", "code_count", "form")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # The one agreement of all its codes; None where they are of several.
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[ExportState] = mapped_column(choice(ExportState, "code_export_state"))
    form: Mapped[str] = mapped_column(String(4))
    language: Mapped[Language] = mapped_column(choice(Language, "code_export_language"))
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    code_count: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    # Until when another admin may decide; None where nobody needs to.
    decide_until: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decline_reason: Mapped[str | None] = mapped_column(String(500))
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    file_until: Mapped[datetime | None] = mapped_column(Instant)
    # When its file was first fetched; never: its codes are given again once it is removed.
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    file_count: Mapped[int | None] = mapped_column(Integer)
    part_count: Mapped[int] = mapped_column(Integer, default=0)
    # A packed refusal: why no file could be made.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    asker: Mapped[User] = relationship(foreign_keys=[asked_by])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])


class CodeExportCode(Keyed, Base):
    """One code that was asked for; left out when it was somebody's once the file was made."""

    __tablename__ = "code_export_code"
    __table_args__ = (Index("uq_code_export_code", "export_id", "code_id", unique=True),)
    visible = _SEEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    export_id: Mapped[UUID] = mapped_column(ForeignKey("code_export.id"))
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id"), index=True)
    is_left_out: Mapped[bool] = mapped_column(Boolean, default=False)


class CodeExportPart(Keyed, Base):
    """A sealed piece of the file, for a day."""

    __tablename__ = "code_export_part"
    __table_args__ = (Index("uq_code_export_part", "export_id", "position", unique=True),)
    visible = _SEEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    export_id: Mapped[UUID] = mapped_column(ForeignKey("code_export.id"))
    position: Mapped[int] = mapped_column(Integer)
    sealed_body: Mapped[bytes] = mapped_column(LargeBinary)


class CodeExportLink(Keyed, Base):
    """A one-time link to the file, for the session that asked for it; its secret is not kept."""

    __tablename__ = "code_export_link"
    __table_args__ = (
        Index("uq_code_export_link", "secret_digest", unique=True),
        Index("ix_code_export_link_export", "export_id"),
    )
    visible = _SEEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    export_id: Mapped[UUID] = mapped_column(ForeignKey("code_export.id"))
    secret_digest: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[UUID] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class ExportPace(Keyed, Base):
    """From when on an admin may ask for the next export."""

    __tablename__ = "export_pace"
    __table_args__ = (Index("uq_export_pace", "user_id", unique=True),)
    visible = SHARED

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    next_at: Mapped[datetime] = mapped_column(Instant)
