"""A partner's locations with their MPN ids, and who belongs to which (K5)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.accounts.directory_queries import list_departments
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.partners.forms.locations import LocationForm, shown_location
from vlms.partners.models.locations import PartnerLocation
from vlms.partners.queries.locations import (
    PlaceFilter,
    count_people,
    get_location,
    list_locations,
    list_person_ids,
    locations_of,
    name_locations,
    search_people,
)
from vlms.partners.service import locations as service
from vlms.partners.skills_words import LOCATION_ACTION_WORDS, LOCATION_COLUMN_WORDS
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import RecordPage, add_names, add_records, add_words

Answer = str | Response | tuple[str, int]
locations = Blueprint("locations", __name__, url_prefix="/o/<organisation>/locations")
add_words(LOCATION_ACTION_WORDS, LOCATION_COLUMN_WORDS)
add_names(location_id=name_locations)
add_records(partner_location=RecordPage(name_locations, "locations.show", "location_id"))
HEADINGS = (
    Heading("person", _("Person"), "name"),
    Heading("department", _("Department")),
    Heading("location", _("Location")),
)


@locations.get("/")
@requires(Permission.VIEW_SKILLS)
def index() -> str:
    session, place = db.session(), g.workspace.organisation_id
    return render_template(
        "locations/index.html",
        locations=list_locations(session, place),
        counts=count_people(session, place),
    )


@locations.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def new() -> Answer:
    """The first location is the headquarters."""
    place = g.workspace.organisation_id
    is_first = not list_locations(db.session(), place)
    form = LocationForm(data={"is_headquarters": is_first})

    def act(work: Work) -> PartnerLocation:
        return service.add_location(work, place, form.facts())

    return _kept(
        form, act, _("The location is entered."), ("locations/new.html", url_for(".index"))
    )


@locations.get("/<uuid:location_id>")
@requires(Permission.VIEW_SKILLS)
def show(location_id: UUID) -> str:
    """Who belongs to it, and everybody who could."""
    return _page(get_location(db.session(), location_id), Form())


@locations.route("/<uuid:location_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def edit(location_id: UUID) -> Answer:
    location = get_location(db.session(), location_id)
    form = LocationForm(data=shown_location(location))

    def act(work: Work) -> PartnerLocation:
        return service.edit_location(work, location_id, form.facts())

    back = url_for(".show", location_id=location_id)
    return _kept(form, act, _("Saved."), ("locations/edit.html", back))


@locations.route("/<uuid:location_id>/remove", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def remove(location_id: UUID) -> Answer:
    location = get_location(db.session(), location_id)
    counts = count_people(db.session(), location.organisation_id)
    question = Question(
        _("Remove the location"),
        location.name,
        ((_("MPN id"), location.mpn_id), (_("People"), counts.get(location_id, 0))),
        ((_("Its people belong to the headquarters then."), "K5"),),
        _("Remove it"),
        "trash",
        url_for(".index"),
        takes_away=True,
    )
    return confirmed(
        question,
        lambda work: service.remove_location(work, location_id),
        _("The location is removed."),
    )


@locations.post("/<uuid:location_id>")
@requires(Permission.EDIT_SKILLS)
@takes("row", "which", "act", "q", "department", "at", "sort")
def assign(location_id: UUID) -> Answer:
    """Those who are ticked, or all whom the filters leave, belong to it from now on."""
    location, form = get_location(db.session(), location_id), Form()
    if not form.validate_on_submit():
        return _page(location, form), 422
    try:
        with unit_of_work(form) as work:
            work.location = url_for(".show", location_id=location_id)
            count = service.place_people(work, location_id, _chosen(work, location))
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(location, form), 422
    told = ngettext(
        "%(number)s person belongs to it now.", "%(number)s people belong to it now.", count
    )
    return answer(work, told)


def _chosen(work: Work, location: PartnerLocation) -> list[UUID]:
    """Raises BadInput when nobody is chosen."""
    sent = request.form
    if sent.get("which") == "all":
        asked = _asked(location, sent.get)
        return list(list_person_ids(work.session, location.organisation_id, asked))
    try:
        found = [UUID(key) for key in sent.getlist("row")]
    except ValueError:
        found = []
    if not found:
        raise BadInput(
            None,
            _("Nobody is ticked."),
            reason="nobody_ticked",
            way_out=_("Tick people in the list, or choose all of it."),
        )
    return found


def _asked(location: PartnerLocation, value: Callable[[str], str | None]) -> PlaceFilter:
    """What the list is narrowed to, by the address or by the form that carries it."""
    words, department = ((value(name) or "").strip()[:200] for name in ("q", "department"))
    at = location if value("at") == "here" else None
    return PlaceFilter(words or None, department or None, at)


def _kept(
    form: LocationForm, act: Callable[[Work], PartnerLocation], told: Text, page: tuple[str, str]
) -> Answer:
    """`page` is the template, and where its way back leads."""
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", location_id=act(work).id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, told)
    template, back = page
    return render_template(template, form=form, back=back), 422 if form.is_refused else 200


def _page(location: PartnerLocation, form: Form) -> str:
    session, place = db.session(), location.organisation_id
    departments = {one: one for one in list_departments(session, place)}
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name, address or number")),
        Filter("department", _("Department"), departments, is_offered=bool(departments)),
        Filter("at", _("Location"), {"here": _("Only who belongs to it")}),
    ]
    page = ListPage("locations.show", HEADINGS, filters)
    values = {each.name: each.value for each in filters}
    found = search_people(session, place, _asked(location, values.get), listing("name"))
    return render_template(
        "locations/show.html",
        location=location,
        names={one.id: one for one in list_locations(session, place)},
        placed=locations_of(session, [person.id for person in found.rows]),
        list=page,
        found=found,
        form=form,
        entries=journal_of(location.id, edited_by=Permission.EDIT_SKILLS),
        name_of_person=lambda person: person.name,
    )
