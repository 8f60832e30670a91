"""Tables of exam providers' reports: how each is read, what it told, and the scores (C3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.codes.models import Code, Registration
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility
from vlms.giving.rules.report_words import ExamResult, Happening, Why

# Of the workspace in which reports are taken in; who is limited to an agreement sees its own.
_REPORTS = Visibility(agreement="agreement_id")


class ProviderMapping(Keyed, Base):
    """How one provider's reports are read: asked once, remembered under the provider's name."""

    __tablename__ = "provider_mapping"
    __table_args__ = (Index("uq_provider_mapping", "organisation_id", "provider_key", unique=True),)
    visible = Visibility()
    audited = ("provider", "columns", "day_order", "zone")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    provider: Mapped[str] = mapped_column(String(80))
    # The name folded, by which it is found again.
    provider_key: Mapped[str] = mapped_column(String(160))
    # Field: the title of its column, or {"fixed": value}.
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    # "dmy" or "mdy", where the year stands last; None: not asked yet.
    day_order: Mapped[str | None] = mapped_column(String(3))
    # The zone of times that tell none.
    zone: Mapped[str] = mapped_column(String(60))


class ProviderReport(Keyed, Base):
    """One file of a provider, as far as it is taken in."""

    __tablename__ = "provider_report"
    __table_args__ = (Index("ix_provider_report", "organisation_id", "taken_at"),)
    visible = _REPORTS
    audited = ("provider", "filename", "row_count", "changed_count", "queued_count")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # The agreement to which who brought it is limited; None: the whole workspace.
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    provider: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    row_count: Mapped[int] = mapped_column(Integer)
    # How many rows, in the order of what they tell, have had their turn.
    done_count: Mapped[int] = mapped_column(Integer, default=0)
    changed_count: Mapped[int] = mapped_column(Integer, default=0)
    same_count: Mapped[int] = mapped_column(Integer, default=0)
    queued_count: Mapped[int] = mapped_column(Integer, default=0)
    wrong_count: Mapped[int] = mapped_column(Integer, default=0)


class RowState(StrEnum):
    """What became of a row that told something new."""

    RECORDED = "recorded"
    WAITING = "waiting"
    ASKED = "asked"
    IGNORED = "ignored"


class ProviderRow(Keyed, Base):
    """A row that told something new: recorded, or in the queue of what does not match.

    It holds no code: the last symbols, and keyed indexes by which the code is found.
    """

    __tablename__ = "provider_row"
    __table_args__ = (
        # The same told again, in whichever file, is the same row.
        Index("uq_provider_row", "organisation_id", "digest", unique=True),
        Index("ix_provider_row_state", "organisation_id", "state", "happened_at", "id"),
        Index("ix_provider_row_report", "report_id", "row_number"),
        Index("ix_provider_row_code", "code_id"),
    )
    visible = _REPORTS
    audited = ("state", "why", "code_id", "decided_at", "remark")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("provider_report.id"))
    row_number: Mapped[int] = mapped_column(Integer)
    # HMAC in hexadecimal of all that the row tells.
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[RowState] = mapped_column(choice(RowState, "provider_row_state"))
    why: Mapped[Why | None] = mapped_column(choice(Why, "provider_row_why"))
    # What the rules said against it: a packed refusal.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"))
    # Keyed indexes, in hexadecimal, of the codes that it may mean.
    indexes: Mapped[list[str]] = mapped_column(JSON)
    last4: Mapped[str] = mapped_column(String(4))
    candidate_name: Mapped[str] = mapped_column(String(200))
    candidate_email: Mapped[str] = mapped_column(String(254))
    candidate_number: Mapped[str] = mapped_column(String(60))
    happening: Mapped[Happening] = mapped_column(choice(Happening, "provider_row_happening"))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    exam: Mapped[str | None] = mapped_column(String(20))
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    result: Mapped[ExamResult | None] = mapped_column(choice(ExamResult, "provider_row_result"))
    score: Mapped[str | None] = mapped_column(String(40))
    site: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # Why it is ignored, or what the provider was asked.
    remark: Mapped[str | None] = mapped_column(String(500))

    report: Mapped[ProviderReport] = relationship()
    code: Mapped[Code | None] = relationship()


class ExamScore(Keyed, Base):
    """The result of a registration's exam, as its provider reported it."""

    __tablename__ = "exam_score"
    __table_args__ = (Index("uq_exam_score", "registration_id", unique=True),)
    visible = Visibility(agreement="agreement_id", holder="person_id")
    audited = ("result", "score")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    result: Mapped[ExamResult | None] = mapped_column(choice(ExamResult, "exam_score_result"))
    # As the provider writes it: "842" or "85 %".
    score: Mapped[str | None] = mapped_column(String(40))
    told_at: Mapped[datetime] = mapped_column(Instant)

    registration: Mapped[Registration] = relationship()
