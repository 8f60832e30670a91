"""The pages on which an agreement goes to another reseller in mid-term."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import OrganisationKind
from vlms.accounts.queries import list_organisations
from vlms.agreements.forms import NOBODY, ResellerForm
from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement, get_reseller_change
from vlms.agreements.service.changing_reseller import (
    change_conditions,
    plan_change,
    withdraw_change,
)
from vlms.agreements.views.blueprint import agreements
from vlms.core.acts import require
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.errors import status_of
from vlms.web.locales import show_day
from vlms.web.unit_of_work import answer, unit_of_work


@agreements.route("/<uuid:agreement_id>/reseller", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def change_reseller(agreement_id: UUID) -> str | Response | tuple[str, int]:
    agreement = get_agreement(db.session(), agreement_id)
    today = local_day(g.now, agreement.time_zone)
    require(change_conditions(g.actor, agreement, today))
    form, status = _form(agreement, today), 200
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                change = plan_change(work, agreement_id, form.wanted())
                work.location = url_for(".show", agreement_id=agreement_id)
            return answer(work, _DONE if change.done_at else _PLANNED)
        except DomainError as refusal:
            form.refuse(refusal)
            status = status_of(refusal)
    elif form.is_refused:
        status = 422
    page = render_template("agreements/change_reseller.html", form=form, agreement=agreement)
    return page, status


_DONE: Text = _("The reseller is changed.")
_PLANNED: Text = _("The change of reseller is planned.")


def _form(agreement: Agreement, today: date) -> ResellerForm:
    form = ResellerForm(data={"first_day": today.isoformat(), "hands_over": True})
    resellers = list_organisations(db.session(), OrganisationKind.RESELLER)
    others = [(one.slug, one.name) for one in resellers if one.id != agreement.reseller_id]
    nobody = [(NOBODY, _("None: the operator records the steps"))]
    unasked = ("", _("Choose one"))
    form.reseller.offer([unasked, *others, *(nobody if agreement.reseller_id else [])])
    return form


@agreements.route("/reseller-changes/<uuid:change_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def withdraw_reseller_change(change_id: UUID) -> str | Response | tuple[str, int]:
    change = get_reseller_change(db.session(), change_id)
    agreement_id = change.agreement_id
    question = Question(
        _("Withdraw the change of reseller"),
        change.agreement.number,
        (
            (_("From this day on"), show_day(change.first_day)),
            (_("New reseller"), change.reseller.name if change.reseller else _("None")),
        ),
        ((_("The agreement stays with the reseller that it has."), "O4"),),
        _("Withdraw it"),
        "x",
        url_for(".show", agreement_id=agreement_id),
        takes_away=True,
    )

    def act(work: Work) -> None:
        withdraw_change(work, change_id)

    return confirmed(question, act, _("The change of reseller is withdrawn."))
