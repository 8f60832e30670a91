"""What the worker does for memberships, and for the tasks that leavers make."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.partners.service.leaver_mail import remind_of_tasks
from vlms.partners.service.membership_sweep import sweep_memberships


def _sweep_memberships(held: HeldJob) -> None:
    sweep_memberships(held.work)


def _remind_of_tasks(held: HeldJob) -> None:
    remind_of_tasks(held.work)


MEMBERSHIP_JOBS: tuple[JobKind, ...] = (
    JobKind("partners.sweep_memberships", _sweep_memberships, every_seconds=3600),
    JobKind("partners.remind_of_tasks", _remind_of_tasks, every_seconds=3600),
)
