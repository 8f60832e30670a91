"""The table of saved reports that are sent by e-mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility


class ReportFormat(StrEnum):
    XLSX = "xlsx"
    PDF = "pdf"
    NEW_COMMERCE = "new_commerce"
    LICENSE_BASED = "license_based"


class ReportRhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class SavedReport(Keyed, Base):
    """A statement that its owner keeps; with a rhythm it is made and sent by itself.

    The owner's rights are looked at again at each run; five failures in a row stop it.
    """

    __tablename__ = "saved_report"
    __table_args__ = (
        Index("uq_saved_report", "organisation_id", "owner_id", "name", unique=True),
        Index("ix_saved_report_due", "next_at"),
    )
    # A reseller's too: the organisation is the workspace.
    visible = Visibility(reseller="organisation_id")
    audited = ("name", "asked", "format", "rhythm", "recipients", "stopped_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(120))
    # Arguments of the statement's address: period, customer, agreement, currency.
    asked: Mapped[str] = mapped_column(String(1500))
    format: Mapped[ReportFormat] = mapped_column(choice(ReportFormat, "saved_report_format"))
    rhythm: Mapped[ReportRhythm | None] = mapped_column(choice(ReportRhythm, "saved_report_rhythm"))
    # Addresses, one a line.
    recipients: Mapped[str] = mapped_column(String(1000), default="")
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    last_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure_count: Mapped[int] = mapped_column(Integer, default=0)
    last_failure: Mapped[str | None] = mapped_column(String(500))
    # Paused by its owner, or by itself after too many failures in a row.
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
