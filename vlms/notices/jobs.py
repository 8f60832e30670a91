"""The jobs of mail."""

from __future__ import annotations

from vlms.jobs.worker import JobKind
from vlms.notices.bouncing import read_bounces
from vlms.notices.collecting import collect_notices
from vlms.notices.delivery import deliver_mail

NOTICE_JOBS: tuple[JobKind, ...] = (
    # Each message is claimed by itself, so that two workers share what waits.
    JobKind("deliver_mail", deliver_mail, every_seconds=5, at_once=2),
    JobKind("collect_notices", collect_notices, every_seconds=3600),
    JobKind("read_bounces", read_bounces, every_seconds=60),
)
