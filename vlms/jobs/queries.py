"""Finds jobs that people asked for, and tells when a worker was last at work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.jobs.held import LEASE
from vlms.jobs.models import Job, JobFile, JobState

LISTED = 100
# A worker that has nothing to do is seen every few seconds, by what recurs.
SILENCE = timedelta(minutes=2)


def get_job(session: Session, job_id: UUID, actor: Actor) -> Job:
    """A job that the actor asked for, or whose organisation they look after. Raises NotFound."""
    job = session.scalar(select(Job).where(Job.id == job_id, *_open_to(session, actor)))
    if job is None:
        raise NotFound(None, _("There is no such job here."))
    return job


def list_jobs(
    session: Session, actor: Actor, limit: int = LISTED, state: JobState | None = None
) -> Sequence[Job]:
    """The newest jobs that the actor may see, in one state or in any."""
    statement = select(Job).where(*_open_to(session, actor))
    if state is not None:
        statement = statement.where(Job.state == state)
    return session.scalars(statement.order_by(Job.created_at.desc(), Job.id).limit(limit)).all()


def count_jobs(session: Session, actor: Actor, state: JobState) -> int:
    """How many jobs that the actor may see are in a state."""
    found = select(func.count(Job.id)).where(Job.state == state, *_open_to(session, actor))
    return int(session.scalar(found) or 0)


def sees_others_jobs(session: Session, actor: Actor) -> bool:
    """Whether the actor looks after all jobs of the scope: its admins, and the operator."""
    scope = session.info.get("scope")
    if isinstance(scope, Organisation) and not scope.is_whole:
        return False
    return actor.may(Permission.EDIT_ORGANISATION_SETTINGS) or actor.may(Permission.EDIT_SYSTEM)


def _open_to(session: Session, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    # The installation's own work has no title.
    mine = true() if sees_others_jobs(session, actor) else Job.asked_by == actor.user_id
    return (Job.title.is_not(None), mine)


def find_file(session: Session, job: Job, actor: Actor, now: datetime) -> JobFile | None:
    """The file that a job made, for who asked for it alone; for a System scope."""
    if job.asked_by is None or job.asked_by != actor.user_id:
        return None
    kept = (JobFile.job_id == job.id, JobFile.expires_at > now)
    return session.scalar(select(JobFile).where(*kept))


def worker_seen_at(session: Session) -> datetime | None:
    """When a worker last took a step; None before the first. For a System scope."""
    stepped = select(func.max(Job.lease_until)).where(Job.state == JobState.RUNNING)
    held_until = session.scalar(stepped)
    recurring = select(Job.next_at, Job.every_seconds).where(
        or_(Job.state == JobState.WAITING, Job.state == JobState.RUNNING),
        Job.every_seconds.is_not(None),
        Job.lease_token > 0,
        Job.last_error.is_(None),
    )
    seen = [
        next_at - timedelta(seconds=every)
        for next_at, every in session.execute(recurring)
        if every is not None
    ]
    if held_until is not None:
        seen.append(held_until - LEASE)
    return max(seen, default=None)
