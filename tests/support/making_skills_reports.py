"""Makes skills reports, as rows and as files."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from vlms.accounts.models import Organisation
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Sheet
from vlms.partners.models.skills_reports import ReportedSkill, SkillsReport
from vlms.partners.rules.report_rows import ReportKind
from vlms.partners.rules.skills_layouts import LEARNING_COLUMNS, SKILLS_COLUMNS

_SHORT = {
    "mcid": "MCPID",
    "first": "IndividualFirstName",
    "last": "IndividualLastName",
    "mail": "CorpEmail",
    "other": "Email",
    "id": "TrainingActivityId",
    "title": "TrainingTitle",
    "done": "TrainingCompletionDate",
    "until": "ExpirationDate",
    "month": "Month",
    "pmc": "Associated in PMC",
    "pc": "Associated in PC",
}
_USUAL = {
    "PGAMpnId": "1000001",
    "TrainingTitle": "Exam AZ-104: Azure Administrator",
    "TrainingType": "Exam",
    "TrainingCompletionDate": "1/5/2026",
    "Month": "2026-06",
    "Associated in PMC": "Yes",
    "Associated in PC": "Yes",
}


def report_csv(*rows: dict[str, str]) -> bytes:
    """A skills report in its published layout; rows by short names, the rest as usual."""
    full = [{**_USUAL, **{_SHORT[name]: value for name, value in row.items()}} for row in rows]
    return _csv(SKILLS_COLUMNS, full)


def learning_csv(*rows: dict[str, str]) -> bytes:
    """A learning report in its published layout, by its own column names."""
    return _csv(LEARNING_COLUMNS, [{"CompletionDate": "2026-01-05", **row} for row in rows])


def sheet_of(body: bytes) -> Sheet:
    return read_rows(io.BytesIO(body), "report.csv")


def make_report(
    work: Work, owner: Organisation, name: str, **columns: Any
) -> tuple[SkillsReport, ReportedSkill]:
    """A report of this month that has one row, of somebody whom nobody knows here."""
    report = SkillsReport(
        organisation_id=owner.id,
        kind=ReportKind.SKILLS,
        month=work.now.date().replace(day=1),
        imported_at=work.now,
        row_count=1,
        import_count=1,
    )
    work.session.add(report)
    work.flush()
    facts = {"mcid": "990777777", "title": "AZ-104", "completed_on": date(2026, 1, 5), **columns}
    row = ReportedSkill(
        id=new_id(), organisation_id=owner.id, report_id=report.id, name=name, **facts
    )
    work.session.add(row)
    work.flush()
    return report, row


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
