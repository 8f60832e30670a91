"""What the worker does for memberships."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.partners.service.membership_sweep import sweep_memberships


def _sweep_memberships(held: HeldJob) -> None:
    sweep_memberships(held.work)


MEMBERSHIP_JOBS: tuple[JobKind, ...] = (
    JobKind("partners.sweep_memberships", _sweep_memberships, every_seconds=3600),
)
