"""The operator's pages of organisations."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.forms import NewOrganisationForm, OrganisationForm, SchoolForm
from vlms.accounts.limit_queries import list_approval_limits
from vlms.accounts.models import OrganisationKind
from vlms.accounts.queries import get_organisation, list_schools, search_organisations
from vlms.accounts.role_words import KIND_WORDS
from vlms.accounts.views.settings import money_of
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.language import LANGUAGE_NAMES
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

organisations = Blueprint("organisations", __name__, url_prefix="/o/<organisation>/organisations")

add_words(
    {
        "organisation.created": _("Organisation added"),
        "organisation.changed": _("Organisation changed"),
        "school.created": _("School added"),
        "school.changed": _("School renamed"),
    },
    {
        "slug": _("Short name"),
        "kind": _("Kind"),
        "country": _("Country"),
        "time_zone": _("Time zone"),
        "assign_delay_minutes": _("Minutes in which an assignment can be called back"),
        "has_roc_years": _("Papers in Chinese with 民國 years"),
    },
    {"organisation.kind": KIND_WORDS},
)


HEADINGS = (
    Heading("name", _("Name"), "name"),
    Heading("kind", _("Kind"), None, "nowrap"),
    Heading("slug", _("Short name"), "slug", "nowrap"),
    Heading("country", _("Country")),
    Heading("time_zone", _("Time zone")),
    Heading("language", _("Language"), is_extra=True),
    Heading("created", _("Added"), "created", "nowrap", is_extra=True),
)


@organisations.get("/")
@requires(Permission.VIEW_ORGANISATIONS)
def index() -> str:
    """The organisations under the filters in the address: `q`, `kind`."""
    kind = wanted("kind")
    chosen = OrganisationKind(kind) if kind in set(OrganisationKind) else None
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name or short name")),
        Filter("kind", _("Kind"), {key.value: word for key, word in KIND_WORDS.items()}),
    ]
    return render_template(
        "organisations/index.html",
        list=ListPage("organisations.index", HEADINGS, filters),
        found=search_organisations(db.session(), wanted("q"), chosen, listing("name")),
        kind_words=KIND_WORDS,
    )


@organisations.get("/<uuid:organisation_id>")
@requires(Permission.VIEW_ORGANISATIONS)
def show(organisation_id: UUID) -> str:
    found = get_organisation(db.session(), organisation_id)
    schools = list_schools(db.session(), found.id)
    limits = list_approval_limits(db.session(), found.id)
    return render_template(
        "organisations/show.html",
        subject=found,
        schools=schools,
        limits=[money_of(limit) for limit in limits],
        kind_words=KIND_WORDS,
        languages=LANGUAGE_NAMES,
        entries=journal_of(found.id, *(s.id for s in schools), *(each.id for each in limits)),
    )


@organisations.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def new() -> str | Response | tuple[str, int]:
    form = NewOrganisationForm(time_zone=g.visitor.time_zone)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                made = service.create_organisation(work, form.facts())
                work.location = _place(made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The organisation has been added."))
    page = render_template("organisations/new.html", form=form)
    return page, 422 if form.is_refused else 200


@organisations.route("/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def edit(organisation_id: UUID) -> str | Response | tuple[str, int]:
    found = get_organisation(db.session(), organisation_id)
    form = OrganisationForm(obj=found)
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            service.edit_organisation(work, found.id, form.name.value, form.country.value)
            work.location = _place(found.id)
        return answer(work, _("Saved."))
    page = render_template("organisations/edit.html", form=form, subject=found)
    return page, 422 if form.is_refused else 200


@organisations.route("/<uuid:organisation_id>/schools/new", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def new_school(organisation_id: UUID) -> str | Response | tuple[str, int]:
    found = get_organisation(db.session(), organisation_id)
    form = SchoolForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.add_school(work, found.id, form.name.value)
                work.location = _place(found.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The school has been added."))
    page = render_template("organisations/new_school.html", form=form, subject=found)
    return page, 422 if form.is_refused else 200


def _place(organisation_id: UUID) -> str:
    return url_for("organisations.show", organisation_id=organisation_id)
