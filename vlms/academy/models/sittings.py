"""Tables of sittings and their seats: exams scheduled, started, their results (A2, A4)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.rules.seat_state import SeatState
from vlms.accounts.models import Person, School
from vlms.catalog.models import Exam
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility

_SEEN = Visibility(agreement="agreement_id", school="school_id")


class SittingState(StrEnum):
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Sitting(Keyed, Base):
    """One exam at one site from one moment on, for one person or a whole class."""

    __tablename__ = "sitting"
    __table_args__ = (
        Index("uq_sitting_number", "number", unique=True),
        Index("ix_sitting_school", "organisation_id", "school_id", "starts_at"),
        Index("ix_sitting_starts", "organisation_id", "starts_at"),
    )
    visible = _SEEN
    audited = (
        "number",
        "state",
        "exam_number",
        "site_id",
        "starts_at",
        "room",
        "proctor_id",
        "substitute_id",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_site.id"))
    quota_id: Mapped[UUID] = mapped_column(ForeignKey("pack_quota.id"))
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"))
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[SittingState] = mapped_column(choice(SittingState, "sitting_state"))
    exam_number: Mapped[str] = mapped_column(ForeignKey("exam.number"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    # The school's, in which its days are told.
    time_zone: Mapped[str] = mapped_column(String(60))
    room: Mapped[str] = mapped_column(String(120), default="")
    proctor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # The teacher who stands in for the proctor on the day.
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    school: Mapped[School] = relationship()
    school_class: Mapped[SchoolClass | None] = relationship()
    site: Mapped[DeliverySite] = relationship()
    quota: Mapped[PackQuota] = relationship()
    pack: Mapped[Pack] = relationship()
    exam: Mapped[Exam] = relationship()
    proctor: Mapped[Person | None] = relationship(foreign_keys=[proctor_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
    seats: Mapped[list[ExamSeat]] = relationship(back_populates="sitting", order_by="ExamSeat.id")


class ExamSeat(Keyed, Base):
    """One candidate's exam in a sitting, drawn from the sitting's quota."""

    __tablename__ = "exam_seat"
    __table_args__ = (
        Index(
            "uq_exam_seat_open",
            "sitting_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('reserved', 'started')"),
            postgresql_where=text("state IN ('reserved', 'started')"),
        ),
        # One appointment at an exam at a time, whatever the sitting (A4).
        Index(
            "uq_exam_seat_reserved",
            "person_id",
            "exam_number",
            unique=True,
            sqlite_where=text("state = 'reserved'"),
            postgresql_where=text("state = 'reserved'"),
        ),
        Index("ix_exam_seat_person", "person_id", "exam_number", "starts_at"),
        Index("ix_exam_seat_organisation", "organisation_id", "school_id", "state"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 1000", name="score"),
    )
    visible = Visibility(agreement="agreement_id", school="school_id", holder="person_id")
    audited = (
        "state",
        "legal_name",
        "provider_account",
        "consent_on",
        "started_at",
        "score",
        "has_passed",
        "reason",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    quota_id: Mapped[UUID] = mapped_column(ForeignKey("pack_quota.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    exam_number: Mapped[str] = mapped_column(ForeignKey("exam.number"))
    # The sitting's, kept here for the waits between two attempts (A4).
    starts_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[SeatState] = mapped_column(choice(SeatState, "exam_seat_state"))
    # As on the identity document, in Latin letters.
    legal_name: Mapped[str | None] = mapped_column(String(200))
    # The candidate's account with the test provider.
    provider_account: Mapped[str | None] = mapped_column(String(120))
    is_minor: Mapped[bool] = mapped_column(Boolean, default=False)
    # The day of the guardian's consent; needed for minors.
    consent_on: Mapped[date | None] = mapped_column(Date)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    score: Mapped[int | None] = mapped_column(Integer)
    has_passed: Mapped[bool | None] = mapped_column(Boolean)
    result_at: Mapped[datetime | None] = mapped_column(Instant)
    # Why it was given back or reversed.
    reason: Mapped[str | None] = mapped_column(String(500))

    sitting: Mapped[Sitting] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()
    exam: Mapped[Exam] = relationship()
