"""Writes to who asked for a job that took long, once it has ended."""

from __future__ import annotations

from datetime import timedelta

from vlms.accounts.models import Organisation, User
from vlms.core.work import Work
from vlms.jobs.events import JobEnded
from vlms.jobs.models import Job, JobState
from vlms.notices.outbox import Mail, Recipient, post

# Who waited no longer than this was most likely still looking.
LONG = timedelta(minutes=1)


def tell_asker(work: Work, event: JobEnded) -> None:
    """A mail with the job's page; none for a job that its asker cancelled."""
    job = work.session.get_one(Job, event.job_id, populate_existing=True)
    is_long = job.finished_at is not None and job.finished_at - job.created_at >= LONG
    if job.asked_by is None or job.state is JobState.CANCELLED or not is_long:
        return
    user = work.session.get_one(User, job.asked_by)
    organisation = (
        work.session.get(Organisation, job.organisation_id) if job.organisation_id else None
    )
    if organisation is None:
        return
    facts = {
        "title": job.title,
        "is_done": job.state is JobState.DONE,
        "path": f"/o/{organisation.slug}/jobs/{job.id}",
    }
    once_key = f"job_ended:{job.id}"
    mail = Mail("job_ended", job.id, once_key, organisation_id=organisation.id, facts=facts)
    post(work, mail, Recipient(user.name, user.email, user.language))
