"""The figures of a term for a subsidy file: by school and class, with what is left of quotas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, distinct, func, or_, select
from sqlalchemy.orm import Session

from vlms.academy.models.packs import Pack, PackKind, PackQuota
from vlms.academy.models.roster import AcademicTerm, ClassMember, ClassRole, ClassTerm, SchoolClass
from vlms.academy.queries.use import SINGLE, UseFilter, count_all, count_by_class, count_by_school
from vlms.academy.rules.use import Counts, add_up
from vlms.accounts.models import PersonPlace, PlaceRole, School
from vlms.core.term import end_of_day, start_of_day
from vlms.core.text import Text, _

SHARED = _("Shared by all schools")
# What is free, by school (None: shared) and kind of pack.
Left = dict[tuple[UUID | None, PackKind], int]


@dataclass(frozen=True)
class ReportLine:
    """A school, or a class of one; what is left of its quotas is None for a class.

    `remaining` are exams of site packs, `vouchers` those of Imagine Academy, for faculty and
    staff alone.
    """

    school: str | Text
    title: str | Text | None
    enrolled: int
    counts: Counts
    remaining: int | None = None
    vouchers: int | None = None


@dataclass(frozen=True)
class TermReport:
    """Two tables of the same exams, and each candidate of the term once."""

    term: AcademicTerm
    schools: Sequence[ReportLine]
    classes: Sequence[ReportLine]
    candidates: int

    @property
    def total(self) -> Counts:
        return add_up(line.counts for line in self.schools)

    @property
    def enrolled(self) -> int:
        return sum(line.enrolled for line in self.schools)

    @property
    def remaining(self) -> int:
        return sum(line.remaining or 0 for line in self.schools)

    @property
    def vouchers(self) -> int:
        return sum(line.vouchers or 0 for line in self.schools)


def report_term(session: Session, term: AcademicTerm, zone: str, wanted: UseFilter) -> TermReport:
    """What the scope sees of a term; `zone` is that of packs' days. Days are the schools'."""
    asked = UseFilter(term.first_day, term.last_day, wanted.school_id, wanted.pack_id)
    schools = _schools(session, wanted.school_id)
    classes = _classes(session, term, wanted.school_id)
    return TermReport(
        term,
        _school_lines(session, term, asked, schools, _remaining(session, term, zone, asked)),
        _class_lines(session, term, asked, schools, classes),
        count_all(session, asked).candidates,
    )


def _schools(session: Session, school_id: UUID | None) -> dict[UUID, str]:
    statement = select(School.id, School.name).order_by(School.name)
    if school_id is not None:
        statement = statement.where(School.id == school_id)
    return {row[0]: row[1] for row in session.execute(statement)}


def _classes(
    session: Session, term: AcademicTerm, school_id: UUID | None
) -> dict[UUID, tuple[UUID, str]]:
    """The classes of the term, by school and title."""
    statement = (
        select(SchoolClass.id, SchoolClass.school_id, SchoolClass.title)
        .join(ClassTerm, ClassTerm.class_id == SchoolClass.id)
        .where(ClassTerm.term_id == term.id)
        .order_by(SchoolClass.title)
    )
    if school_id is not None:
        statement = statement.where(SchoolClass.school_id == school_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def _school_lines(
    session: Session,
    term: AcademicTerm,
    asked: UseFilter,
    schools: dict[UUID, str],
    left: Left,
) -> list[ReportLine]:
    counts = count_by_school(session, asked)
    enrolled = _enrolled_by_school(session, term)
    lines = [
        ReportLine(
            name,
            None,
            enrolled.get(key, 0),
            counts.get(key, Counts()),
            *_left_of(left, key),
        )
        for key, name in schools.items()
    ]
    is_shared = any(school_id is None for school_id, _kind in left)
    if is_shared and asked.school_id is None:
        lines.append(ReportLine(SHARED, None, 0, Counts(), *_left_of(left, None)))
    return lines


def _left_of(left: Left, school_id: UUID | None) -> tuple[int, int]:
    """Exams of site packs and vouchers of Imagine Academy, which are not added up."""
    kinds = PackKind.SITE_PACK, PackKind.IMAGINE_GRANT
    exams, vouchers = (left.get((school_id, kind), 0) for kind in kinds)
    return exams, vouchers


def _class_lines(
    session: Session,
    term: AcademicTerm,
    asked: UseFilter,
    schools: dict[UUID, str],
    classes: dict[UUID, tuple[UUID, str]],
) -> list[ReportLine]:
    """Classes of the term, others in which somebody sat, and candidates of no class."""
    counts = count_by_class(session, asked)
    missing = {key for _school, key in counts if key is not None and key not in classes}
    if missing:
        classes = classes | _titles(session, missing)
    enrolled = _enrolled_by_class(session, term, list(classes))
    lines = []
    for school_id, school in schools.items():
        own = [(key, title) for key, (place, title) in classes.items() if place == school_id]
        for key, title in own:
            found = counts.get((school_id, key), Counts())
            lines.append(ReportLine(school, title, enrolled.get(key, 0), found))
        if (school_id, None) in counts:
            lines.append(ReportLine(school, SINGLE, 0, counts[school_id, None]))
    return lines


def _titles(session: Session, keys: Iterable[UUID]) -> dict[UUID, tuple[UUID, str]]:
    statement = select(SchoolClass.id, SchoolClass.school_id, SchoolClass.title)
    rows = session.execute(statement.where(SchoolClass.id.in_(sorted(keys))))
    return {row[0]: (row[1], row[2]) for row in rows}


def _overlaps(model: Any, term: AcademicTerm) -> ColumnElement[bool]:
    """That open or given days reach into the term."""
    begins = or_(model.first_day.is_(None), model.first_day <= term.last_day)
    ends = or_(model.last_day.is_(None), model.last_day >= term.first_day)
    return begins & ends


def _enrolled_by_school(session: Session, term: AcademicTerm) -> dict[UUID, int]:
    """Students of each school on some day of the term (A2)."""
    statement = (
        select(PersonPlace.school_id, func.count(distinct(PersonPlace.person_id)))
        .where(PersonPlace.role == PlaceRole.STUDENT, _overlaps(PersonPlace, term))
        .group_by(PersonPlace.school_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _enrolled_by_class(
    session: Session, term: AcademicTerm, keys: Sequence[UUID]
) -> dict[UUID, int]:
    in_term = select(ClassTerm.class_id).where(ClassTerm.term_id == term.id)
    statement = (
        select(ClassMember.class_id, func.count(distinct(ClassMember.person_id)))
        .where(ClassMember.role == ClassRole.STUDENT, _overlaps(ClassMember, term))
        .where(ClassMember.class_id.in_(in_term))
        .group_by(ClassMember.class_id)
    )
    wanted = set(keys)
    return {row[0]: row[1] for row in session.execute(statement) if row[0] in wanted}


def _remaining(session: Session, term: AcademicTerm, zone: str, asked: UseFilter) -> Left:
    """What is free in the term's quotas, and in those of packs that can be used in it."""
    free = PackQuota.quota_count - PackQuota.reserved_count - PackQuota.used_count
    runs = (Pack.usable_at < end_of_day(term.last_day, zone)) & (
        Pack.expires_at > start_of_day(term.first_day, zone)
    )
    statement = (
        select(PackQuota.school_id, Pack.kind, func.sum(free))
        .join(Pack, PackQuota.pack_id == Pack.id)
        .where(or_(PackQuota.term_id == term.id, PackQuota.term_id.is_(None) & runs))
        .group_by(PackQuota.school_id, Pack.kind)
    )
    if asked.pack_id is not None:
        statement = statement.where(PackQuota.pack_id == asked.pack_id)
    return {(row[0], row[1]): int(row[2]) for row in session.execute(statement)}
