"""The file of an export, by a link that opens once in the session that asked for it (C8)."""

from __future__ import annotations

from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.work import key_ring
from vlms.disclosures.forms import PressForm
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.fetching import find_link, link_over, make_link, take_by_link
from vlms.disclosures.views.blueprint import Page, disclosures, own_session
from vlms.web.access import requires
from vlms.web.pages import TYPES, name_download
from vlms.web.unit_of_work import unit_of_work


@disclosures.post("/exports/<uuid:export_id>/link")
@requires(Permission.REVEAL_UNASSIGNED_CODES, proof=True)
def link(export_id: UUID) -> Page:
    form = PressForm()
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            work.location = url_for(".show", export_id=export_id)
            secret = make_link(work, export_id, own_session())
        return redirect(url_for(".file", export_id=export_id, token=secret))
    return redirect(url_for(".show", export_id=export_id))


@disclosures.route("/exports/<uuid:export_id>/file/<token>", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES)
def file(export_id: UUID, token: str) -> Page:
    """Looked at, the link says until when it opens; sent, it gives the file and is used."""
    found = get_export(db.session(), export_id)
    link = find_link(db.session(), key_ring().link, token, own_session())
    if link.used_at is not None or link.expires_at <= g.now:
        raise link_over()
    form = PressForm()
    if form.validate_on_submit():
        with unit_of_work() as work:
            taken, body = take_by_link(work, token, own_session())
            name = f"{taken.number}-{work.now.date().isoformat()}.{taken.form}"
        response = Response(body, mimetype=TYPES[taken.form])
        name_download(response, name)
        response.headers["Cache-Control"] = "no-store"
        return response
    return render_template("disclosures/file.html", found=found, link=link, form=form)
