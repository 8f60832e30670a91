"""The skills report: each passed exam and each certification held of who is here (K5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import get_organisation, names_person
from vlms.catalog.models import Certification, Exam, ExamFamily
from vlms.certifications.models import ExamPass, HeldCertification
from vlms.core.paging import Listing, Page, count_rows, page_of_rows
from vlms.partners.competencies import asked_on
from vlms.partners.models.locations import PartnerLocation
from vlms.partners.queries.exam_days import exam_retires_on
from vlms.partners.queries.locations import Placed, belongs_to, list_locations
from vlms.partners.queries.person_links import PersonLink, links_of
from vlms.partners.queries.reported import Associated, Reported, associated_in, said_of
from vlms.partners.rules.skills_report import (
    Option,
    Relevance,
    SkillKind,
    What,
    is_active,
    relevance,
    relevant_for,
)
from vlms.partners.terms import exam_counts_until

_AT_ONCE = 1_000
# A statement of many columns, whose types nobody reads one by one.
_Columns = Any


@dataclass(frozen=True)
class SkillFilter:
    """What the report is narrowed to. `names` are in capitals, as a competency asks for them.

    `today` is the day of reckoning in UTC (R2). Until `until`, what ends from today on, and with
    `is_expired` what has ended; each alone, or both.
    """

    organisation_id: UUID
    today: date
    words: str | None = None
    names: Set[str] | None = None
    what: What | None = None
    location: PartnerLocation | None = None
    until: date | None = None
    is_expired: bool = False


@dataclass(frozen=True)
class SkillLine:
    """One proof of one person; its name in both languages is `proof`'s."""

    proof: Any
    link: PersonLink | None
    location: PartnerLocation | None
    options: Sequence[Option]
    associated: Associated
    about: ReportContext

    @property
    def kind(self) -> SkillKind:
        return SkillKind(self.proof.kind)

    @property
    def mcid(self) -> str | None:
        """As it was proved for the link; else as the directory has it."""
        return (self.link and self.link.mcid) or self.proof.mcid

    @property
    def is_active(self) -> bool:
        until = exam_counts_until(self.proof.retires_on)
        return is_active(self.proof.expires_on, until, self.about.today)

    @property
    def relevant(self) -> str:
        return relevant_for(self.about.relevance, self.proof.what)


@dataclass(frozen=True)
class ReportContext:
    """What all lines share: looked up once, before the first of them."""

    organisation: Organisation
    today: date
    locations: Mapping[UUID, PartnerLocation]
    headquarters: PartnerLocation | None
    relevance: Relevance


def report_context(session: Session, organisation_id: UUID, today: date) -> ReportContext:
    """What is asked for today, and the organisation's locations."""
    locations = list_locations(session, organisation_id)
    return ReportContext(
        get_organisation(session, organisation_id),
        today,
        {one.id: one for one in locations},
        next((one for one in locations if one.is_headquarters), None),
        relevance(asked_on(today)),
    )


def search_skills(
    session: Session, wanted: SkillFilter, listing: Listing, about: ReportContext, now: datetime
) -> Page[SkillLine]:
    """A page of the report; what the monthly report says is told in files alone."""
    statement, sorts, key = _listed(wanted)
    found = page_of_rows(session, statement, sorts, key, listing)
    people = {row.person_id for row in found.rows}
    links = links_of(session, wanted.organisation_id, now, people)
    lines = _lines(found.rows, links, {}, about)
    return Page(list(lines), found.total_count, found.listing, found.next_after)


def list_skills(
    session: Session, wanted: SkillFilter, about: ReportContext, now: datetime
) -> Iterator[SkillLine]:
    """All of it, by person and day, row by row."""
    statement, sorts, key = _listed(wanted)
    links = links_of(session, wanted.organisation_id, now, None)
    reported = associated_in(session, wanted.organisation_id)
    ordered = statement.order_by(sorts["person"], sorts["completed"], key)
    rows = session.execute(ordered.execution_options(yield_per=_AT_ONCE))
    yield from _lines(rows, links, reported, about)


def count_skills(session: Session, wanted: SkillFilter) -> int:
    statement, _sorts, key = _listed(wanted)
    return count_rows(session, statement.with_only_columns(key, maintain_column_froms=True))


def list_what(session: Session, organisation_id: UUID) -> Sequence[tuple[SkillKind, Any]]:
    """The exams and certifications that people of an organisation have: kind, and record."""
    passed = select(ExamPass.exam_number).where(ExamPass.organisation_id == organisation_id)
    held = select(HeldCertification.certification_key).where(
        HeldCertification.organisation_id == organisation_id
    )
    exams = select(Exam.number.label("what"), Exam.name_en, Exam.name_zh).where(
        Exam.number.in_(passed)
    )
    kinds = select(
        Certification.key.label("what"), Certification.name_en, Certification.name_zh
    ).where(Certification.key.in_(held))
    return [
        *((SkillKind.EXAM, row) for row in session.execute(exams.order_by(Exam.number))),
        *(
            (SkillKind.CERTIFICATION, row)
            for row in session.execute(kinds.order_by(Certification.name_en))
        ),
    ]


def _lines(
    rows: Iterable[Any],
    links: Mapping[UUID, PersonLink],
    reported: Reported,
    about: ReportContext,
) -> Iterator[SkillLine]:
    for row in rows:
        yield SkillLine(
            row,
            links.get(row.person_id),
            about.locations.get(row.location_id, about.headquarters),
            about.relevance.get(row.what.upper(), ()),
            said_of(reported, row.person_id, row.what, row.name_en),
            about,
        )


def _listed(wanted: SkillFilter) -> tuple[Select[Any], dict[str, Any], Any]:
    """The statement, what it can be sorted by, and its key."""
    proof = union_all(_passed(wanted), _held(wanted)).subquery("proof")
    ends = func.coalesce(proof.c.expires_on, literal(date.max, Date), type_=Date).label("ends_on")
    statement = (
        select(
            *proof.c,
            ends,
            Person.name,
            Person.latin_name,
            Person.email,
            Person.mcid,
            Person.search_name,
            Placed.location_id,
        )
        .select_from(proof)
        .join(Person, Person.id == proof.c.person_id)
        .outerjoin(Placed, Placed.person_id == Person.id)
        .where(Person.left_at.is_(None))
    )
    if wanted.words:
        statement = statement.where(names_person(wanted.words))
    if wanted.location is not None:
        statement = statement.where(belongs_to(wanted.location))
    sorts = {
        "person": Person.search_name,
        "what": proof.c.what,
        "completed": proof.c.completed_on,
        "expires": ends,
    }
    return statement, sorts, proof.c.id


def _passed(wanted: SkillFilter) -> _Columns:
    statement: _Columns = (
        select(
            literal(SkillKind.EXAM.value).label("kind"),
            ExamPass.id,
            ExamPass.person_id,
            Exam.number.label("what"),
            Exam.name_en,
            Exam.name_zh,
            ExamPass.passed_on.label("completed_on"),
            cast(None, Date).label("expires_on"),
            exam_retires_on().label("retires_on"),
        )
        .select_from(ExamPass)
        .join(Exam, Exam.number == ExamPass.exam_number)
        .join(ExamFamily, ExamFamily.key == Exam.family_key)
        .where(ExamPass.organisation_id == wanted.organisation_id)
    )
    statement = _of_name(statement, Exam.number, wanted, SkillKind.EXAM)
    # An exam that was passed expires never.
    is_any = wanted.until is None and not wanted.is_expired
    return statement if is_any else statement.where(ExamPass.id.is_(None))


def _held(wanted: SkillFilter) -> _Columns:
    held = HeldCertification
    statement: _Columns = (
        select(
            literal(SkillKind.CERTIFICATION.value).label("kind"),
            held.id,
            held.person_id,
            Certification.key.label("what"),
            Certification.name_en,
            Certification.name_zh,
            held.earned_on.label("completed_on"),
            held.expires_on,
            cast(None, Date).label("retires_on"),
        )
        .select_from(held)
        .join(Certification, Certification.key == held.certification_key)
        .where(held.organisation_id == wanted.organisation_id)
    )
    ends: list[ColumnElement[bool]] = []
    if wanted.until is not None:
        ends.append(held.expires_on.between(wanted.today, wanted.until))
    if wanted.is_expired:
        ends.append(held.expires_on < wanted.today)
    if ends:
        statement = statement.where(or_(*ends))
    return _of_name(statement, Certification.key, wanted, SkillKind.CERTIFICATION)


def _of_name(statement: _Columns, column: Any, wanted: SkillFilter, kind: SkillKind) -> _Columns:
    if wanted.names is not None:
        statement = statement.where(func.upper(column).in_(sorted(wanted.names)))
    if wanted.what is not None:
        asked = wanted.what[1] if wanted.what[0] is kind else None
        statement = statement.where(column == asked)
    return statement
