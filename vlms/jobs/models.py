"""The table of jobs, and of the files that they make."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import SYSTEM_ONLY, Visibility


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(Keyed, Base):
    """Work to be done later or again and again; claimed under a lease with a fencing token.

    A recurring job goes back to waiting with a new `next_at`; `lease_token` rises with each
    claim, so that a worker that slept past its lease can no longer write.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("uq_job_once", "once_key", unique=True),
        Index("ix_job_due", "state", "next_at"),
        Index("ix_job_asked", "asked_by", "created_at"),
        Index("ix_job_organisation", "organisation_id", "created_at"),
    )
    # A reseller's jobs belong to its own organisation. A school's people look after those that
    # they asked for, as everybody does but admins (queries.sees_others_jobs).
    visible = Visibility(
        organisation="organisation_id",
        reseller="organisation_id",
        everyone_appends=True,
        schools_write=True,
    )

    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(60))
    once_key: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(choice(JobState, "job_state"))
    every_seconds: Mapped[int | None] = mapped_column(Integer)
    done_count: Mapped[int] = mapped_column(Integer, default=0)
    total_count: Mapped[int | None] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    lease_token: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(String(500))
    # None: the installation's own work. `asker` keeps the name, roles and scope of that moment.
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    asker: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    # A packed text: what it is to people.
    title: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    # Packed texts: why it failed, and what came of it.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class JobFile(Base):
    """The file that a job made, for who asked for it, until `expires_at`."""

    __tablename__ = "job_file"
    visible = SYSTEM_ONLY

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"), primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    byte_count: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class JobFilePart(Keyed, Base):
    """A sealed piece of a job's file; all web hosts read it from the one database."""

    __tablename__ = "job_file_part"
    __table_args__ = (Index("uq_job_file_part", "job_id", "position", unique=True),)
    visible = SYSTEM_ONLY

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"))
    position: Mapped[int] = mapped_column(Integer)
    sealed_body: Mapped[bytes] = mapped_column(LargeBinary)
