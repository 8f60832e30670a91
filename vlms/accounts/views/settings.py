"""What an organisation decides itself: zone, language, delay, approval limits, schools."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.forms import LimitForm, SchoolForm, SettingsForm
from vlms.accounts.limit_queries import currencies_of_limits, list_approval_limits
from vlms.accounts.models import ApprovalLimit
from vlms.accounts.queries import get_organisation, get_school, list_schools
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_currencies, add_words

settings = Blueprint("settings", __name__, url_prefix="/o/<organisation>/settings")

add_words(
    {
        "approval_limit.created": _("Approval limit set"),
        "approval_limit.changed": _("Approval limit changed"),
        "approval_limit.deleted": _("Approval limit taken away"),
    },
    {"currency": _("Currency"), "limit_minor": _("Limit")},
)
_SAVED = _("Saved.")
Page = str | Response | tuple[str, int]

add_currencies(approval_limit=currencies_of_limits)


@settings.get("/")
@requires(Permission.EDIT_ORGANISATION_SETTINGS)
def index() -> str:
    organisation_id = g.workspace.organisation_id
    limits = list_approval_limits(db.session(), organisation_id)
    schools = list_schools(db.session(), organisation_id)
    told = [organisation_id, *(limit.id for limit in limits), *(one.id for one in schools)]
    return render_template(
        "settings/index.html",
        subject=get_organisation(db.session(), organisation_id),
        limits=[money_of(limit) for limit in limits],
        schools=schools,
        entries=journal_of(*told),
    )


@settings.route("/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATION_SETTINGS)
def edit() -> Page:
    organisation = get_organisation(db.session(), g.workspace.organisation_id)
    form = SettingsForm(obj=organisation, language=organisation.language.value)

    def save(work: Work) -> None:
        service.change_settings(work, organisation.id, form.settings())

    return _form_page("settings/edit.html", form, save)


@settings.route("/limits", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATION_SETTINGS)
def limits() -> Page:
    form = LimitForm()

    def save(work: Work) -> None:
        organisation_id = g.workspace.organisation_id
        service.set_approval_limit(work, organisation_id, form.currency.value, form.money())

    return _form_page("settings/limits.html", form, save)


@settings.route("/schools/new", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATION_SETTINGS)
def new_school() -> Page:
    form = SchoolForm()

    def save(work: Work) -> None:
        service.add_school(work, g.workspace.organisation_id, form.name.value)

    return _form_page("settings/new_school.html", form, save, _("The school has been added."))


@settings.route("/schools/<uuid:school_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATION_SETTINGS)
def school(school_id: UUID) -> Page:
    organisation_id = g.workspace.organisation_id
    form = SchoolForm(obj=get_school(db.session(), organisation_id, school_id))

    def save(work: Work) -> None:
        service.rename_school(work, organisation_id, school_id, form.name.value)

    return _form_page("settings/school.html", form, save)


def money_of(limit: ApprovalLimit) -> Money:
    return Money(limit.limit_minor, limit.currency)


def _form_page(
    template: str, form: Form, save: Callable[[Work], object], done: Text = _SAVED
) -> Page:
    """A page with a form: shown, or saved once and led back to the settings."""
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                save(work)
                work.location = url_for("settings.index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, done)
    return render_template(template, form=form), 422 if form.is_refused else 200
