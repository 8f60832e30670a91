"""The programme's monthly reports that were imported, their rows, and how months differ (K5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.partners.models.skills_reports import ReportDecision, ReportedSkill, SkillsReport
from vlms.partners.queries.linked import persons_of
from vlms.partners.queries.report_names import Known
from vlms.partners.rules.report_differences import (
    DifferenceKind,
    Entry,
    ReportDifference,
    differences_of,
)
from vlms.partners.rules.report_rows import ReportKind, Who


@dataclass(frozen=True)
class ReportSum:
    """A report in a list: how many people it names, and rows that nobody here is known by."""

    report: SkillsReport
    unknown_count: int


@dataclass(frozen=True)
class ShownDifference:
    """A difference with the name of who it is about."""

    fact: ReportDifference
    name: str | None
    mcid: str | None

    @property
    def change(self) -> DifferenceKind:
        return self.fact.change


@dataclass(frozen=True)
class Comparison:
    """A report beside the one before it, if there is one."""

    report: SkillsReport
    before: SkillsReport | None
    lines: Sequence[ShownDifference]

    @property
    def counts(self) -> Mapping[DifferenceKind, int]:
        found = dict.fromkeys(DifferenceKind, 0)
        for line in self.lines:
            found[line.change] += 1
        return found


def list_reports(session: Session, organisation_id: UUID) -> list[ReportSum]:
    """All of them, the newest month first."""
    unknown = func.sum(case((ReportedSkill.person_id.is_(None), 1), else_=0))
    counted = (
        select(ReportedSkill.report_id, unknown)
        .where(ReportedSkill.organisation_id == organisation_id)
        .group_by(ReportedSkill.report_id)
    )
    counts = {report_id: int(count or 0) for report_id, count in session.execute(counted)}
    own = select(SkillsReport).where(SkillsReport.organisation_id == organisation_id)
    order = (SkillsReport.month.desc(), SkillsReport.kind.desc())
    return [ReportSum(one, counts.get(one.id, 0)) for one in session.scalars(own.order_by(*order))]


def get_report(session: Session, report_id: UUID) -> SkillsReport:
    """Raises NotFound, also for another organisation's."""
    found = session.scalar(select(SkillsReport).where(SkillsReport.id == report_id))
    if found is None:
        raise NotFound("K5", _("There is no such report in this organisation."))
    return found


def find_report(
    session: Session, organisation_id: UUID, kind: ReportKind, month: date
) -> SkillsReport | None:
    """The report of a month."""
    own = select(SkillsReport).where(
        SkillsReport.organisation_id == organisation_id,
        SkillsReport.kind == kind,
        SkillsReport.month == month,
    )
    return session.scalar(own)


def find_newest(
    session: Session, organisation_id: UUID, kind: ReportKind, before: date | None = None
) -> SkillsReport | None:
    """The report of the last month, or of the last one before a month."""
    own = select(SkillsReport).where(
        SkillsReport.organisation_id == organisation_id, SkillsReport.kind == kind
    )
    if before is not None:
        own = own.where(SkillsReport.month < before)
    return session.scalar(own.order_by(SkillsReport.month.desc()).limit(1))


def list_reported(session: Session, report_id: UUID) -> Sequence[ReportedSkill]:
    """All rows of a report."""
    own = select(ReportedSkill).where(ReportedSkill.report_id == report_id)
    return session.scalars(own.order_by(ReportedSkill.id)).all()


def list_erased(session: Session, rows: Sequence[ReportedSkill]) -> Mapping[UUID, datetime | None]:
    """Which rows named people who were erased since, and when that was if it is known (D1)."""
    bare = [one for one in rows if not (one.mcid or one.name or one.account)]
    reports = sorted({one.report_id for one in bare})
    people = select(Person.id, Person.erased_at).where(
        Person.erased_at.is_not(None),
        Person.id.in_(select(ReportedSkill.person_id).where(ReportedSkill.report_id.in_(reports))),
    )
    erased: dict[UUID | None, datetime | None] = {None: None}
    erased |= {person_id: at for person_id, at in session.execute(people)}
    return {one.id: erased[one.person_id] for one in bare if one.person_id in erased}


def list_decisions(session: Session, report_id: UUID) -> Sequence[ReportDecision]:
    """What was decided about lines of a report."""
    own = select(ReportDecision).where(ReportDecision.report_id == report_id)
    return session.scalars(own).all()


def compare(session: Session, report: SkillsReport) -> Comparison:
    """Who is new or gone since the report before, and what changed, by person."""
    before = find_newest(session, report.organisation_id, report.kind, report.month)
    if before is None:
        return Comparison(report, None, ())
    known = Known(session, report.organisation_id)
    found = differences_of(*(_entries(session, one.id, known) for one in (before, report)))
    persons = persons_of(session, {one.person_id for one in found if one.person_id})
    lines = [ShownDifference(one, name_in(one.who, persons), one.who[0]) for one in found]
    return Comparison(report, before, sorted(lines, key=lambda line: line.name or ""))


def _entries(session: Session, report_id: UUID, known: Known) -> Iterator[Entry]:
    """The rows of a report, with whom the directory knows by them today."""
    one = ReportedSkill
    columns = (one.training_id, one.title, one.completed_on, one.expires_on, one.in_pmc, one.in_pc)
    own = select(one.mcid, one.person_id, one.account, one.name, *columns)
    rows = session.execute(own.where(one.report_id == report_id).order_by(one.id))
    for mcid, person_id, account, name, *told in rows:
        known_id = person_id
        if person_id is None and (found := known.find(mcid, (account,) if account else ())):
            known_id = found[0]
        yield Entry((mcid, known_id, account, name), *told)


def name_in(who: Who, persons: Mapping[UUID, Person]) -> str | None:
    """The directory's name of somebody, else what the report says."""
    _mcid, person_id, account, name = who
    found = persons.get(person_id) if person_id else None
    return found.name if found else name or account
