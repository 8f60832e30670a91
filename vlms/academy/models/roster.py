"""Tables of terms, classes and who is in them; all of it comes from rosters."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person, School
from vlms.core.db import Base, Keyed, choice
from vlms.core.scope import Visibility


class AcademicTerm(Keyed, Base):
    """A term of an institution: a semester, say; its days are the schools'."""

    __tablename__ = "academic_term"
    __table_args__ = (
        Index("uq_academic_term_source", "organisation_id", "source_id", unique=True),
        Index("ix_academic_term_days", "organisation_id", "first_day"),
    )
    visible = Visibility(schools_read=True)
    audited = ("title", "first_day", "last_day", "school_year")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
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
    """Somebody in a class; open ends take the class's terms. Ended on the day of `last_day`."""

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
