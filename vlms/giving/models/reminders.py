"""Tables of reminders: an organisation's plan, what was sent, how far a day's round is."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.agreements.models import Agreement
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import SYSTEM_ONLY, Visibility


class ReminderPlan(Keyed, Base):
    """When an organisation's people are reminded (F8, F10); without one the usual days hold."""

    __tablename__ = "reminder_plan"
    __table_args__ = (Index("uq_reminder_plan", "organisation_id", unique=True),)
    visible = Visibility()
    audited = ("after_days", "before_days", "weekly_cap", "ladder", "is_on", "has_digest")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # Whole days, each list as it was typed: after assigning, before the last day, for admins.
    after_days: Mapped[list[int]] = mapped_column(JSON)
    before_days: Mapped[list[int]] = mapped_column(JSON)
    ladder: Mapped[list[int]] = mapped_column(JSON)
    weekly_cap: Mapped[int] = mapped_column(Integer)
    is_on: Mapped[bool]
    has_digest: Mapped[bool]


class CodeReminder(Keyed, Base):
    """A reminder of one code, written into the outbox in the same transaction.

    One occasion of a code reminds once; a person's reminders of a week are numbered, so that
    of two at once no more than the cap get through.
    """

    __tablename__ = "code_reminder"
    __table_args__ = (
        Index("uq_code_reminder_occasion", "code_id", "occasion", unique=True),
        Index("uq_code_reminder_slot", "person_id", "week", "slot", unique=True),
        Index("ix_code_reminder_sent", "code_id", "sent_at"),
    )
    visible = Visibility(agreement="agreement_id")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    occasion: Mapped[str] = mapped_column(String(40))
    week: Mapped[str] = mapped_column(String(8))
    slot: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    # Who asked for it; None: the plan did.
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class ReminderRound(Keyed, Base):
    """How far an organisation's round of a day is: codes up to `seen_id` have had their turn."""

    __tablename__ = "reminder_round"
    __table_args__ = (Index("uq_reminder_round", "organisation_id", unique=True),)
    visible = SYSTEM_ONLY

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # A day of the organisation's zone.
    day: Mapped[date] = mapped_column(Date)
    seen_id: Mapped[UUID | None]
    is_over: Mapped[bool] = mapped_column(default=False)


class EndWarning(Keyed, Base):
    """A step of the ladder before a last day of which admins were told (F10)."""

    __tablename__ = "end_warning"
    __table_args__ = (
        Index("uq_end_warning", "agreement_id", "last_day", "days", unique=True),
        Index("ix_end_warning_open", "organisation_id", "acknowledged_at", "last_day"),
    )
    visible = Visibility(agreement="agreement_id")
    audited = ("last_day", "days", "acknowledged_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    last_day: Mapped[date] = mapped_column(Date)
    days: Mapped[int] = mapped_column(Integer)
    told_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship()
