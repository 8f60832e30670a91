"""Marks lines of the list after a skills report as done or ignored, or opens them again (K2)."""

from __future__ import annotations

from uuid import UUID

from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.models.skills_reports import ReportDecision
from vlms.partners.queries.report_cases import Todo, find_todo
from vlms.partners.queries.skills_reports import find_newest
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import ReportKind


def get_todo(work: Work, organisation_id: UUID, line: tuple[Case, UUID]) -> Todo:
    """A line that stands in the list now. Raises NotFound."""
    found = find_todo(work.session, organisation_id, *line, work.now)
    if found is None:
        raise NotFound("K2", _("This line does not stand in the list any more."))
    return found


def decide(
    work: Work, organisation_id: UUID, line: tuple[Case, UUID], state: CaseState, note: str
) -> ReportDecision:
    """Say what became of a line; it holds for the report's month, the next one asks again.

    Raises Forbidden, NotFound, Conflict.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    found = get_todo(work, organisation_id, line)
    report = find_newest(work.session, organisation_id, ReportKind.SKILLS)
    assert report is not None
    work.does("report_line.decided")
    decision = found.decision or ReportDecision(
        organisation_id=organisation_id,
        report_id=report.id,
        case=found.case,
        subject_id=found.subject_id,
        person_id=found.who[1],
    )
    decision.state, decision.note = state, note
    decision.decided_at, decision.decided_by = work.now, work.actor.user_id
    with refusing_doubles(work, uq_report_decision=_decided()):
        work.session.add(decision)
    return decision


def _decided() -> Conflict:
    return Conflict(
        "K2",
        _("Somebody has just decided about this line."),
        reason="decided_just_now",
        way_out=_("Look at the list again."),
    )
