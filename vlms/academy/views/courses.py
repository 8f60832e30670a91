"""Pages of the course catalogue, whose completion is certified."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.forms.certificates import CourseForm
from vlms.academy.models.benefits import Course
from vlms.academy.queries.courses import get_course, search_courses
from vlms.academy.service.courses import add_course, edit_course, end_course, may_change
from vlms.accounts.queries import list_schools
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work

courses = Blueprint("courses", __name__, url_prefix="/o/<organisation>/courses")

Answer = str | Response | tuple[str, int]
HEADINGS = (
    Heading("code", _("Course code"), "code", "nowrap"),
    Heading("title", _("Title"), "title"),
    Heading("hours", _("Hours"), look="number"),
    Heading("school", _("School")),
    Heading("standing", _("Standing")),
)


@courses.get("/")
@requires(Permission.VIEW_BENEFITS)
def index() -> str:
    filters = (
        Filter("q", _("Search in this list"), hint=_("Code or title")),
        Filter("running", _("Only courses that run"), {"1": _("yes")}, is_tick=True),
    )
    found = search_courses(db.session(), wanted("q"), wanted("running") == "1", listing("code"))
    return render_template(
        "courses/index.html",
        list=ListPage("courses.index", HEADINGS, filters),
        found=found,
        may_change=_may_change,
    )


def _may_change(course: Course) -> bool:
    return g.actor.may(Permission.ISSUE_CERTIFICATES) and may_change(g.scope, course)


@courses.route("/new", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def new() -> Answer:
    form = _form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                add_course(work, g.workspace.organisation_id, form.facts())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The course is entered."))
    return render_template("courses/new.html", form=form), 422 if form.is_refused else 200


@courses.route("/<uuid:course_id>/edit", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def edit(course_id: UUID) -> Answer:
    course = get_course(db.session(), course_id)
    form = _form(
        code=course.code,
        title_en=course.title_en,
        title_zh=course.title_zh,
        hours="" if course.hours is None else str(course.hours),
        school=str(course.school_id or ""),
    )
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                edit_course(work, course_id, form.facts())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("courses/edit.html", form=form, course=course)
    return page, 422 if form.is_refused else 200


@courses.route("/<uuid:course_id>/end", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def end(course_id: UUID) -> Answer:
    course = get_course(db.session(), course_id)
    question = Question(
        title=_("End this course"),
        of=course.code,
        facts=((_("Title in Chinese"), course.title_zh), (_("Title in English"), course.title_en)),
        effects=(
            (_("No later completion is certified any more."), "A3"),
            (_("Certificates that were issued stay valid."), "A3"),
        ),
        button=_("End the course"),
        picture="calendar-off",
        back=url_for(".index"),
        takes_away=True,
    )
    return confirmed(question, lambda work: end_course(work, course_id), _("The course has ended."))


def _form(**facts: str) -> CourseForm:
    is_limited = isinstance(g.scope, Organisation) and g.scope.school_ids is not None
    form = CourseForm(data=facts)
    schools = list_schools(db.session(), g.workspace.organisation_id)
    form.offer_schools(schools, has_all=not is_limited)
    return form
