"""Pages on which agreements are listed, shown, entered and edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import current_app, g, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from vlms.accounts.models import OrganisationKind
from vlms.accounts.queries import get_organisation, list_organisations
from vlms.agreements.acts import (
    FIXED_FIELDS,
    Look,
    acts_on,
    entering_acts,
    fixed_terms,
    is_own,
)
from vlms.agreements.exports import agreements_table
from vlms.agreements.forms import (
    AgreementForm,
    shown_terms,
)
from vlms.agreements.models import Agreement, Programme
from vlms.agreements.queries import (
    AgreementFilter,
    count_agreements,
    get_agreement,
    list_agreements,
    search_agreements,
    terms_of_resellers,
)
from vlms.agreements.rules.terms import days_left
from vlms.agreements.service.entering import add_agreement, edit_agreement
from vlms.agreements.views.blueprint import agreements
from vlms.agreements.words import CONTACT_WORDS, MODE_WORDS, STATE_WORDS, standing_of
from vlms.audit.views import journal_of
from vlms.core import scope
from vlms.core.acts import Condition
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work

_BUYERS = (OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC)
_ELSEWHERE = (
    ("orders.index", _("Orders")),
    ("codes.index", _("Codes")),
    ("roles.index", _("Roles")),
)


def is_operator() -> bool:
    return isinstance(g.scope, scope.System)


def may_enter() -> bool:
    """Whether the visitor may enter agreements: not with a role for single ones."""
    is_limited = isinstance(g.scope, scope.Organisation) and g.scope.agreement_ids is not None
    return bool(g.actor.may(Permission.EDIT_AGREEMENTS)) and not is_limited


HEADINGS = (
    Heading("number", _("Agreement number"), "number", "nowrap"),
    Heading("organisation", _("Organisation")),
    Heading("programme", _("Programme")),
    Heading("first_day", _("First day"), "first_day", "nowrap"),
    Heading("last_day", _("Last day"), "last_day", "nowrap"),
    Heading("standing", _("Standing")),
    Heading("currency", _("Currency")),
    Heading("reseller", _("Reseller")),
    Heading("country", _("Country"), is_extra=True),
    Heading("time_zone", _("Time zone"), is_extra=True),
)
ENDING = {str(days): _("within %(days)s days", days=days) for days in (30, 60, 90, 120)}


@agreements.get("/")
@requires(Permission.VIEW_AGREEMENTS)
def index() -> str:
    """The agreements under the filters in the address, which other pages link to.

    `state=running|ended|coming` (`running=1` for short), `programme` and `q`;
    `ending=30|60|90|120`: running ones whose last day comes within so many days.
    """
    today = local_day(g.now, g.workspace.time_zone)
    return render_template(
        "agreements/index.html",
        list=ListPage("agreements.index", _headings(), _filters()),
        found=search_agreements(db.session(), _asked(), today, listing("number")),
        states=STATE_WORDS,
        standing=_standing,
        acts=[act for act in entering_acts(_look()) if is_own(act)],
    )


def _look() -> Look:
    return Look(db.session(), g.actor, g.now)


def _headings() -> Sequence[Heading]:
    """A buyer's agreements are all of one organisation."""
    is_buyer = isinstance(g.scope, scope.Organisation)
    return [each for each in HEADINGS if not is_buyer or each.name != "organisation"]


def _filters() -> Sequence[Filter]:
    programmes = {one.value: one.value for one in Programme}
    return (
        Filter("q", _("Search in this list"), hint=_("Number or organisation")),
        Filter("programme", _("Programme"), programmes),
        Filter("state", _("Standing"), STATE_WORDS),
        Filter("ending", _("Ends"), ENDING),
        Filter("running", _("Running only"), {"1": _("yes")}, is_tick=True, is_offered=False),
    )


def _asked() -> AgreementFilter:
    programme, state, ending = wanted("programme"), wanted("state"), wanted("ending") or ""
    return AgreementFilter(
        wanted("q"),
        Programme(programme) if programme in set(Programme) else None,
        "running" if wanted("running") == "1" else state if state in STATE_WORDS else None,
        int(ending) if ending in ENDING else None,
    )


def _today(agreement: Agreement) -> date:
    return local_day(g.now, agreement.time_zone)


def _standing(agreement: Agreement) -> str:
    """A word of STATE_WORDS."""
    return standing_of(agreement, g.now)


@agreements.get("/download.<form>")
@requires(Permission.VIEW_AGREEMENTS)
def download(form: str) -> Response:
    return send_or_plan(AGREEMENTS, form)


def _workspace_day() -> date:
    return local_day(g.now, g.workspace.time_zone)


AGREEMENTS = add_export(
    Export(
        "agreements",
        _("Agreements"),
        lambda session: count_agreements(session, _asked(), _workspace_day()),
        lambda session: agreements_table(
            list_agreements(session, _asked(), _workspace_day()), g.now
        ),
    )
)


@agreements.get("/<uuid:agreement_id>")
@requires(Permission.VIEW_AGREEMENTS)
def show(agreement_id: UUID) -> str:
    agreement = get_agreement(db.session(), agreement_id)
    acts = acts_on(_look(), agreement)
    parts = [contact.id for contact in agreement.contacts]
    ids = [agreement.id, *parts, *(change.id for change in agreement.reseller_changes)]
    return render_template(
        "agreements/show.html",
        agreement=agreement,
        days_left=days_left(agreement.last_day, _today(agreement)),
        standing=_standing(agreement),
        states=STATE_WORDS,
        modes=MODE_WORDS,
        contact_words=CONTACT_WORDS,
        entries=journal_of(*ids),
        elsewhere=_elsewhere(agreement),
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        is_academic=agreement.organisation.kind is OrganisationKind.ACADEMIC,
        reseller_terms=terms_of_resellers(agreement),
    )


def _elsewhere(agreement: Agreement) -> list[tuple[str, Text]]:
    """Links to what else there is about an agreement, where this installation has the pages."""
    return [
        (url_for(endpoint, agreement=agreement.id), word)
        for endpoint, word in _ELSEWHERE
        if endpoint in current_app.view_functions
        and (endpoint != "roles.index" or g.actor.may(Permission.GRANT_ROLES))
        and (endpoint != "codes.index" or g.actor.may(Permission.VIEW_CODES))
    ]


@agreements.route("/create", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def create() -> str | Response | tuple[str, int]:
    form = AgreementForm(data=_usual_terms())
    _offer(form, with_organisations=is_operator())
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                made = add_agreement(work, _organisation_id(form), form.terms())
                work.location = url_for(".contacts", agreement_id=made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The agreement is entered. Now its contacts."))
    page = render_template("agreements/create.html", form=form, may_enter=may_enter())
    return page, 422 if form.is_refused else 200


def _usual_terms() -> dict[str, str]:
    """An organisation's own agreements are mostly of its country."""
    if is_operator():
        return {}
    own = get_organisation(db.session(), g.workspace.organisation_id)
    return {"country": own.country}


def _offer(form: AgreementForm, *, with_organisations: bool) -> None:
    session = db.session()
    buyers = list_organisations(session, *_BUYERS) if with_organisations else []
    form.offer(buyers, list_organisations(session, OrganisationKind.RESELLER))


def _organisation_id(form: AgreementForm) -> UUID:
    if is_operator() and "organisation" in form:
        return UUID(form.organisation.value)
    return UUID(str(g.workspace.organisation_id))


@agreements.route("/<uuid:agreement_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def edit(agreement_id: UUID) -> str | Response | tuple[str, int]:
    agreement = get_agreement(db.session(), agreement_id)
    fixed = fixed_terms(db.session(), g.actor, g.now, agreement)
    form = _edit_form(agreement, fixed)
    _offer(form, with_organisations=False)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                edit_agreement(work, agreement_id, form.terms())
                work.location = url_for(".show", agreement_id=agreement_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("agreements/edit.html", form=form, agreement=agreement, fixed=fixed)
    return page, 422 if form.is_refused else 200


def _edit_form(agreement: Agreement, fixed: Condition) -> AgreementForm:
    """The form; what orders fixed is shown disabled, and counts as it is when it is not sent."""
    shown = shown_terms(agreement)
    if fixed.is_met:
        return AgreementForm(data=shown)
    sent: dict[str, MultiDict[str, str]] = {}
    if request.method == "POST":
        kept = {name: shown[name] for name in FIXED_FIELDS}
        sent["formdata"] = MultiDict({**kept, **request.form.to_dict()})
    form = AgreementForm(data=shown, **sent)
    for name in FIXED_FIELDS:
        form[name].render_kw = {"disabled": True}
        form[name].description = str(_("Fixed by orders (O1)."))
    return form
