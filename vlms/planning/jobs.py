"""The jobs of planning."""

from __future__ import annotations

from vlms.jobs.worker import JobKind

PLANNING_JOBS: tuple[JobKind, ...] = ()
