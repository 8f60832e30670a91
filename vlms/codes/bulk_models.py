"""Tables of steps that were confirmed for many codes at once, and what became of each code."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.codes.models import Code
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class BulkRun(Keyed, Base):
    """A step that somebody confirmed for many codes; kept for some weeks, for them alone."""

    __tablename__ = "bulk_run"
    __table_args__ = (Index("ix_bulk_run_organisation", "organisation_id", "asked_at"),)
    visible = Visibility(schools_read=True, schools_write=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # The step's word in its page's address.
    act: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    code_count: Mapped[int] = mapped_column(Integer)
    # The cost centre that is to bear the codes; None: as each of them says.
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    # The job that takes the steps; None where they were taken at once.
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))


class BulkRunCode(Keyed, Base):
    """One of its codes, as its page had shown it, and whether the step was taken on it."""

    __tablename__ = "bulk_run_code"
    __table_args__ = (Index("uq_bulk_run_code", "run_id", "position", unique=True),)
    visible = Visibility(agreement="agreement_id", schools_read=True, schools_write=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_run.id"))
    position: Mapped[int] = mapped_column(Integer)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id"))
    version: Mapped[int] = mapped_column(Integer)
    # None: its turn has not come. A packed refusal says why it was left out.
    is_taken: Mapped[bool | None] = mapped_column(Boolean)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    code: Mapped[Code] = relationship()
