"""A job in the hands of a worker: its steps, its progress, its end, all behind the fence.

A claim raises the job's token; every later write of that claim asks for the token, so a
worker that was taken for dead can no longer change anything (it is told with LeaseLost).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from vlms.core.clock import Clock
from vlms.core.packed_scope import unpack_scope
from vlms.core.permissions import Role
from vlms.core.scope import Scope, System
from vlms.core.scoping import guarded_update
from vlms.core.work import Actor, Work, working
from vlms.jobs.events import JobEnded
from vlms.jobs.models import Job, JobState
from vlms.jobs.standing import check_standing

LEASE = timedelta(seconds=60)
WORKER = Actor("worker")
SCOPE = System("worker")


class LeaseLost(RuntimeError):
    """Another worker has this job now: whatever this one was about to write is void."""


class JobCancelled(RuntimeError):
    """Somebody has asked that the job stops; what it made so far is to be taken back."""


@dataclass(frozen=True)
class Asker:
    """Who asked for a job, and the scope in which; both as they were at that moment."""

    actor: Actor
    scope: Scope


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
    asker: Asker | None = field(default=None, repr=False)

    @contextmanager
    def work(self, asker: Asker | None = None, *, to_the_end: bool = False) -> Iterator[Work]:
        """A unit of work for a step of the job, which prolongs the lease first.

        With an `asker` it is done in that name and scope. Raises LeaseLost; unless it goes on
        `to_the_end`, JobCancelled, and Forbidden once a role of who asked was taken away.
        Then nothing of the step is kept.
        """
        actor, scope = (asker.actor, asker.scope) if asker else (WORKER, SCOPE)
        with working(actor, scope, self.clock()) as work:
            self.change(work, lease_until=work.now + LEASE)
            if not to_the_end and self.every_seconds is None:
                self._check_wanted(work)
            yield work

    def tell_progress(self, work: Work, done_count: int, total_count: int | None = None) -> None:
        """How many are done, of how many."""
        self.change(work, done_count=done_count, total_count=total_count)

    def finish(self, work: Work, result: Mapping[str, Any] | None = None, **values: Any) -> None:
        """Done, together with what `work` has written: both are kept, or neither."""
        self.end(work, JobState.DONE, result=dict(result) if result else None, **values)

    def end(self, work: Work, state: JobState, **values: Any) -> None:
        """End a job that does not recur, and tell who asked."""
        self.change(work, state=state, finished_at=work.now, lease_until=None, **values)
        if self.asker is not None:
            work.events.append(JobEnded(self.id))

    def change(self, work: Work, **values: Any) -> None:
        """Change the job's row, if this claim still holds it. Raises LeaseLost."""
        mine = (Job.id == self.id, Job.lease_token == self.token, Job.state == JobState.RUNNING)
        if guarded_update(work.session, Job, *mine, **values) != 1:
            raise LeaseLost(self.kind)

    def _check_wanted(self, work: Work) -> None:
        asked = select(Job.cancel_asked_at).where(Job.id == self.id)
        if work.session.scalar(asked) is not None:
            raise JobCancelled(self.kind)
        self.check_asker()

    def check_asker(self) -> None:
        """Raises Forbidden when who asked may do less now than when they asked."""
        if self.asker is not None:
            check_standing(self.asker.actor, self.asker.scope)


def hold(job: Job, clock: Clock) -> HeldJob:
    """A job that was just taken: one attempt and one token further than its row was read."""
    return HeldJob(
        job.id,
        job.kind,
        job.facts,
        job.organisation_id,
        job.attempt + 1,
        job.every_seconds,
        job.lease_token + 1,
        clock,
        asker_of(job),
    )


def asker_of(job: Job) -> Asker | None:
    """Who asked for a job; None for the installation's own."""
    kept = job.asker
    if kept is None:
        return None
    actor = Actor(
        kept["name"],
        job.asked_by,
        job.organisation_id,
        frozenset(Role(role) for role in kept["roles"]),
        kept["time_zone"],
    )
    return Asker(actor, unpack_scope(kept["scope"]))
