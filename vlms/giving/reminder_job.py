"""The round of reminders, as a job that comes often and does what is due (F8, F10)."""

from __future__ import annotations

from vlms.giving.service.reminder_rounds import run_rounds
from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind


def _remind(held: HeldJob) -> None:
    run_rounds(held.work)


REMINDER_JOBS = (JobKind("giving.remind", _remind, every_seconds=600),)
