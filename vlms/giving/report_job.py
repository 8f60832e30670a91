"""A long provider's report, taken in some rows a unit of work by a job that can be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from vlms.core.packed_text import pack_text
from vlms.core.text import Text, _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work
from vlms.giving.models.provider_reports import ProviderReport
from vlms.giving.queries.provider_reports import get_report
from vlms.giving.rules.report_rows import ToldRow
from vlms.giving.service.report_files import (
    PURPOSE,
    Columns,
    Report,
    open_report,
    pack_columns,
    read_rows_of,
    unpack_columns,
)
from vlms.giving.service.report_plan import sort_out
from vlms.giving.service.report_taking import AT_ONCE, begin_report, take_rows
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import LONG_IMPORT, plan_import
from vlms.jobs.models import Job
from vlms.jobs.pieces import Progress, work_off
from vlms.jobs.worker import JobKind

TAKE = "giving.take_report"


def is_long(found: Report) -> bool:
    """Whether the report is taken in by a job."""
    return len(found.rows) > LONG_IMPORT


def plan_taking(
    work: Work, organisation_id: UUID, upload: Upload, found: Report, columns: Columns
) -> tuple[Job, ProviderReport]:
    """Plan it. What is recorded of it stays when the job is cancelled. Raises Conflict."""
    rows, _matches, faults = sort_out(work.session, work.keys, found, columns, work.now)
    report = begin_report(work, organisation_id, found, len(faults))
    said = {"file": upload.filename, "provider": report.provider}
    title = _("Take in the report %(file)s of %(provider)s", **said)
    facts = {
        "report_id": str(report.id),
        "columns": pack_columns(found, columns),
        # Their order as of now: what changes meanwhile moves no row from its place.
        "rows": [row.number for row in rows],
        "stays": True,
        "is_whole": False,
    }
    job = plan_import(work, TAKE, upload, facts, title=title, total=len(rows))
    job.result = _result(report)
    work.flush()
    return job, report


def take_in(held: HeldJob) -> None:
    """Go on where the last worker was, until every row has had its turn."""
    rows = _rows(held)

    def take_next(work: Work) -> Progress:
        report = _report(held, work)
        take_rows(work, report, rows[report.done_count : report.done_count + AT_ONCE])
        return Progress(report.done_count, len(rows))

    work_off(held, take_next, lambda work: _end(held, work))


def _rows(held: HeldJob) -> Sequence[ToldRow]:
    """The rows in the order that was planned, read as of that moment."""
    with held.work(held.asker) as work:
        report = _report(held, work)
        found = open_report(work.keys, _upload(held, work))
    columns = unpack_columns(held.facts["columns"], found)
    told, _faults = read_rows_of(found, columns, report.taken_at)
    by_number = {row.number: row for row in told}
    return [by_number[number] for number in held.facts["rows"]]


def _end(held: HeldJob, work: Work) -> dict[str, Any]:
    drop_upload(work, _upload(held, work))
    report = _report(held, work)
    return {**_result(report), "summary": pack_text(summary(report))}


def summary(report: ProviderReport) -> Text:
    """What became of it, in one line."""
    return _(
        "Recorded: %(changed)s. Already so: %(same)s. Does not match: %(queued)s. "
        "Wrong: %(wrong)s.",
        changed=report.changed_count,
        same=report.same_count,
        queued=report.queued_count,
        wrong=report.wrong_count,
    )


def _report(held: HeldJob, work: Work) -> ProviderReport:
    return get_report(work.session, UUID(held.facts["report_id"]))


def _upload(held: HeldJob, work: Work) -> Upload:
    key = UUID(held.facts["upload_id"])
    return get_upload(work.session, key, PURPOSE, (work.actor, work.now))


def _result(report: ProviderReport) -> dict[str, Any]:
    return {
        "endpoint": "provider_reports.show",
        "values": {"provider_report_id": str(report.id)},
        "label": pack_text(_("See what became of the report")),
    }


REPORT_JOBS = (JobKind(TAKE, take_in),)
