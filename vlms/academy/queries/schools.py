"""Finds schools with how many are there, their classes, terms and imports of rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.roster import (
    AcademicTerm,
    ClassMember,
    ClassRole,
    ClassTerm,
    RosterImport,
    SchoolClass,
)
from vlms.accounts.models import PersonPlace, PlaceRole, School
from vlms.core.paging import Listing, Page, page_of

CLASS_SORTS = {"title": SchoolClass.title, "school": SchoolClass.school_id}
_FEW_IMPORTS = 10


@dataclass
class SchoolFigures:
    """How many are at a school on a day: people by what they are, and classes that go on."""

    people: dict[PlaceRole, int] = field(default_factory=lambda: dict.fromkeys(PlaceRole, 0))
    class_count: int = 0


@dataclass(frozen=True)
class ClassFilter:
    """Which classes a list shows: words of title, code or course; over or not."""

    words: str | None = None
    school_id: UUID | None = None
    term_id: UUID | None = None
    is_over: bool | None = None


def school_figures(
    session: Session, organisation_id: UUID, day: date
) -> Mapping[UUID, SchoolFigures]:
    """By school; one without anybody has only noughts."""
    found: dict[UUID, SchoolFigures] = defaultdict(SchoolFigures)
    people = (
        select(PersonPlace.school_id, PersonPlace.role, func.count(PersonPlace.id))
        .where(
            PersonPlace.organisation_id == organisation_id,
            or_(PersonPlace.first_day.is_(None), PersonPlace.first_day <= day),
            or_(PersonPlace.last_day.is_(None), PersonPlace.last_day >= day),
        )
        .group_by(PersonPlace.school_id, PersonPlace.role)
    )
    for school_id, role, count in session.execute(people):
        found[school_id].people[role] = count
    classes = (
        select(SchoolClass.school_id, func.count(SchoolClass.id))
        .where(SchoolClass.organisation_id == organisation_id, SchoolClass.ended_on.is_(None))
        .group_by(SchoolClass.school_id)
    )
    for school_id, count in session.execute(classes):
        found[school_id].class_count = count
    return found


def search_classes(
    session: Session, organisation_id: UUID, wanted: ClassFilter, listing: Listing
) -> Page[SchoolClass]:
    """A page of an institution's classes, with their schools and terms."""
    statement = _classes(organisation_id, wanted).options(
        joinedload(SchoolClass.school), selectinload(SchoolClass.terms)
    )
    return page_of(session, statement, CLASS_SORTS, listing)


def list_classes(
    session: Session, organisation_id: UUID, wanted: ClassFilter | None = None
) -> Sequence[SchoolClass]:
    """The same, all of them, by school and title."""
    statement = _classes(organisation_id, wanted or ClassFilter())
    return session.scalars(
        statement.join(School, School.id == SchoolClass.school_id)
        .options(joinedload(SchoolClass.school), selectinload(SchoolClass.terms))
        .order_by(School.name, SchoolClass.title, SchoolClass.id)
    ).all()


def _classes(organisation_id: UUID, wanted: ClassFilter) -> Select[SchoolClass]:
    statement = select(SchoolClass).where(SchoolClass.organisation_id == organisation_id)
    if wanted.words:
        columns = (SchoolClass.title, SchoolClass.code, SchoolClass.course)
        words = wanted.words.lower()
        fits = (func.lower(column).contains(words, autoescape=True) for column in columns)
        statement = statement.where(or_(*fits))
    if wanted.school_id is not None:
        statement = statement.where(SchoolClass.school_id == wanted.school_id)
    if wanted.term_id is not None:
        there = select(ClassTerm.class_id).where(ClassTerm.term_id == wanted.term_id)
        statement = statement.where(SchoolClass.id.in_(there))
    if wanted.is_over is not None:
        is_over = SchoolClass.ended_on.is_not(None)
        statement = statement.where(is_over if wanted.is_over else ~is_over)
    return statement


def member_counts(
    session: Session, class_ids: Collection[UUID], day: date
) -> Mapping[tuple[UUID, ClassRole], int]:
    """How many are in classes on a day, by class and role."""
    counted = (
        select(ClassMember.class_id, ClassMember.role, func.count(ClassMember.id))
        .where(
            ClassMember.class_id.in_(class_ids),
            or_(ClassMember.first_day.is_(None), ClassMember.first_day <= day),
            or_(ClassMember.last_day.is_(None), ClassMember.last_day >= day),
        )
        .group_by(ClassMember.class_id, ClassMember.role)
    )
    return {(class_id, role): count for class_id, role, count in session.execute(counted)}


def list_members(session: Session, class_id: UUID) -> Sequence[ClassMember]:
    """Who is or was in a class, with the persons; by name."""
    members = session.scalars(
        select(ClassMember)
        .where(ClassMember.class_id == class_id)
        .options(joinedload(ClassMember.person))
    ).all()
    return sorted(members, key=lambda one: (one.person.search_name, one.id))


def list_terms(session: Session, organisation_id: UUID) -> Sequence[AcademicTerm]:
    """By their first days; of two that begin together the longer one first."""
    return session.scalars(
        select(AcademicTerm)
        .where(AcademicTerm.organisation_id == organisation_id)
        .order_by(AcademicTerm.first_day, AcademicTerm.last_day.desc(), AcademicTerm.id)
    ).all()


def class_counts_by_term(session: Session, organisation_id: UUID) -> Mapping[UUID, int]:
    counted = (
        select(ClassTerm.term_id, func.count(ClassTerm.class_id))
        .join(SchoolClass, and_(SchoolClass.id == ClassTerm.class_id))
        .where(ClassTerm.organisation_id == organisation_id, SchoolClass.ended_on.is_(None))
        .group_by(ClassTerm.term_id)
    )
    return {term_id: count for term_id, count in session.execute(counted)}


def list_imports(session: Session, organisation_id: UUID) -> Sequence[RosterImport]:
    """The last imports that changed something, the newest first."""
    return session.scalars(
        select(RosterImport)
        .where(RosterImport.organisation_id == organisation_id)
        .options(joinedload(RosterImport.agreement))
        .order_by(RosterImport.number.desc())
        .limit(_FEW_IMPORTS)
    ).all()
