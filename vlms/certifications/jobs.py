"""What the worker does for certifications: holders hear of their renewal windows (R5)."""

from __future__ import annotations

from vlms.certifications.service.telling import tell_windows
from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind


def _tell(held: HeldJob) -> None:
    tell_windows(held.work)


CERTIFICATION_JOBS: tuple[JobKind, ...] = (
    JobKind("certifications.tell_windows", _tell, every_seconds=3600),
)
