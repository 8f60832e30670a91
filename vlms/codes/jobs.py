"""The jobs of codes: assignments that are due, what has expired, big deliveries."""

from __future__ import annotations

from vlms.codes.bulk_job import BULK_JOBS
from vlms.codes.list_import import TAKE_IN, take_in_list
from vlms.codes.service.assigning import finish_due_assignments
from vlms.codes.service.issuing_in_pieces import issue_in_pieces, take_back
from vlms.codes.service.lapsing import sweep_expiry
from vlms.codes.service.relinking import SEND_LINKS, send_planned_links
from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.orders.service.long_delivery import ISSUE


def _finish_assignments(held: HeldJob) -> None:
    finish_due_assignments(held.work)


def _sweep_expiry(held: HeldJob) -> None:
    sweep_expiry(held.work)


CODE_JOBS = (
    JobKind("codes.finish_assignments", _finish_assignments, every_seconds=15),
    JobKind("codes.sweep_expiry", _sweep_expiry, every_seconds=3600),
    JobKind(SEND_LINKS, send_planned_links, is_short=True),
    JobKind(ISSUE, issue_in_pieces, undo=take_back),
    JobKind(TAKE_IN, take_in_list),
    *BULK_JOBS,
)
