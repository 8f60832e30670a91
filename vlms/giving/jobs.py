"""The jobs of giving."""

from __future__ import annotations

from vlms.giving.handout_job import HANDOUT_JOBS
from vlms.giving.reminder_job import REMINDER_JOBS
from vlms.giving.report_job import REPORT_JOBS
from vlms.giving.request_job import REQUEST_JOBS
from vlms.jobs.worker import JobKind

GIVING_JOBS: tuple[JobKind, ...] = (
    *HANDOUT_JOBS,
    *REMINDER_JOBS,
    *REPORT_JOBS,
    *REQUEST_JOBS,
)
