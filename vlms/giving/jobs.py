"""The jobs of giving."""

from __future__ import annotations

from vlms.jobs.worker import JobKind

GIVING_JOBS: tuple[JobKind, ...] = ()
