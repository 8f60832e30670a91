"""Codes that are nobody's as a file: asked for, looked at, and made void again (C8)."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, g, redirect, render_template, url_for

from vlms.audit.views import journal_of
from vlms.codes.queries import CodeFilter
from vlms.codes.views.filters import wanted_codes
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import ngettext
from vlms.disclosures.forms import ExportForm, VoidForm
from vlms.disclosures.making_job import make_or_plan
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import (
    count_alone,
    count_available,
    count_meanwhile,
    get_export,
    list_exports,
)
from vlms.disclosures.rules.limits import needs_second
from vlms.disclosures.service.asking import Wish, ask_export
from vlms.disclosures.service.voiding_left import void_left
from vlms.disclosures.views.blueprint import (
    Page,
    asked_filters,
    disclosures,
    filter_as_asked,
    form_page,
)
from vlms.disclosures.words import has_file, is_lapsed
from vlms.web.access import requires
from vlms.web.locales import current_language
from vlms.web.unit_of_work import answer, unit_of_work


@disclosures.get("/")
@requires(Permission.REVEAL_UNASSIGNED_CODES)
def index() -> str:
    return render_template("disclosures/index.html", found=list_exports(db.session()))


@disclosures.route("/export", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES, proof=True)
def export() -> Page:
    form, refused = ExportForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                asked, why = asked_filters(), form.reason.value
                wish = Wish(wanted_codes(), asked, form.form.value, current_language(), why)
                found = ask_export(work, wish)
                make_or_plan(work, found)
                work.location = url_for(".show", export_id=found.id)
        except DomainError as refusal:
            form.refuse(refusal)
            refused = refusal
        else:
            return redirect(work.location)
    limit = current_app.config["SETTINGS"].export_limit
    asker = g.actor.user_id
    alone = count_alone(db.session(), wanted_codes(), asker, g.now) if asker else 0
    count = count_available(db.session(), wanted_codes(), g.now)
    page = {"count": count, "limit": limit, "waits": needs_second(alone, limit)}
    return form_page("disclosures/export.html", form, refused, **page)


@disclosures.get("/exports/<uuid:export_id>")
@requires(Permission.REVEAL_UNASSIGNED_CODES)
def show(export_id: UUID) -> str:
    found = get_export(db.session(), export_id)
    return render_template(
        "disclosures/show.html",
        found=found,
        meanwhile=count_meanwhile(db.session(), found, g.now, _filter_while_waiting(found)),
        is_own=found.asked_by == g.actor.user_id,
        is_lapsed=is_lapsed(found, g.now),
        has_file=has_file(found, g.now),
        entries=journal_of(found.id),
    )


@disclosures.route("/exports/<uuid:export_id>/void", methods=["GET", "POST"])
@requires(Permission.VOID_CODES, proof=True)
def void(export_id: UUID) -> Page:
    found, form, refused = get_export(db.session(), export_id), VoidForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                count = void_left(work, export_id, form.reason.value)
                work.location = url_for(".show", export_id=export_id)
        except DomainError as refusal:
            form.refuse(refusal)
            refused = refusal
        else:
            told = ngettext("%(number)s code is void.", "%(number)s codes are void.", count)
            return answer(work, told)
    left = count_meanwhile(db.session(), found, g.now)
    return form_page("disclosures/void.html", form, refused, found=found, left=left.free)


def _filter_while_waiting(found: CodeExport) -> CodeFilter | None:
    return filter_as_asked(found) if found.state is ExportState.WAITING else None
