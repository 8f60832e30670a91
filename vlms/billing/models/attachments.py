"""The table of files that belong to an agreement or an order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility


class AttachmentKind(StrEnum):
    SIGNED_AGREEMENT = "signed_agreement"
    QUOTE = "quote"
    INVOICE = "invoice"
    OTHER = "other"


class Attachment(Keyed, Base):
    """A file as it was given, sealed; removed, its row goes and the journal keeps its digest."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_agreement", "agreement_id", "order_id"),)
    visible = Visibility(agreement="agreement_id", reseller="reseller_id")
    audited = ("kind", "filename", "byte_count", "digest")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    # None: it belongs to the agreement itself.
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"))
    kind: Mapped[AttachmentKind] = mapped_column(choice(AttachmentKind, "attachment_kind"))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    byte_count: Mapped[int] = mapped_column(Integer)
    # SHA-256 of the content, in hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    sealed_content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
