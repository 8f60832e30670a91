"""What people read of jobs: titles, states, results."""

from __future__ import annotations

from vlms.core.packed_text import unpack_text
from vlms.core.text import Text, _
from vlms.jobs.models import Job, JobState

STATE_WORDS: dict[JobState, Text] = {
    JobState.WAITING: _("Waiting"),
    JobState.RUNNING: _("In progress"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}
STOPPING = _("Being cancelled")
ACTION_WORDS = {"job.cancel_asked": _("Job cancelled"), "job.file_taken": _("File downloaded")}

_ENDINGS: dict[JobState, tuple[Text, str]] = {
    JobState.DONE: (_("Done"), "success"),
    JobState.FAILED: (_("Failed"), "danger"),
    JobState.CANCELLED: (_("Cancelled"), "info"),
}


def title_of(job: Job) -> str:
    """What the job is to people; the installation's own work has its kind alone."""
    return str(unpack_text(job.title) or job.kind)


def word_of(job: Job) -> Text:
    """Its state; of one that is asked to stop and has not yet, that."""
    if job.cancel_asked_at is not None and job.finished_at is None:
        return STOPPING
    return STATE_WORDS[job.state]


def ending_of(job: Job) -> tuple[Text, str]:
    """How it ended, and the kind of note that says so."""
    return _ENDINGS[job.state]
