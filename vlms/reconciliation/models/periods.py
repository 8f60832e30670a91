"""Tables of the periods that a reseller reconciles and closes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility

RESELLER_ONLY = Visibility(organisation=None, reseller="reseller_id")


class PeriodState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Period(Keyed, Base):
    """A month of a reseller: of the charges, files and differences that belong to it."""

    __tablename__ = "reconciliation_period"
    __table_args__ = (Index("uq_reconciliation_period", "reseller_id", "month", unique=True),)
    visible = RESELLER_ONLY
    audited = ("month", "state", "closed_at", "reason")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # "2026-03"
    month: Mapped[str] = mapped_column(String(7))
    state: Mapped[PeriodState] = mapped_column(choice(PeriodState, "reconciliation_period_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    # Charges recorded until then are in (I18); each matching moves it, closing fixes it.
    cut_off_at: Mapped[datetime | None] = mapped_column(Instant)
    matched_at: Mapped[datetime | None] = mapped_column(Instant)
    # Set while a matching is written, in several transactions; its differences are not there
    # before it is whole. Each step renews it.
    matching_since: Mapped[datetime | None] = mapped_column(Instant)
    # What the last matching counted: lines, amounts by currency, differences by class.
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # Why it was reopened last.
    reason: Mapped[str | None] = mapped_column(String(500))


class SignOff(Keyed, Base):
    """The signed-off paper of a closed period, as it was made then; kept when it is reopened."""

    __tablename__ = "reconciliation_sign_off"
    __table_args__ = (Index("uq_sign_off", "period_id", "sequence", unique=True),)
    visible = Visibility(organisation=None, reseller="reseller_id", append_only=True)

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_period.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    signed_name: Mapped[str] = mapped_column(String(200))
    # SHA-256 in hexadecimal of the paper.
    digest: Mapped[str] = mapped_column(String(64))
    paper: Mapped[bytes] = deferred(mapped_column(LargeBinary))
