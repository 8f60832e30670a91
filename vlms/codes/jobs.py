"""The recurring jobs of codes: assignments that are due, and what has expired."""

from __future__ import annotations

from vlms.codes.service.assigning import finish_due_assignments
from vlms.codes.service.lapsing import sweep_expiry
from vlms.jobs.service import HeldJob
from vlms.jobs.worker import JobKind


def _finish_assignments(held: HeldJob) -> None:
    finish_due_assignments(held.work)


def _sweep_expiry(held: HeldJob) -> None:
    sweep_expiry(held.work)


CODE_JOBS = (
    JobKind("codes.finish_assignments", _finish_assignments, every_seconds=15),
    JobKind("codes.sweep_expiry", _sweep_expiry, every_seconds=3600),
)
