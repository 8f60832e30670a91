"""A second admin decides about an export of many codes (C8)."""

from __future__ import annotations

from uuid import UUID

from flask import g, url_for

from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.disclosures.forms import DeclineForm, PressForm
from vlms.disclosures.making_job import plan_making
from vlms.disclosures.models import CodeExport
from vlms.disclosures.queries import count_meanwhile, get_export, list_waiting
from vlms.disclosures.service import deciding
from vlms.disclosures.service.conditions import MAY
from vlms.disclosures.views.blueprint import Page, disclosures, filter_as_asked, form_page
from vlms.web.access import requires
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work


@disclosures.route("/exports/<uuid:export_id>/approve", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES, proof=True)
def approve(export_id: UUID) -> Page:
    found, form, refused = get_export(db.session(), export_id), PressForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                plan_making(work, deciding.approve(work, export_id))
                work.location = url_for(".show", export_id=export_id)
        except DomainError as refusal:
            form.refuse(refusal)
            refused = refusal
        else:
            return answer(work, _("Approved. The file is being made for whoever asked."))
    meanwhile = count_meanwhile(db.session(), found, g.now, filter_as_asked(found))
    page = {"found": found, "meanwhile": meanwhile, "why_not": _why_not(found)}
    return form_page("disclosures/approve.html", form, refused, **page)


@disclosures.route("/exports/<uuid:export_id>/decline", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES, proof=True)
def decline(export_id: UUID) -> Page:
    found, form, refused = get_export(db.session(), export_id), DeclineForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                deciding.decline(work, export_id, form.reason.value)
                work.location = url_for(".show", export_id=export_id)
        except DomainError as refusal:
            form.refuse(refusal)
            refused = refusal
        else:
            return answer(work, _("Declined. Whoever asked is told why."))
    return form_page(
        "disclosures/decline.html", form, refused, found=found, why_not=_why_not(found)
    )


def _why_not(found: CodeExport) -> DomainError | None:
    """Why the visitor's decision would be refused now, in place of a button."""
    return deciding.why_not_decided(g.actor, found, g.now)


def _waiting(_workspace: object) -> dict[str, object] | None:
    found = list_waiting(db.session(), g.actor.user_id, g.now)
    return {"found": found} if found else None


add_panel(Panel("home-top", MAY, "disclosures/waiting.html", _waiting))
