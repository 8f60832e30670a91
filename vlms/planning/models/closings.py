"""Tables of closing certificates: what became of what was bought, signed once for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from vlms.agreements.models import Agreement
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import Visibility

_SEEN = Visibility(agreement="agreement_id")


class Closing(Keyed, Base):
    """The certificate of an agreement that has ended, or a supplement to one that was signed.

    Until it is signed it follows what is recorded late (C3); from then on nothing changes it.
    """

    __tablename__ = "closing"
    __table_args__ = (
        Index("uq_closing_number", "number", unique=True),
        Index("uq_closing_sequence", "agreement_id", "sequence", unique=True),
        Index("ix_closing_organisation", "organisation_id", "drawn_at"),
    )
    visible = _SEEN
    audited = ("number", "sequence", "digest", "signed_at", "signed_name")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[str] = mapped_column(String(20))
    # 1 is the certificate, later ones are supplements to the one before.
    sequence: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    # SHA-256 in hexadecimal of the content's canonical form.
    digest: Mapped[str] = mapped_column(String(64))
    # Why it is withheld: numbers that do not add up (I1). Empty: it may be signed.
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    signed_name: Mapped[str | None] = mapped_column(String(200))
    # Number, digest, name and time, sealed for this row with the master key.
    seal: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    agreement: Mapped[Agreement] = relationship()
    papers: Mapped[list[ClosingPaper]] = relationship(order_by="ClosingPaper.id")

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class ClosingPaper(Keyed, Base):
    """A file of a signed certificate as it was made when it was signed."""

    __tablename__ = "closing_paper"
    __table_args__ = (
        Index("uq_closing_paper", "closing_id", "language", "form", unique=True),
        Index("ix_closing_paper_digest", "digest"),
    )
    visible = Visibility(agreement="agreement_id", append_only=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closing.id"))
    language: Mapped[Language] = mapped_column(choice(Language, "closing_paper_language"))
    # "pdf" or "xlsx"
    form: Mapped[str] = mapped_column(String(4))
    # SHA-256 in hexadecimal of the file.
    digest: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = deferred(mapped_column(LargeBinary))
