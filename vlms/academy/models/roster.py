"""Tables of terms, classes and who is in them; all of it comes from rosters."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.academy.rules.roster_words import TermKind as TermKind
from vlms.accounts.models import Person, School
from vlms.agreements.models import Agreement
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility


class AcademicTerm(Keyed, Base):
    """A term of an institution: a semester, say, or a school year; its days are the schools'."""

    __tablename__ = "academic_term"
    __table_args__ = (
        Index("uq_academic_term_source", "organisation_id", "source_id", unique=True),
        Index("ix_academic_term_days", "organisation_id", "first_day"),
    )
    visible = Visibility(schools_read=True)
    audited = ("title", "kind", "first_day", "last_day", "school_year")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[TermKind] = mapped_column(
        choice(TermKind, "academic_term_kind"), default=TermKind.SEMESTER
    )
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    # The year in which the school year ends, as rosters name it.
    school_year: Mapped[str | None] = mapped_column(String(20))


class SchoolClass(Keyed, Base):
    """A class of a school; `ended_on` is its roster's word that it is over."""

    __tablename__ = "school_class"
    __table_args__ = (
        Index("uq_school_class_source", "organisation_id", "source_id", unique=True),
        Index("ix_school_class_school", "organisation_id", "school_id", "title"),
    )
    visible = Visibility(school="school_id")
    audited = ("title", "code", "course", "ended_on")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    source_id: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    code: Mapped[str | None] = mapped_column(String(60))
    course: Mapped[str | None] = mapped_column(String(200))
    location: Mapped[str | None] = mapped_column(String(120))
    ended_on: Mapped[date | None] = mapped_column(Date)

    school: Mapped[School] = relationship()
    terms: Mapped[list[AcademicTerm]] = relationship(
        secondary="class_term", order_by="AcademicTerm.first_day", viewonly=True
    )


class ClassTerm(Base):
    """In which terms a class is held."""

    __tablename__ = "class_term"
    visible = Visibility(school="school_id")

    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("academic_term.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


class ClassRole(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"


class ClassMember(Keyed, Base):
    """Somebody in a class, until the end of `last_day`; open ends are None."""

    __tablename__ = "class_member"
    __table_args__ = (
        Index("uq_class_member", "class_id", "person_id", "role", unique=True),
        Index("uq_class_member_source", "organisation_id", "source_id", unique=True),
        Index("ix_class_member_person", "person_id"),
    )
    visible = Visibility(school="school_id", holder="person_id")
    audited = ("role", "first_day", "last_day")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    source_id: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[ClassRole] = mapped_column(choice(ClassRole, "class_member_role"))
    first_day: Mapped[date | None] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)

    school_class: Mapped[SchoolClass] = relationship()
    person: Mapped[Person] = relationship()


class RosterRecordKind(StrEnum):
    ORG = "org"
    COURSE = "course"


class RosterRecord(Keyed, Base):
    """What a roster's files said of units and courses, for later files that only refer to them.

    A unit that is a school has its `school_id`; one above schools stands for all below it.
    """

    __tablename__ = "roster_record"
    __table_args__ = (
        Index("uq_roster_record", "organisation_id", "kind", "source_id", unique=True),
    )
    visible = Visibility(schools_read=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[RosterRecordKind] = mapped_column(choice(RosterRecordKind, "roster_record_kind"))
    source_id: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    code: Mapped[str | None] = mapped_column(String(60))
    parent_source_id: Mapped[str | None] = mapped_column(String(120))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)


class RosterImport(Keyed, Base):
    """One import that changed something. Its number is the fence between two at one moment.

    It tells the journal of the rows that came or ended in bulk, by their counts. A school's
    people add theirs, and see none.
    """

    __tablename__ = "roster_import"
    __table_args__ = (Index("uq_roster_import_number", "organisation_id", "number", unique=True),)
    visible = Visibility(everyone_appends=True)
    audited = ("number", "filename", "counts")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    # Counts the imports of an institution from 1.
    number: Mapped[int] = mapped_column(Integer)
    filename: Mapped[str] = mapped_column(String(200))
    # By kind and change: {"users": {"new": 3, "ended": 1}}.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship()
