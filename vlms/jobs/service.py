"""Plans jobs, claims due ones under a lease, and fences whoever slept past it.

A claim raises the job's token; every later write of that claim asks for the token, so a
worker that was taken for dead can no longer change anything (it is told with LeaseLost).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from vlms.core.backoff import PAUSES, pause_after
from vlms.core.clock import Clock
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.core.work import Actor, Work, working
from vlms.jobs.models import Job, JobState

LEASE = timedelta(seconds=60)
WORKER = Actor("worker")
_SCOPE = System("worker")


class LeaseLost(RuntimeError):
    """Another worker has this job now: whatever this one was about to write is void."""


@dataclass(frozen=True)
class HeldJob:
    """A job as its claim found it; `token` is its fence, `attempt` counts from 1."""

    id: UUID
    kind: str
    facts: Mapping[str, Any]
    organisation_id: UUID | None
    attempt: int
    every_seconds: int | None
    token: int
    clock: Clock = field(repr=False)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A unit of work for a step of the job, which prolongs the lease first.

        Raises LeaseLost, and then nothing of the step is kept.
        """
        with working(WORKER, _SCOPE, self.clock()) as work:
            self.change(work, lease_until=work.now + LEASE)
            yield work

    def tell_progress(self, work: Work, done_count: int, total_count: int | None = None) -> None:
        """How many are done, of how many."""
        self.change(work, done_count=done_count, total_count=total_count)

    def change(self, work: Work, **values: Any) -> None:
        """Change the job's row, if this claim still holds it. Raises LeaseLost."""
        mine = (Job.id == self.id, Job.lease_token == self.token, Job.state == JobState.RUNNING)
        if guarded_update(work.session, Job, *mine, **values) != 1:
            raise LeaseLost(self.kind)


def plan(
    work: Work,
    kind: str,
    once_key: str,
    facts: Mapping[str, Any] | None = None,
    *,
    every_seconds: int | None = None,
    at: datetime | None = None,
) -> Job | None:
    """Plan a job for `at` (now unless given); None when `once_key` was planned before.

    With `every_seconds` it comes again so long after each time that it was done.
    """
    known = select(Job.id).where(Job.once_key == once_key)
    if work.session.scalar(known) is not None:
        return None
    job = Job(
        organisation_id=work.actor.organisation_id,
        kind=kind,
        once_key=once_key,
        facts=dict(facts or {}),
        state=JobState.WAITING,
        every_seconds=every_seconds,
        next_at=at or work.now,
        created_at=work.now,
    )
    work.session.add(job)
    work.flush()
    return job


def claim(clock: Clock, *kinds: str) -> HeldJob | None:
    """Claim the job of these kinds that has been due for longest; None when none is.

    A running job whose lease is over is due again: its worker was killed, or sleeps.
    """
    with reading(_SCOPE) as session:
        # Looking costs no lock; only who sees something due begins to write.
        if session.scalar(_due_jobs(clock(), kinds)) is None:
            return None
    with working(WORKER, _SCOPE, clock()) as work:
        # Two workers on PostgreSQL pass each other; SQLite has one writer at a time.
        due = _due_jobs(work.now, kinds).with_for_update(skip_locked=True)
        job = work.session.scalar(due)
        return None if job is None else _take(work, job, clock)


def finish(held: HeldJob) -> None:
    """Done; a recurring job waits for its next time. Raises LeaseLost."""
    now = held.clock()
    values: dict[str, Any] = {"state": JobState.DONE, "finished_at": now}
    if held.every_seconds is not None:
        next_at = now + timedelta(seconds=held.every_seconds)
        values = {"state": JobState.WAITING, "next_at": next_at, "attempt": 0}
    _let_go(held, last_error=None, **values)


def fail(held: HeldJob, error: str) -> None:
    """Try again later, each time later; a recurring job never gives up. Raises LeaseLost."""
    pause = pause_after(held.attempt)
    if pause is None and held.every_seconds is not None:
        pause = PAUSES[-1]
    values: dict[str, Any] = {"state": JobState.FAILED, "finished_at": held.clock()}
    if pause is not None:
        values = {"state": JobState.WAITING, "next_at": held.clock() + pause}
    _let_go(held, last_error=error[:500], **values)


def _let_go(held: HeldJob, **values: Any) -> None:
    with held.work() as work:
        held.change(work, lease_until=None, **values)


def _due_jobs(now: datetime, kinds: tuple[str, ...]) -> Select[Job]:
    statement = select(Job).where(Job.kind.in_(kinds), _is_due(now))
    return statement.order_by(Job.next_at, Job.id).limit(1)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.WAITING, Job.next_at <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )


def _take(work: Work, job: Job, clock: Clock) -> HeldJob | None:
    taken = guarded_update(
        work.session,
        Job,
        Job.id == job.id,
        Job.lease_token == job.lease_token,
        _is_due(work.now),
        state=JobState.RUNNING,
        lease_token=Job.lease_token + 1,
        attempt=Job.attempt + 1,
        lease_until=work.now + LEASE,
    )
    if taken != 1:
        return None
    return HeldJob(
        job.id,
        job.kind,
        job.facts,
        job.organisation_id,
        job.attempt + 1,
        job.every_seconds,
        job.lease_token + 1,
        clock,
    )
