"""Writes a monthly report in the place of what was imported for its month before (K2, K5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import bulk_insert, guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.sheets import Sheet
from vlms.partners.models.skills_reports import ReportedSkill, SkillsReport
from vlms.partners.queries.skills_reports import find_report, list_decisions, list_reported
from vlms.partners.service.competency_notes import note_standings
from vlms.partners.service.inviting import note_seen
from vlms.partners.service.skills_reports import ReportRun, examine_report

_AT_ONCE = 500


@dataclass(frozen=True)
class Imported:
    """What an import did: rows that are new, changed or gone, and links that count now (K2)."""

    report_id: UUID
    changed: int
    seen: int


def import_report(
    work: Work, organisation_id: UUID, sheet: Sheet, month: date | None = None
) -> Imported:
    """Put all rows in the place of the month's; the same file again changes nothing.

    Raises Forbidden; Conflict when another import of the month comes first; BadInput, and
    writes nothing, while any row or the file itself is wrong.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    run = examine_report(work.session, organisation_id, sheet, (month, work.now))
    run.require_sound()
    assert run.month is not None
    report = find_report(work.session, organisation_id, run.kind, run.month)
    if (report and (report.id, report.import_count)) != run.replaces:
        raise _just_now()
    counts = run.counts
    changed = counts[Change.NEW] + counts[Change.CHANGED] + len(run.gone)
    work.does("skills_report.imported")
    if report is None or changed:
        report = _begin(work, organisation_id, run, report)
        write_rows(work, report, run)
    seen = note_seen(work, organisation_id, run.waiting)
    if seen:
        note_standings(work, organisation_id)
    return Imported(report.id, changed, seen)


def _begin(
    work: Work, organisation_id: UUID, run: ReportRun, report: SkillsReport | None
) -> SkillsReport:
    """The report's own row; of two imports at once one gets it."""
    if report is None:
        assert run.month is not None
        report = SkillsReport(
            id=new_id(),
            organisation_id=organisation_id,
            kind=run.kind,
            month=run.month,
            imported_at=work.now,
            row_count=len(run.lines),
            import_count=1,
        )
        with refusing_doubles(work, uq_skills_report_month=_just_now()):
            work.session.add(report)
        return report
    count = report.import_count
    taken = guarded_update(
        work.session,
        SkillsReport,
        SkillsReport.id == report.id,
        SkillsReport.import_count == count,
        import_count=count + 1,
    )
    if taken != 1:
        raise _just_now()
    work.session.refresh(report)
    report.imported_at, report.row_count = work.now, len(run.lines)
    return report


def write_rows(work: Work, report: SkillsReport, run: ReportRun) -> None:
    """Make the report's rows those of the run; the report's own row is held by this work."""
    _drop(work, report, run)
    held = {one.id: one for one in list_reported(work.session, report.id)}
    new = []
    for line in run.lines:
        assert line.facts is not None
        if line.change is Change.NEW:
            own = {"organisation_id": report.organisation_id, "report_id": report.id}
            new.append({"id": new_id(), **own, **line.facts.values})
        elif line.change is Change.CHANGED and line.facts.held_id is not None:
            for name, value in line.facts.values.items():
                setattr(held[line.facts.held_id], name, value)
    work.flush()
    if new:
        bulk_insert(work.session, ReportedSkill, new)


def _drop(work: Work, report: SkillsReport, run: ReportRun) -> None:
    """Rows that the report has no more, with what was decided about them."""
    gone = sorted(run.gone)
    for one in list_decisions(work.session, report.id):
        if one.subject_id in run.gone:
            work.session.delete(one)
    for begin in range(0, len(gone), _AT_ONCE):
        some = delete(ReportedSkill).where(ReportedSkill.id.in_(gone[begin : begin + _AT_ONCE]))
        work.session.execute(some, execution_options={"synchronize_session": False})


def _just_now() -> Conflict:
    return Conflict(
        "K5",
        _("Somebody has just imported the report of this month."),
        reason="imported_just_now",
        way_out=_("Look at what it says now, and import again if you still want to."),
    )
