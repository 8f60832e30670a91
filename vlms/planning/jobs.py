"""The jobs of planning."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.planning.opening_job import SIGN, sign_long
from vlms.planning.service.closing_sweep import sweep_closings


def _sweep_closings(held: HeldJob) -> None:
    sweep_closings(held.work)


PLANNING_JOBS: tuple[JobKind, ...] = (
    JobKind("planning.sweep_closings", _sweep_closings, every_seconds=3600),
    JobKind(SIGN, sign_long),
)
