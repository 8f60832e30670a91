"""The jobs of mail."""

from __future__ import annotations

from vlms.jobs.worker import JobKind
from vlms.notices.collecting import collect_notices
from vlms.notices.delivery import deliver_mail

NOTICE_JOBS: tuple[JobKind, ...] = (
    JobKind("deliver_mail", deliver_mail, every_seconds=5),
    JobKind("collect_notices", collect_notices, every_seconds=3600),
)
