"""Pages of an organisation's directory."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.bound import LINK_WORDS
from vlms.accounts.directory_queries import (
    list_departments,
    list_managers,
    names_of_managers,
)
from vlms.accounts.exports import people_table
from vlms.accounts.forms import AddressForm, PersonForm
from vlms.accounts.models import Person
from vlms.accounts.names import name_people
from vlms.accounts.queries import (
    PersonFilter,
    count_people,
    find_manager,
    get_organisation,
    get_person,
    get_person_named,
    list_grants_in,
    list_managed,
    list_people,
    list_schools,
    search_people,
)
from vlms.accounts.role_words import ROLE_WORDS
from vlms.accounts.service.limits import is_own_school, school_limit
from vlms.accounts.shields import shields_of
from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.language import LANGUAGE_NAMES
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import RecordPage, add_records, add_words

people = Blueprint("people", __name__, url_prefix="/o/<organisation>/people")

add_words(
    {
        "person.created": _("Person added"),
        "person.changed": _("Person changed"),
        "person.address_corrected": _("Address corrected"),
        "person.left": _("Marked as leaver"),
        "person.returned": _("No leaver any more"),
        "one_time_link.created": _("One-time link made"),
        "one_time_link.changed": _("One-time link used or ended"),
    },
    {
        "name": _("Name"),
        "person.name": _("Full name"),
        "person.latin_name": _("Name in Latin letters"),
        "email": _("E-mail address"),
        "number": _("Number"),
        "department": _("Department"),
        "manager_id": _("Manager"),
        "mcid": _("Certification ID"),
        "language": _("Language"),
        "left_at": _("Left at"),
        "one_time_link.purpose": _("What the link opens"),
        "one_time_link.subject_id": _("For"),
        "used_at": _("Used at"),
        "user_id": _("Sign-in"),
    },
    {"language": LANGUAGE_NAMES, "one_time_link.purpose": LINK_WORDS},
)
add_records(person=RecordPage(name_people, "people.show", "person_id"))


@people.get("/")
@requires(Permission.VIEW_PEOPLE)
def index() -> str:
    """The people under the filters in the address.

    They are `q`, `school`, `department`, `manager`, `left=1|0`.
    """
    organisation = subject()
    schools = _school_names(organisation.id)
    found = search_people(db.session(), organisation.id, _wanted(), listing("name"))
    return render_template(
        "people/index.html",
        subject=organisation,
        of=subject_argument(),
        list=_people_list(organisation.id, schools),
        found=found,
        managers=names_of_managers(db.session(), found.rows),
        schools=schools,
        name_of_person=lambda person: person.name,
    )


def _people_list(organisation_id: UUID, schools: dict[UUID, str]) -> ListPage:
    choices = {str(key): name for key, name in schools.items()}
    departments = {name: name for name in list_departments(db.session(), organisation_id)}
    managers = {
        str(person.id): person.name for person in list_managers(db.session(), organisation_id)
    }
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name, address or number")),
        Filter("school", _("School"), choices, is_offered=bool(schools)),
        Filter(
            "department",
            _("Department"),
            departments,
            is_offered=bool(departments),
            is_of_records=True,
        ),
        Filter("manager", _("Manager"), managers, is_offered=bool(managers)),
        Filter("left", _("Leavers"), {"0": _("Without leavers"), "1": _("Leavers only")}),
    ]
    headings = [each for each in HEADINGS if schools or each.name != "school"]
    return ListPage("people.index", headings, filters, kept=("of",))


HEADINGS = (
    Heading("name", _("Full name"), "name"),
    Heading("email", _("E-mail address")),
    Heading("number", _("Number"), None, "nowrap"),
    Heading("department", _("Department")),
    Heading("school", _("School")),
    Heading("created", _("Added"), "created", "nowrap"),
    Heading("manager", _("Manager"), is_extra=True),
    Heading("mcid", _("Certification ID"), is_extra=True),
    Heading("language", _("Language"), is_extra=True),
)


def _wanted() -> PersonFilter:
    has_left = {"0": False, "1": True}.get(wanted("left") or "")
    manager_id = _wanted_key("manager")
    return PersonFilter(
        wanted("q"), _wanted_key("school"), has_left, wanted("department"), manager_id
    )


def _wanted_key(name: str) -> UUID | None:
    try:
        return UUID(wanted(name) or "")
    except ValueError:
        return None


@people.get("/people.<form>")
@requires(Permission.VIEW_PEOPLE)
def download(form: str) -> Response:
    return send_or_plan(PEOPLE, form)


def _table(session: Session) -> Table[Person]:
    organisation = subject()
    found = list_people(session, organisation.id, _wanted())
    zone = organisation.time_zone
    made_at = g.now.astimezone(ZoneInfo(zone))
    managers = names_of_managers(session, found)
    return people_table(found, _school_names(organisation.id), managers, (zone, made_at))


PEOPLE = add_export(
    Export(
        "people",
        _("People"),
        lambda session: count_people(session, subject().id, _wanted()),
        _table,
        lambda: f"people-{subject().slug}",
    )
)


@people.get("/<uuid:person_id>")
@requires(Permission.VIEW_PEOPLE)
def show(person_id: UUID) -> str:
    person = get_person(db.session(), person_id)
    grants = (
        list_grants_in(db.session(), person.organisation_id, person.user_id)
        if person.user_id
        else ()
    )
    return render_template(
        "people/show.html",
        person=person,
        subject=get_organisation(db.session(), person.organisation_id),
        of=subject_argument(),
        schools=_school_names(person.organisation_id),
        is_own=is_own_school(db.session(), person.school_id),
        sees_roles=school_limit(db.session()) is None,
        shield=shields_of({person.user_id})[person.user_id] if person.user_id else None,
        grants=[grant for grant in grants if grant.ended_at is None],
        role_words=ROLE_WORDS,
        languages=LANGUAGE_NAMES,
        manager=find_manager(db.session(), person),
        managed=list_managed(db.session(), person.id),
        entries=journal_of(person.id),
    )


@people.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def new() -> str | Response | tuple[str, int]:
    organisation = subject()
    form = PersonForm(language=organisation.language.value)
    _offer_schools(form, organisation.id)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                facts = form.facts(_manager_id(work.session, organisation.id, form))
                person = service.create_person(work, organisation.id, facts, form.email.value)
                work.location = _place(person)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The person has been added."))
    return _page("people/new.html", form, subject=organisation)


@people.route("/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def edit(person_id: UUID) -> str | Response | tuple[str, int]:
    person = get_person(db.session(), person_id)
    manager = find_manager(db.session(), person)
    form = PersonForm(
        obj=person,
        language=person.language.value,
        manager=(manager.number or manager.email) if manager else None,
    )
    del form.email
    _offer_schools(form, person.organisation_id)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                facts = form.facts(_manager_id(work.session, person.organisation_id, form))
                service.edit_person(work, person_id, facts)
                work.location = _place(person)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    return _page("people/edit.html", form, person=person)


@people.route("/<uuid:person_id>/address", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def address(person_id: UUID) -> str | Response | tuple[str, int]:
    person = get_person(db.session(), person_id)
    form = AddressForm(email=person.email)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.correct_address(work, person_id, form.email.value, form.reason.value)
                work.location = _place(person)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The address is corrected; links to the old one have ended."))
    return _page("people/address.html", form, person=person)


def _manager_id(session: Session, organisation_id: UUID, form: PersonForm) -> UUID | None:
    """Of whom the form names. Raises BadInput."""
    if form.manager.value is None:
        return None
    try:
        return get_person_named(session, organisation_id, form.manager.value).id
    except NotFound as refusal:
        way_out = _("Enter the number or e-mail address of somebody who is here.")
        raise BadInput(None, refusal.sentence, field="manager", way_out=way_out) from refusal


def _place(person: Person) -> str:
    return subject_address("people.show", person_id=person.id)


def _page(template: str, form: PersonForm | AddressForm, **facts: object) -> tuple[str, int]:
    page = render_template(template, form=form, of=subject_argument(), **facts)
    return page, 422 if form.is_refused else 200


def _offer_schools(form: PersonForm, organisation_id: UUID) -> None:
    is_limited = school_limit(db.session()) is not None
    form.offer_schools(list_schools(db.session(), organisation_id), or_none=not is_limited)


def _school_names(organisation_id: UUID) -> dict[UUID, str]:
    return {school.id: school.name for school in list_schools(db.session(), organisation_id)}
