"""Plans jobs, claims due ones under a lease, and ends them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.exc import IntegrityError

from vlms.core.backoff import PAUSES, pause_after
from vlms.core.clock import Clock
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.packed_scope import pack_scope
from vlms.core.packed_text import pack_refusal, pack_text
from vlms.core.scoping import guarded_update
from vlms.core.text import Text
from vlms.core.work import Work, working
from vlms.jobs.held import LEASE, SCOPE, WORKER, HeldJob, JobCancelled, LeaseLost, hold
from vlms.jobs.models import Job, JobState

__all__ = ["LEASE", "WORKER", "HeldJob", "JobCancelled", "LeaseLost"]


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

    With `every_seconds` it comes again so long after each time that it was done. What ended
    without a result may be planned again.
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
        asked_by=work.actor.user_id,
        asker=_asker(work),
    )
    try:
        with work.session.begin_nested():
            work.session.add(job)
    except IntegrityError:
        # Somebody else has planned the same at this moment.
        return None
    return job


def _asker(work: Work) -> dict[str, Any] | None:
    """The person who asks, as they are now; None for the installation itself."""
    scope = pack_scope(work.session.info.get("scope"))
    if not work.actor.roles or scope is None:
        return None
    roles = sorted(role.value for role in work.actor.roles)
    zone = work.actor.time_zone
    return {"name": work.actor.name, "roles": roles, "time_zone": zone, "scope": scope}


def plan_asked(
    work: Work, kind: str, once_key: str, facts: Mapping[str, Any], *, title: Text, total: int
) -> Job | None:
    """Plan what somebody asked for and waits for: it has a title and so many things to do.

    None when the same is under way, or done.
    """
    job = plan(work, kind, once_key, facts)
    if job is not None:
        job.title, job.total_count = pack_text(title), total
        work.flush()
    return job


def claim(clock: Clock, *kinds: str) -> HeldJob | None:
    """Claim the job of these kinds that has been due for longest; None when none is.

    A running job whose lease is over is due again: its worker was killed, or sleeps.
    """
    with reading(SCOPE) as session:
        # Looking costs no lock; only who sees something due begins to write.
        if session.scalar(_due_jobs(clock(), kinds)) is None:
            return None
    with working(WORKER, SCOPE, clock()) as work:
        # Two workers on PostgreSQL pass each other; SQLite has one writer at a time.
        due = _due_jobs(work.now, kinds).with_for_update(skip_locked=True)
        job = work.session.scalar(due)
        return None if job is None else _take(work, job, clock)


def finish(held: HeldJob) -> None:
    """Done; a recurring job waits for its next time. Raises LeaseLost."""
    if held.every_seconds is not None:
        next_at = held.clock() + timedelta(seconds=held.every_seconds)
        _let_go(held, last_error=None, state=JobState.WAITING, next_at=next_at, attempt=0)
    else:
        with held.work(to_the_end=True) as work:
            held.finish(work, last_error=None)


def fail(held: HeldJob, error: str) -> None:
    """Try again later, each time later; a recurring job never gives up. Raises LeaseLost."""
    pause = pause_after(held.attempt)
    if pause is None and held.every_seconds is not None:
        pause = PAUSES[-1]
    if pause is None:
        _end_undone(held, JobState.FAILED, last_error=error[:500])
        return
    _let_go(held, last_error=error[:500], state=JobState.WAITING, next_at=held.clock() + pause)


def refuse(held: HeldJob, refusal: DomainError) -> None:
    """Failed for good: another try would be refused as well. Raises LeaseLost."""
    _end_undone(
        held, JobState.FAILED, last_error=refusal.reason[:500], refusal=pack_refusal(refusal)
    )


def stop(held: HeldJob) -> None:
    """Cancelled, as was asked. Raises LeaseLost."""
    _end_undone(held, JobState.CANCELLED)


def _end_undone(held: HeldJob, state: JobState, **values: Any) -> None:
    """End without a result; the same may be planned again."""
    with held.work(to_the_end=True) as work:
        held.end(work, state, once_key=f"ended:{held.id}", **values)


def has_finished(held: HeldJob) -> bool:
    """Whether the job has said that it is done by itself, with its last step."""
    with reading(SCOPE) as session:
        done = select(Job.id).where(
            Job.id == held.id, Job.lease_token == held.token, Job.state == JobState.DONE
        )
        return session.scalar(done) is not None


def _let_go(held: HeldJob, **values: Any) -> None:
    with held.work(to_the_end=True) as work:
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
        started_at=job.started_at or work.now,
    )
    return hold(job, clock) if taken == 1 else None
