"""The export of available codes as they are, at once or by a job (C8)."""

from __future__ import annotations

from datetime import timedelta

from flask import g, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.codes.exports import ExportedCode, revealed_table
from vlms.codes.forms import ExportForm
from vlms.codes.queries import count_states
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service.disclosing import check_none_given, check_reason, export_codes
from vlms.codes.views.blueprint import codes, made_at
from vlms.codes.views.filters import wanted_codes
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.table import Table
from vlms.jobs.exporting import GuardedExport, add_guarded, is_long, plan_export
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.pages import send_table
from vlms.web.unit_of_work import unit_of_work

Answer = str | Response | tuple[str, int]


@codes.route("/export", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES)
def export() -> Answer:
    form = ExportForm()
    count = _count_available()
    if form.validate_on_submit():
        try:
            by_job = is_long(count, form.form.value)
            return _plan(form, count) if by_job else _send(form)
        except DomainError as refusal:
            form.refuse(refusal)
    page = render_template("codes/export.html", form=form, count=count)
    return page, 422 if form.is_refused else 200


def _send(form: ExportForm) -> Response:
    with unit_of_work(form) as work:
        work.location = url_for(".export")
        # Names are read now: the file is written after the commit.
        table = _disclose(work, form.reason.value or "")
    return send_table(table, REVEALED.name, form.form.value)


def _plan(form: ExportForm, count: int) -> Response:
    reason = form.reason.value or ""
    check_reason(reason)
    with unit_of_work(form) as work:
        job = plan_export(work, REVEALED, form.form.value, count, reason)
        work.location = follow(job)
    return redirect(work.location)


def _count_available() -> int:
    counts = count_states(db.session(), g.now, wanted_codes())
    return sum(each.count for each in counts if each.shown is Shown.AVAILABLE)


def _disclose(work: Work, reason: str) -> Table[ExportedCode]:
    found = export_codes(work, wanted_codes(), reason)
    return revealed_table([ExportedCode(code, text) for code, text in found], made_at())


def _check(session: Session) -> None:
    check_none_given(session, wanted_codes(), g.now)


# A file that lies about is a risk: a day is enough to fetch it.
REVEALED = add_guarded(
    GuardedExport("available-codes", _("Available codes"), _disclose, _check, timedelta(days=1))
)
