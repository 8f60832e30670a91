"""Existing entitlements: read and managed here, but not ordered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.planning.forms.moving_in import EntitlementForm
from vlms.planning.queries.openings import get_entitlement, search_entitlements
from vlms.planning.service.entitlements import EntitlementChange, change_entitlement
from vlms.web.access import requires
from vlms.web.locales import name_of
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work

entitlements = Blueprint("entitlements", __name__, url_prefix="/o/<organisation>/entitlements")


@entitlements.get("/")
@requires(Permission.VIEW_AGREEMENTS)
def index() -> str:
    found = search_entitlements(db.session(), g.workspace.organisation_id, listing("ends"))
    return render_template("entitlements/index.html", found=found, name_of=name_of)


@entitlements.route("/<uuid:entitlement_id>", methods=["GET", "POST"])
@requires(Permission.MOVE_IN)
def edit(entitlement_id: UUID) -> str | Response | tuple[str, int]:
    found = get_entitlement(db.session(), entitlement_id)
    form = EntitlementForm(
        data={
            "version": str(found.version),
            "quantity": str(found.quantity),
            "used": str(found.used_count),
            "ends_on": found.ends_on.isoformat(),
            "note": found.note or "",
        }
    )
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                change_entitlement(work, entitlement_id, _wanted(form))
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The entitlement is changed."))
    page = render_template(
        "entitlements/edit.html",
        form=form,
        entitlement=found,
        entries=journal_of(found.id),
        name_of=name_of,
    )
    return page, 422 if form.is_refused else 200


def _wanted(form: EntitlementForm) -> EntitlementChange:
    return EntitlementChange(
        form.shown_version,
        form.quantity.value,
        form.used.value,
        form.ends_on.value,
        form.note.value,
    )
