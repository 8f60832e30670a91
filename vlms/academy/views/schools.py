"""Pages of schools: their classes, who is in them, terms."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, render_template
from sqlalchemy.orm import Session

from vlms.academy.models.roster import ClassMember, ClassRole
from vlms.academy.queries.rosters import get_class, refusals_on
from vlms.academy.queries.schools import (
    ClassFilter,
    class_counts_by_term,
    list_imports,
    list_members,
    list_terms,
    member_counts,
    school_figures,
    search_classes,
)
from vlms.academy.roster_words import KIND_WORDS, PLACE_WORDS, TERM_WORDS, changes_told
from vlms.academy.rules.eligibility import site_pack_offer
from vlms.accounts.queries import list_schools
from vlms.accounts.service.limits import school_limit
from vlms.audit.views import journal_of
from vlms.codes.views.filters import key_in
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.giving.people_sources import Arguments, Group, add_people_source
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.words import add_words

schools = Blueprint("schools", __name__, url_prefix="/o/<organisation>/schools")

add_words(
    {
        "roster.imported": _("Roster imported"),
        "school_class.changed": _("Class changed"),
        "class.ended": _("Class ended"),
        "roster_import.created": _("Roster file taken in"),
    },
    {
        "title": _("Title"),
        "academic_term.first_day": _("First day"),
        "academic_term.last_day": _("Last day"),
        "school.source_id": _("Key in the roster"),
        "code": _("Code"),
        "course": _("Course"),
        "ended_on": _("Ended on"),
        "filename": _("File"),
        "counts": _("Counts"),
        "school_year": _("School year"),
    },
    {"academic_term.kind": TERM_WORDS},
)
HEADINGS = (
    Heading("title", _("Class"), "title"),
    Heading("code", _("Code"), look="nowrap"),
    Heading("course", _("Course")),
    Heading("school", _("School")),
    Heading("terms", _("Academic terms")),
    Heading("students", _("Students"), look="number"),
    Heading("teachers", _("Teachers"), look="number"),
)


def _organisation_id() -> UUID:
    return UUID(str(g.workspace.organisation_id))


@schools.get("/")
@requires(Permission.VIEW_ROSTERS)
def index() -> str:
    """Schools, and classes under the filters in the address: `q`, `school`, `term`, `over`."""
    session, today = db.session(), local_day(g.now, g.workspace.time_zone)
    own = list_schools(session, _organisation_id())
    found = search_classes(session, _organisation_id(), _wanted(), listing("title"))
    keys = [one.id for one in found.rows]
    return render_template(
        "schools/index.html",
        schools=own,
        figures=school_figures(session, _organisation_id(), today),
        list=_class_list({str(one.id): one.name for one in own}),
        found=found,
        counts=member_counts(session, keys, today),
        roles=ClassRole,
        places=PLACE_WORDS,
        is_limited=school_limit(session) is not None,
    )


def _class_list(names: dict[str, str]) -> ListPage:
    terms = {str(one.id): one.title for one in list_terms(db.session(), _organisation_id())}
    filters = [
        Filter("q", _("Search in this list"), hint=_("Class, code or course")),
        Filter("school", _("School"), names, is_offered=len(names) > 1),
        Filter("term", _("Term"), terms, is_offered=bool(terms)),
        Filter("over", _("Classes"), {"0": _("That go on"), "1": _("That are over")}),
    ]
    return ListPage("schools.index", HEADINGS, filters)


def _wanted() -> ClassFilter:
    over = {"0": False, "1": True}.get(wanted("over") or "")
    return ClassFilter(wanted("q"), _key("school"), _key("term"), over)


def _key(name: str) -> UUID | None:
    try:
        return UUID(wanted(name) or "")
    except ValueError:
        return None


@schools.get("/classes/<uuid:class_id>")
@requires(Permission.VIEW_ROSTERS)
def show_class(class_id: UUID) -> str:
    """A class, and who of it may sit an exam of a site pack today (A2)."""
    session = db.session()
    found = get_class(session, class_id)
    zone = found.school.time_zone or g.workspace.time_zone
    today = local_day(g.now, zone)
    members = list_members(session, class_id)
    offer = site_pack_offer(found.school_id, found.school.name)
    keys = [one.person_id for one in members]
    return render_template(
        "schools/show_class.html",
        one=found,
        today=today,
        teachers=_of(members, ClassRole.TEACHER),
        students=_of(members, ClassRole.STUDENT),
        refusals=refusals_on(session, offer, keys, today, zone),
        entries=journal_of(found.id),
    )


def _of(members: Sequence[ClassMember], role: ClassRole) -> list[ClassMember]:
    return [one for one in members if one.role is role]


def _students(session: Session, arguments: Arguments) -> Group | None:
    """The students whom a class has today, to be given codes."""
    key = key_in(arguments["class"][0])
    if key is None:
        return None
    found = get_class(session, key)
    today = local_day(g.now, found.school.time_zone or g.workspace.time_zone)
    students = _of(list_members(session, key), ClassRole.STUDENT)
    present = [one.person for one in students if one.last_day is None or one.last_day >= today]
    return Group(found.title, present)


add_people_source("class", _students)


@schools.get("/terms")
@requires(Permission.VIEW_ROSTERS)
def terms() -> str:
    """The terms that rosters brought, with how many classes each has."""
    session = db.session()
    return render_template(
        "schools/terms.html",
        terms=list_terms(session, _organisation_id()),
        counts=class_counts_by_term(session, _organisation_id()),
        words=TERM_WORDS,
        today=local_day(g.now, g.workspace.time_zone),
    )


@schools.get("/imports")
@requires(Permission.VIEW_ROSTERS)
def imports() -> str:
    """The last imports that changed something."""
    return render_template(
        "schools/imports.html",
        imports=list_imports(db.session(), _organisation_id()),
        kinds=KIND_WORDS,
        changes_told=changes_told,
    )
