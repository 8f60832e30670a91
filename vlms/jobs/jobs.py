"""The recurring work of jobs themselves."""

from __future__ import annotations

from vlms.jobs.files import remove_old_files
from vlms.jobs.worker import JobKind

JOB_JOBS = (JobKind("jobs.remove_files", remove_old_files, every_seconds=3600),)
