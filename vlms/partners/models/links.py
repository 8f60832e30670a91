"""Tables of certification profiles, and of their links with organisations (R5, K1, K2)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation, Person
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import SYSTEM_ONLY, Visibility
from vlms.partners.rules.profiles import AccountKind as AccountKind

_RUNS = sql("ended_at IS NULL")
_OPEN = sql("done_at IS NULL")


class EndReason(StrEnum):
    """Why an association ended: removed, by linking to another, for a leaver, with its user."""

    UNLINKED = "unlinked"
    SWAPPED = "swapped"
    LEFT = "left"
    ERASED = "erased"


class CertificationProfile(Keyed, Base):
    """An MCID that its user has proved by mail; a directory's entry only says one (K1).

    What stands under `learning_` the user says of the learning profile (R5). Who has two
    has them merged: `merged_into_id` is the one that stays.
    """

    __tablename__ = "certification_profile"
    __table_args__ = (
        Index(
            "uq_certification_profile_mcid",
            "mcid",
            unique=True,
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
    )
    visible = SYSTEM_ONLY
    audited = (
        "user_id",
        "mcid",
        "email",
        "account_kind",
        "learning_kind",
        "learning_account",
        "is_learning_linked",
        "merged_into_id",
        "ended_at",
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    # Both empty once the user is erased.
    mcid: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    account_kind: Mapped[AccountKind] = mapped_column(
        choice(AccountKind, "certification_profile_account_kind")
    )
    proved_at: Mapped[datetime] = mapped_column(Instant)
    learning_kind: Mapped[AccountKind | None] = mapped_column(
        choice(AccountKind, "certification_profile_learning_kind")
    )
    # The personal account on the learning profile.
    learning_account: Mapped[str | None] = mapped_column(String(254))
    is_learning_linked: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("certification_profile.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # One more with each association: of two that start at once, one finds another number.
    link_count: Mapped[int] = mapped_column(Integer, default=0)


class ProfileClaim(Keyed, Base):
    """An MCID that a user wants to prove; the mailed code's keyed digest. One a user."""

    __tablename__ = "profile_claim"
    visible = SYSTEM_ONLY

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), unique=True)
    mcid: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    account_kind: Mapped[AccountKind] = mapped_column(
        choice(AccountKind, "profile_claim_account_kind")
    )
    code_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    try_count: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Association(Keyed, Base):
    """A user's MCID linked to an organisation: assessments and exams, each removed by itself (K1).

    It runs until both are removed; no user has two that run. It counts from `seen_at` on, when
    a skills report showed it (K2).
    """

    __tablename__ = "mcid_association"
    __table_args__ = (
        Index(
            "uq_mcid_association_user",
            "user_id",
            unique=True,
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
        Index("ix_mcid_association_starts", "user_id", "started_at"),
        Index("ix_mcid_association_organisation", "organisation_id", "ended_at", "started_at"),
        CheckConstraint(
            "(ended_at IS NOT NULL AND assessments_ended_at IS NOT NULL "
            "AND exams_ended_at IS NOT NULL AND end_reason IS NOT NULL) OR "
            "(ended_at IS NULL AND end_reason IS NULL "
            "AND (assessments_ended_at IS NULL OR exams_ended_at IS NULL))",
            name="is_whole",
        ),
    )
    visible = Visibility(holder="person_id")
    audited = (
        "mcid",
        "started_at",
        "assessments_ended_at",
        "exams_ended_at",
        "ended_at",
        "end_reason",
        "seen_at",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("certification_profile.id"), index=True)
    # As it was proved then: the organisation finds its people in reports by it.
    mcid: Mapped[str | None] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Instant)
    assessments_ended_at: Mapped[datetime | None] = mapped_column(Instant)
    exams_ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_reason: Mapped[EndReason | None] = mapped_column(
        choice(EndReason, "mcid_association_end_reason")
    )
    seen_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


class UnlinkRequest(Keyed, Base):
    """A leaver's asking on the public form; the mail to the MCID's address opens it once (K1)."""

    __tablename__ = "unlink_request"
    visible = SYSTEM_ONLY

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("certification_profile.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class UnlinkTask(Keyed, Base):
    """What the global administrator is to do by a day: end the link of who has left (K1)."""

    __tablename__ = "unlink_task"
    __table_args__ = (
        Index(
            "uq_unlink_task_open",
            "association_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_unlink_task_due", "organisation_id", "done_at", "due_on"),
    )
    visible = Visibility(holder="person_id")
    audited = ("due_on", "done_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("mcid_association.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date] = mapped_column(Date)
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()
    association: Mapped[Association] = relationship()
