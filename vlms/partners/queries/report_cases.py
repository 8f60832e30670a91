"""What is to be worked off after the newest skills report, as links stand now (K1, K2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.partners.models.skills_reports import ReportDecision, SkillsReport
from vlms.partners.queries.report_case_rows import Asked, CaseLines, case_lines
from vlms.partners.queries.skills_reports import find_newest
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import ReportKind, Who

# How many lines are left out, and how many are had at most, of so many.
Part = Callable[[int], tuple[int, int]]


@dataclass(frozen=True)
class Todo:
    """A line of the list; `subject_id` is the report's row, or the association it lacks."""

    case: Case
    subject_id: UUID
    who: Who
    name: str | None
    title: str | None
    decision: ReportDecision | None
    decided_by: str | None

    @property
    def change(self) -> Case:
        """What pages sort by."""
        return self.case

    @property
    def state(self) -> CaseState:
        return self.decision.state if self.decision else CaseState.OPEN

    @property
    def mcid(self) -> str | None:
        return self.who[0]


@dataclass(frozen=True)
class TodoList:
    """Lines of a report, and how many there are of each case; without a report none."""

    report: SkillsReport | None
    lines: Sequence[Todo]
    counts: Mapping[Case, int]


def list_todos(
    session: Session,
    organisation_id: UUID,
    now: datetime,
    asked: tuple[CaseState | None, str | None] = (None, None),
    case: Case | None = None,
) -> TodoList:
    """All lines of the newest skills report; `asked` are the state and words, as in a search."""
    return _listed(session, organisation_id, now, Asked(*asked, case), None)


def page_todos(
    session: Session, organisation_id: UUID, now: datetime, asked: Asked, part: Part
) -> TodoList:
    """Some of them."""
    return _listed(session, organisation_id, now, asked, part)


def count_cases(
    session: Session, organisation_id: UUID, now: datetime, asked: Asked
) -> Mapping[Case, int]:
    """How many lines there are of each case."""
    report = find_newest(session, organisation_id, ReportKind.SKILLS)
    if report is None:
        return dict.fromkeys(Case, 0)
    return _counts(session, case_lines(session, report, now, asked))


def line_count(counts: Mapping[Case, int], case: Case | None) -> int:
    """How many lines there are of one case, or of all."""
    return sum(counts.values()) if case is None else counts[case]


def find_todo(
    session: Session, organisation_id: UUID, case: Case, subject_id: UUID, now: datetime
) -> Todo | None:
    """One line, while it stands in the list."""
    asked = Asked(case=case, subject_id=subject_id)
    lines = _listed(session, organisation_id, now, asked, None).lines
    return lines[0] if lines else None


def _listed(
    session: Session,
    organisation_id: UUID,
    now: datetime,
    asked: Asked,
    part: Part | None,
) -> TodoList:
    report = find_newest(session, organisation_id, ReportKind.SKILLS)
    if report is None:
        return TodoList(None, (), dict.fromkeys(Case, 0))
    found = case_lines(session, report, now, asked)
    counts = _counts(session, found)
    wanted = found.ordered
    if part is not None:
        left_out, most = part(line_count(counts, asked.case))
        wanted = wanted.offset(left_out).limit(most)
    rows = session.execute(wanted).all()
    users = _users(session, [row.ReportDecision for row in rows if row.ReportDecision])
    lines = [_todo(row, users) for row in rows]
    return TodoList(report, lines, counts)


def _counts(session: Session, found: CaseLines) -> Mapping[Case, int]:
    counts = {str(case): int(count) for case, count in session.execute(found.counted)}
    return {case: counts.get(case.value, 0) for case in Case}


def _todo(row: Any, users: Mapping[UUID, str]) -> Todo:
    decision = row.ReportDecision
    by = users.get(decision.decided_by) if decision and decision.decided_by else None
    who = (row.mcid, row.person_id, row.account, row.name)
    name = row.known_name or row.told_name
    return Todo(Case(row.case), row.subject_id, who, name, row.title, decision, by)


def _users(session: Session, decisions: Iterable[ReportDecision]) -> dict[UUID, str]:
    keys = sorted({one.decided_by for one in decisions if one.decided_by})
    if not keys:
        return {}
    found = session.execute(select(User.id, User.name).where(User.id.in_(keys)))
    return {key: name for key, name in found}
