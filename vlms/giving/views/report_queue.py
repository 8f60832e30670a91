"""The queue of reported rows that match nothing, and what is decided about each (C3)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.packed_text import unpack_text
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.giving.exports.provider_reports import queue_table
from vlms.giving.forms.provider_reports import RemarkForm, TakeForm, TakeRowForm
from vlms.giving.models.provider_reports import ProviderRow
from vlms.giving.queries.provider_reports import OPEN, get_row, list_rows, search_rows
from vlms.giving.service.report_queue import ask_provider, ignore, take_to, try_again
from vlms.giving.views.provider_reports import WORDS, Answer, here, provider_reports
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.pages import listing, send_table
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["provider_reports"]


@provider_reports.get("/queue")
@requires(Permission.IMPORT_OUTCOMES)
def queue() -> str:
    """What was reported and matches nothing, in the order in which it happened."""
    found = search_rows(db.session(), here(), OPEN, listing("happened"))
    return render_template("provider_reports/queue.html", found=found, **WORDS)


@provider_reports.get("/queue.<form>")
@requires(Permission.IMPORT_OUTCOMES)
def queue_file(form: str) -> Response:
    """The same as a file, as it can be sent to the provider."""
    table = queue_table(list_rows(db.session(), here(), OPEN), g.now)
    return send_table(table, "provider-queue", form)


@provider_reports.get("/rows/<uuid:reported_id>")
@requires(Permission.IMPORT_OUTCOMES)
def row(reported_id: UUID) -> Answer:
    return _row_page(reported_id)


@provider_reports.post("/rows/<uuid:reported_id>/take")
@requires(Permission.IMPORT_OUTCOMES)
def take_row(reported_id: UUID) -> Answer:
    form = TakeRowForm()
    done = _("The row is recorded on this code.")
    return _decide(
        reported_id, form, lambda work, found: take_to(work, found, form.number.value), done
    )


@provider_reports.post("/rows/<uuid:reported_id>/again")
@requires(Permission.IMPORT_OUTCOMES)
def try_row(reported_id: UUID) -> Answer:
    return _decide(reported_id, TakeForm(), try_again, _("The row is recorded."))


@provider_reports.post("/rows/<uuid:reported_id>/ignore")
@requires(Permission.IMPORT_OUTCOMES)
def ignore_row(reported_id: UUID) -> Answer:
    form = RemarkForm()
    done = _("The row is left out.")
    return _decide(
        reported_id, form, lambda work, found: ignore(work, found, form.remark.value), done
    )


@provider_reports.post("/rows/<uuid:reported_id>/ask")
@requires(Permission.IMPORT_OUTCOMES)
def ask_row(reported_id: UUID) -> Answer:
    form = RemarkForm()
    done = _("It is noted that the provider is asked.")
    return _decide(
        reported_id, form, lambda work, found: ask_provider(work, found, form.remark.value), done
    )


def _decide(
    reported_id: UUID, form: Form, act: Callable[[Work, ProviderRow], object], message: Text
) -> Answer:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".queue")
                act(work, get_row(work.session, reported_id))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    status = status_of(form.refusals[0]) if form.refusals else 422
    return _row_page(reported_id, form), status


def _row_page(reported_id: UUID, sent: Form | None = None) -> str:
    found = get_row(db.session(), reported_id)
    refusal = found.refusal
    return render_template(
        "provider_reports/row.html",
        row=found,
        is_open=found.state in OPEN,
        said=unpack_text(refusal["sentence"]) if refusal else None,
        sent=sent or TakeForm(formdata=None),
        take_form=sent if isinstance(sent, TakeRowForm) else TakeRowForm(formdata=None),
        remark_form=sent if isinstance(sent, RemarkForm) else RemarkForm(formdata=None),
        journal=journal_of(found.id),
        **WORDS,
    )
