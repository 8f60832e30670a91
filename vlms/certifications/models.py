"""Tables of what people have passed and earned, and of their tries to renew it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person
from vlms.catalog.models import Certification, Exam
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility

_OWNED = Visibility(holder="person_id", team="person_id")


class PassSource(StrEnum):
    """Where it is known from that an exam was passed, or a certification earned."""

    EXAM = "exam"
    IMPORT = "import"
    ENTRY = "entry"


class AttemptSource(StrEnum):
    """Who says that a renewal assessment was taken: its holder, an admin, or a file."""

    HOLDER = "holder"
    ENTRY = "entry"
    IMPORT = "import"


class ExamPass(Keyed, Base):
    """An exam that a person has passed, on a day in UTC: a line of their transcript."""

    __tablename__ = "exam_pass"
    __table_args__ = (
        Index("uq_exam_pass", "person_id", "exam_number", "passed_on", unique=True),
        Index("ix_exam_pass_exam", "organisation_id", "exam_number"),
    )
    visible = _OWNED
    audited = ("person_id", "exam_number", "passed_on", "source")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    exam_number: Mapped[str] = mapped_column(ForeignKey("exam.number"))
    passed_on: Mapped[date] = mapped_column(Date)
    source: Mapped[PassSource] = mapped_column(choice(PassSource, "exam_pass_source"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    exam: Mapped[Exam] = relationship(lazy="joined")


class HeldCertification(Keyed, Base):
    """A certification that a person has earned; each is renewed by itself (R4).

    `expires_on` is its last day in UTC, moved by passed assessments (R3); None: never (R1).
    """

    __tablename__ = "held_certification"
    __table_args__ = (
        Index("uq_held_certification", "person_id", "certification_key", "earned_on", unique=True),
        # The board and the rounds look for what ends soon.
        Index("ix_held_certification_end", "organisation_id", "expires_on"),
        # The round that tells of open windows goes through everybody's.
        Index("ix_held_certification_expires", "expires_on", "id"),
    )
    visible = _OWNED
    audited = ("person_id", "certification_key", "earned_on", "expires_on", "source")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    certification_key: Mapped[str] = mapped_column(ForeignKey("certification.key"))
    earned_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[PassSource] = mapped_column(choice(PassSource, "held_certification_source"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    # One more with each attempt: of two that are recorded at once, one finds another number.
    version: Mapped[int] = mapped_column(Integer)
    # Made from passed exams alone, and made anew whenever these change, until it is renewed.
    is_derived: Mapped[bool] = mapped_column(Boolean)
    # The last day whose window its holder was told of (R5).
    told_for: Mapped[date | None] = mapped_column(Date)

    certification: Mapped[Certification] = relationship(lazy="joined")
    person: Mapped[Person] = relationship()

    @property
    def is_remade(self) -> bool:
        """Whether it still follows from passed exams alone."""
        return self.is_derived and self.version == 1

    def gives_way(self, day: date) -> bool:
        """Whether passes alone earned it behind a day from which it was held already (R2, R4)."""
        return self.is_remade and self.earned_on > day


class RenewalAttempt(Keyed, Base):
    """A renewal assessment that was taken (R2, R3); a passed one has moved the last day."""

    __tablename__ = "renewal_attempt"
    __table_args__ = (Index("ix_renewal_attempt", "held_id", "expired_on", "attempted_at"),)
    visible = _OWNED
    audited = ("person_id", "attempted_at", "has_passed", "expired_on", "source")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    held_id: Mapped[UUID] = mapped_column(ForeignKey("held_certification.id"))
    # The last day that the certification had then: it names the window (R2).
    expired_on: Mapped[date] = mapped_column(Date)
    attempted_at: Mapped[datetime] = mapped_column(Instant)
    has_passed: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[AttemptSource] = mapped_column(choice(AttemptSource, "renewal_attempt_source"))
    created_at: Mapped[datetime] = mapped_column(Instant)
