"""The daily job that removes what has been kept long enough (D3)."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.privacy.service.keeping import remove_past


def _remove(held: HeldJob) -> None:
    remove_past(held.work)


PRIVACY_JOBS = (JobKind("privacy.remove_past", _remove, every_seconds=24 * 3600),)
