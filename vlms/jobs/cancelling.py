"""Asks a job to stop. The worker does, before its next step, and takes back what it made."""

from __future__ import annotations

from uuid import UUID

from vlms.audit.service import journal
from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.jobs.events import JobEnded
from vlms.jobs.models import Job, JobState
from vlms.jobs.queries import get_job


def ask_to_stop(work: Work, job_id: UUID) -> Job:
    """Cancel at once what has not begun; else ask whoever works on it, at the next step.

    Raises NotFound, and Conflict for a job that has ended.
    """
    job = get_job(work.session, job_id, work.actor)
    if not (_drop_unbegun(work, job) or _ask(work, job)):
        raise Conflict(
            None,
            _("This job has ended already, so it cannot be cancelled any more."),
            reason="job_ended",
            way_out=_("Its page shows what came of it."),
        )
    record = ("job", job.id, job.organisation_id)
    journal(work, "job.cancel_asked", record, after={"kind": job.kind})
    work.session.refresh(job)
    return job


def _drop_unbegun(work: Work, job: Job) -> bool:
    unbegun = (Job.id == job.id, Job.state == JobState.WAITING, Job.attempt == 0)
    ended = {
        "state": JobState.CANCELLED,
        "cancel_asked_at": work.now,
        "finished_at": work.now,
        "once_key": f"ended:{job.id}",
    }
    if guarded_update(work.session, Job, *unbegun, **ended) != 1:
        return False
    work.events.append(JobEnded(job.id))
    return True


def _ask(work: Work, job: Job) -> bool:
    # One that waits for its next try is looked at now.
    at_work = (Job.id == job.id, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    asked = {"cancel_asked_at": work.now, "next_at": work.now}
    return guarded_update(work.session, Job, *at_work, **asked) == 1
