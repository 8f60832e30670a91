"""What is to be worked off after the newest skills report, as links stand now (K1, K2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person, User
from vlms.core.clock import local_day
from vlms.partners.models.links import Association
from vlms.partners.models.skills_reports import ReportDecision, ReportedSkill, SkillsReport
from vlms.partners.queries.links import standings
from vlms.partners.queries.skills_reports import (
    find_newest,
    list_decisions,
    list_reported,
    name_in,
    names_known,
)
from vlms.partners.rules.linking import LinkState
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import ReportKind, Who, who_key


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
    """The lines of a report; without one there are none."""

    report: SkillsReport | None
    lines: Sequence[Todo]

    @property
    def counts(self) -> Mapping[Case, int]:
        found = dict.fromkeys(Case, 0)
        for line in self.lines:
            found[line.case] += 1
        return found


@dataclass(frozen=True)
class _Bare:
    """A line before its names are known."""

    case: Case
    subject_id: UUID
    who: Who
    title: str | None = None


def list_todos(
    session: Session,
    organisation_id: UUID,
    now: datetime,
    asked: tuple[CaseState | None, str | None] = (None, None),
) -> TodoList:
    """The lines of the newest skills report; `asked` are the state and words of a name or MCID."""
    report = find_newest(session, organisation_id, ReportKind.SKILLS)
    if report is None:
        return TodoList(None, ())
    bare = list(_bare(session, report, now))
    persons = names_known(session, [one.who[1] for one in bare])
    decisions = {(one.case, one.subject_id): one for one in list_decisions(session, report.id)}
    users = _users(session, decisions.values())
    found = (_todo(one, persons, decisions.get((one.case, one.subject_id)), users) for one in bare)
    lines = [one for one in found if _is_asked(one, asked)]
    places = {case: place for place, case in enumerate(Case)}
    lines.sort(key=lambda one: (places[one.case], one.name or "", one.title or ""))
    return TodoList(report, lines)


def find_todo(
    session: Session, organisation_id: UUID, case: Case, subject_id: UUID, now: datetime
) -> Todo | None:
    """One line, while it stands in the list."""
    lines = list_todos(session, organisation_id, now).lines
    return next((one for one in lines if (one.case, one.subject_id) == (case, subject_id)), None)


def _bare(session: Session, report: SkillsReport, now: datetime) -> Iterator[_Bare]:
    runs = select(Association).where(
        Association.organisation_id == report.organisation_id, Association.ended_at.is_(None)
    )
    links = session.scalars(runs).all()
    rows = list_reported(session, report.id)
    yield from _denied(rows)
    linked: set[object] = {one.mcid for one in links if one.mcid}
    linked |= {one.person_id for one in links}
    seen: set[str] = set()
    for row in rows:
        key = who_key(row.who)
        if key in seen or not key:
            continue
        seen.add(key)
        # A row without an MCID tells its person by the address alone.
        if (row.mcid or row.person_id) not in linked:
            yield _Bare(Case.NOT_LINKED, row.id, row.who)
    reported = {row.mcid or row.person_id for row in rows}
    zone = session.get_one(Organisation, report.organisation_id).time_zone
    lacking = [
        one
        for one in links
        if one.mcid
        and not reported & {one.mcid, one.person_id}
        # A report of a month before the link's start shows nothing of it.
        and local_day(one.started_at, zone).replace(day=1) <= report.month
    ]
    for each in standings(session, lacking, now):
        if each.state is not LinkState.PENDING:
            one = each.association
            yield _Bare(Case.NOT_REPORTED, one.id, (one.mcid, one.person_id, None, None))


def _denied(rows: Sequence[ReportedSkill]) -> Iterator[_Bare]:
    """Rows with a No; a row with two is two lines, each worked off elsewhere."""
    for row in rows:
        if row.in_pc is False:
            yield _Bare(Case.NOT_IN_PC, row.id, row.who, row.title)
        if row.in_pmc is False:
            yield _Bare(Case.NOT_IN_PMC, row.id, row.who, row.title)


def _todo(
    one: _Bare,
    persons: Mapping[UUID, Person],
    decision: ReportDecision | None,
    users: Mapping[UUID, str],
) -> Todo:
    by = users.get(decision.decided_by) if decision and decision.decided_by else None
    name = name_in(one.who, persons)
    return Todo(one.case, one.subject_id, one.who, name, one.title, decision, by)


def _is_asked(one: Todo, asked: tuple[CaseState | None, str | None]) -> bool:
    state, words = asked
    if state is not None and one.state is not state:
        return False
    text = " ".join(filter(None, (one.name, one.mcid, one.title))).casefold()
    return words is None or words.casefold() in text


def _users(session: Session, decisions: Iterable[ReportDecision]) -> dict[UUID, str]:
    keys = sorted({one.decided_by for one in decisions if one.decided_by})
    if not keys:
        return {}
    found = session.execute(select(User.id, User.name).where(User.id.in_(keys)))
    return {key: name for key, name in found}
