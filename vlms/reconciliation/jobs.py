"""The jobs of reconciliation: long months are matched, saved reports sent by themselves."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.reconciliation.queries.matching_jobs import MATCH
from vlms.reconciliation.queries.reports import list_due_reports
from vlms.reconciliation.service.long_matching import match_long
from vlms.reconciliation.service.reports import send_due_report


def _send_reports(held: HeldJob) -> None:
    with held.work() as work:
        due = list_due_reports(work.session, work.now)
    for report_id in due:
        with held.work() as work:
            send_due_report(work, report_id)


RECONCILIATION_JOBS = (
    JobKind(MATCH, match_long),
    JobKind("reconciliation.send_reports", _send_reports, every_seconds=300),
)
