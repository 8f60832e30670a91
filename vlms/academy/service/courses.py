"""The courses whose completion an institution certifies."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.academy.errors import AcademyRefused
from vlms.academy.models.benefits import Course
from vlms.academy.queries.courses import get_course
from vlms.accounts.queries import get_school
from vlms.core.errors import BadInput, Forbidden
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class CourseFacts:
    """What is entered of a course; without a school it is held at all of them."""

    code: str
    title_en: str
    title_zh: str
    hours: int | None = None
    school_id: UUID | None = None


def add_course(work: Work, organisation_id: UUID, facts: CourseFacts) -> Course:
    """Raises Forbidden, NotFound for a school, BadInput for a code that another course has."""
    _check(work, organisation_id, facts)
    work.does("course.added")
    course = Course(organisation_id=organisation_id)
    _write(work, course, facts)
    return course


def edit_course(work: Work, course_id: UUID, facts: CourseFacts) -> Course:
    """Raises as `add_course` does. What was certified keeps the words of its day."""
    course = get_course(work.session, course_id)
    _check_own(work, course.school_id)
    _check(work, course.organisation_id, facts)
    work.does("course.edited")
    _write(work, course, facts)
    return course


def end_course(work: Work, course_id: UUID) -> Course:
    """Take a course from the catalogue; its certificates stay. Raises AcademyRefused again."""
    work.actor.require(Permission.ISSUE_CERTIFICATES)
    course = get_course(work.session, course_id)
    _check_own(work, course.school_id)
    if course.ended_at is not None:
        raise AcademyRefused(
            "A3",
            _("The course %(code)s has ended already.", code=course.code),
            reason="course_ended",
            way_out=_("Enter a new course with another code."),
        )
    work.does("course.ended")
    course.ended_at = work.now
    work.flush()
    return course


def may_change(scope: object, course: Course) -> bool:
    """Whether who works for some schools may change it: only a course of these."""
    return _owns(scope, course.school_id)


def _owns(scope: object, school_id: UUID | None) -> bool:
    if not isinstance(scope, Organisation) or scope.school_ids is None:
        return True
    return school_id in scope.school_ids


def _check(work: Work, organisation_id: UUID, facts: CourseFacts) -> None:
    work.actor.require(Permission.ISSUE_CERTIFICATES)
    _check_own(work, facts.school_id)
    if facts.school_id is not None:
        get_school(work.session, organisation_id, facts.school_id)


def _check_own(work: Work, school_id: UUID | None) -> None:
    if not _owns(work.session.info["scope"], school_id):
        raise Forbidden(
            "A3",
            _("This course is of all schools, or of another one; you look after your own."),
            reason="course_of_others",
            way_out=_("Choose your school, or ask a licensing admin."),
        )


def _write(work: Work, course: Course, facts: CourseFacts) -> None:
    course.code, course.hours, course.school_id = facts.code, facts.hours, facts.school_id
    course.title_en, course.title_zh = facts.title_en, facts.title_zh
    try:
        with work.session.begin_nested():
            work.session.add(course)
    except IntegrityError:
        raise BadInput(
            "A3",
            _("Another course has the code %(code)s.", code=facts.code),
            field="code",
            way_out=_("Choose another code."),
        ) from None
