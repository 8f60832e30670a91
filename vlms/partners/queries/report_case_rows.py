"""The lines after the newest skills report, as one statement that the database narrows (K1, K2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person
from vlms.core.reading import search_key
from vlms.core.term import add_months
from vlms.partners.models.links import Association
from vlms.partners.models.skills_reports import ReportDecision, ReportedSkill, SkillsReport
from vlms.partners.queries.links import standings
from vlms.partners.rules.linking import LinkState
from vlms.partners.rules.report_cases import Case, CaseState

_PLACES = {case.value: place for place, case in enumerate(Case)}


@dataclass(frozen=True)
class Asked:
    """Which lines: in a state, with words in name, MCID or training, of a case; one of them."""

    state: CaseState | None = None
    words: str | None = None
    case: Case | None = None
    subject_id: UUID | None = None


@dataclass(frozen=True)
class CaseLines:
    """The lines that were asked for, as statements without and with their order."""

    narrowed: Select[Any]
    counted: Select[Any]

    @property
    def ordered(self) -> Select[Any]:
        columns = self.narrowed.selected_columns
        place = sql_case(_PLACES, value=columns["case"])
        name = func.coalesce(columns["known_name"], columns["told_name"], "")
        title = func.coalesce(columns["title"], "")
        return self.narrowed.order_by(place, name, title, columns["subject_id"])


def case_lines(session: Session, report: SkillsReport, now: datetime, asked: Asked) -> CaseLines:
    """All lines of a report, as links stand now, narrowed."""
    found = _all(report, _overdue(session, report, now))
    decided = and_(
        ReportDecision.report_id == report.id,
        type_coerce(ReportDecision.case, String) == found.c.case,
        ReportDecision.subject_id == found.c.subject_id,
    )
    told_name = func.coalesce(found.c.name, found.c.account).label("told_name")
    columns = (*found.c, told_name, Person.name.label("known_name"), ReportDecision)
    source = (
        select(*columns)
        .select_from(found)
        .outerjoin(Person, Person.id == found.c.person_id)
        .outerjoin(ReportDecision, decided)
        .where(*_wanted(found, asked))
    )
    cases = source.with_only_columns(found.c.case, func.count()).group_by(found.c.case)
    if asked.case is not None:
        source = source.where(found.c.case == asked.case.value)
    return CaseLines(source, cases)


def _wanted(found: Subquery, asked: Asked) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.state is CaseState.OPEN:
        is_open = ReportDecision.state == CaseState.OPEN
        wanted.append(or_(ReportDecision.id.is_(None), is_open))
    elif asked.state is not None:
        wanted.append(ReportDecision.state == asked.state)
    if asked.subject_id is not None:
        wanted.append(found.c.subject_id == asked.subject_id)
    if asked.words and asked.words.strip():
        key, typed = search_key(asked.words), asked.words.strip().lower()
        keyed = (Person.search_name, found.c.account, found.c.mcid)
        # Names and titles stand as the file has them: full-width marks, too.
        written = [func.lower(found.c.name), func.lower(found.c.title)]
        wanted.append(
            or_(
                *(text.contains(key, autoescape=True) for text in (*keyed, *written)),
                *(text.contains(typed, autoescape=True) for text in written),
            )
        )
    return wanted


def _all(report: SkillsReport, overdue: Collection[UUID]) -> Subquery:
    row = ReportedSkill
    denied = [
        _rows(report, case, row.title).where(column.is_(False))
        for case, column in ((Case.NOT_IN_PC, row.in_pc), (Case.NOT_IN_PMC, row.in_pmc))
    ]
    lacking = select(
        literal(Case.NOT_REPORTED.value).label("case"),
        Association.id.label("subject_id"),
        Association.mcid,
        Association.person_id,
        cast(null(), String).label("account"),
        cast(null(), String).label("name"),
        cast(null(), String).label("title"),
    ).where(Association.id.in_(sorted(overdue)))
    return union_all(*denied, lacking, _not_linked(report)).subquery("line")


def _rows(report: SkillsReport, case: Case, title: Any) -> Select[Any]:
    row = ReportedSkill
    columns = (row.id.label("subject_id"), row.mcid, row.person_id, row.account, row.name)
    told = (literal(case.value).label("case"), *columns, title.label("title"))
    return select(*told).where(row.report_id == report.id)


def _not_linked(report: SkillsReport) -> Select[Any]:
    """Of each person whom no link has the first row; by the MCID, else by the entry."""
    row = ReportedSkill
    runs = select(Association).where(_runs(report))
    mcids = runs.with_only_columns(Association.mcid).where(Association.mcid.is_not(None))
    people = runs.with_only_columns(Association.person_id)
    is_linked = sql_case(
        (row.mcid.is_not(None), row.mcid.in_(mcids)),
        (row.person_id.is_not(None), row.person_id.in_(people)),
        else_=False,
    )
    # As who_key tells them; who was erased is told by nothing.
    who = func.coalesce(row.mcid, cast(row.person_id, String), row.account, func.lower(row.name))
    number = func.row_number().over(partition_by=who, order_by=row.id).label("number")
    named = (
        _rows(report, Case.NOT_LINKED, cast(null(), String))
        .add_columns(number)
        .where(who.is_not(None), ~is_linked)
        .subquery()
    )
    columns = [column for column in named.c if column.key != "number"]
    return select(*columns).where(named.c.number == 1)


def _overdue(session: Session, report: SkillsReport, now: datetime) -> Sequence[UUID]:
    """Links that the report lacks and should have: those that are pending are not missed yet."""
    row = ReportedSkill
    own = select(row.id).where(row.report_id == report.id)
    by_mcid = own.where(row.mcid == Association.mcid)
    by_entry = own.where(row.mcid.is_(None), row.person_id == Association.person_id)
    zone = session.get_one(Organisation, report.organisation_id).time_zone
    lacking = select(Association).where(
        _runs(report),
        Association.mcid.is_not(None),
        # A report of a month before the link's start shows nothing of it.
        Association.started_at < _end_of(report.month, zone),
        ~by_mcid.exists(),
        ~by_entry.exists(),
    )
    found = standings(session, session.scalars(lacking).all(), now)
    return [one.association.id for one in found if one.state is not LinkState.PENDING]


def _runs(report: SkillsReport) -> ColumnElement[bool]:
    is_own = Association.organisation_id == report.organisation_id
    return is_own & Association.ended_at.is_(None)


def _end_of(month: date, zone: str) -> datetime:
    """The first instant after a month in a zone."""
    begun = datetime.combine(add_months(month, 1), time(), ZoneInfo(zone))
    return begun.astimezone(UTC)
