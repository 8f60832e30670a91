"""Tables of differences between two accounts of the same charges, and the work on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ColumnElement, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility
from vlms.reconciliation.models.periods import RESELLER_ONLY, Period
from vlms.reconciliation.rules.differences import (
    DifferenceClass,
    DifferenceSide,
    DifferenceState,
)


class Difference(Keyed, Base):
    """One thing on which the two sides do not agree; found again, it keeps its work.

    `amount_minor` is theirs less ours, gross where it is of tax, else net; None in two
    currencies. `ours` and `theirs` are the compared values as they were found.
    """

    __tablename__ = "difference"
    __table_args__ = (
        Index("uq_difference", "period_id", "identity_digest", unique=True),
        Index("ix_difference_reseller", "reseller_id", "state", "id"),
        Index("ix_difference_period", "period_id", "kind", "state", "id"),
        Index("ix_difference_order_line", "order_line_id"),
    )
    visible = RESELLER_ONLY
    audited = ("state", "owner_id", "reason", "dispute_reference")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_period.id"))
    # SHA-256 in hexadecimal of what makes it the same difference in the next matching.
    identity_digest: Mapped[str] = mapped_column(String(64))
    # SHA-256 in hexadecimal of the compared values: another one opens it again.
    content_digest: Mapped[str] = mapped_column(String(64))
    side: Mapped[DifferenceSide] = mapped_column(choice(DifferenceSide, "difference_side"))
    kind: Mapped[DifferenceClass] = mapped_column(choice(DifferenceClass, "difference_kind"))
    state: Mapped[DifferenceState] = mapped_column(choice(DifferenceState, "difference_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"))
    order_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_line.id"))
    # The row of theirs, where there is one.
    file_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("file_line.id"))
    ours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    theirs: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    currency: Mapped[str | None] = mapped_column(String(3))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    # A packed text: the probable cause.
    cause: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    # The rule of matching that put the two sides together.
    matched_by: Mapped[str | None] = mapped_column(String(40))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # Why it was accepted, disputed, written off or closed.
    reason: Mapped[str | None] = mapped_column(String(500))
    dispute_reference: Mapped[str | None] = mapped_column(String(80))
    found_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])

    @classmethod
    def is_finished(cls) -> ColumnElement[bool]:
        return Period.has_finished(cls.period_id, "matching_since")


class DifferenceNote(Keyed, Base):
    """A comment, or what was done to a difference; never changed."""

    __tablename__ = "difference_note"
    __table_args__ = (Index("ix_difference_note", "difference_id", "written_at"),)
    visible = Visibility(organisation=None, reseller="reseller_id", append_only=True)

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    difference_id: Mapped[UUID] = mapped_column(ForeignKey("difference.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    writer_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(1000))
    # The state after it; None for a mere comment.
    state: Mapped[DifferenceState | None] = mapped_column(
        choice(DifferenceState, "difference_note_state")
    )
    position: Mapped[int] = mapped_column(Integer)
