"""The page of a batch: what was issued, its voucher sheet, its message (C1, C8, O5)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from flask import current_app, g, render_template, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.codes.forms import ConfirmForm
from vlms.codes.models import CodeBatch
from vlms.codes.queries import CodeFilter, count_states, count_taken_out, get_batch
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service.disclosing import claim_paths
from vlms.codes.service.telling import tell_again as send_again
from vlms.codes.sheets import batch_sheet, claim_card
from vlms.codes.views.blueprint import codes, made_at
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.pages import send_document
from vlms.web.unit_of_work import answer, unit_of_work


@codes.get("/batches/<uuid:batch_id>")
@requires(Permission.VIEW_CODES)
def batch(batch_id: UUID) -> str:
    return _page(get_batch(db.session(), batch_id), ConfirmForm(formdata=None))


@codes.post("/batches/<uuid:batch_id>/sheet")
@requires(Permission.ASSIGN_CODES)
def sheet(batch_id: UUID) -> Response | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                found = get_batch(work.session, batch_id)
                base_url = current_app.config["SETTINGS"].base_url
                cards = [
                    claim_card(code, base_url + path, _speak)
                    for code, path in claim_paths(work, found)
                ]
                paper = batch_sheet(found, cards, made_at())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return send_document(paper, f"voucher-sheet-{found.number}")
    return _page(get_batch(db.session(), batch_id), form), 422


@codes.post("/batches/<uuid:batch_id>/tell-again")
@requires(Permission.RESEND_MESSAGES)
def tell_again(batch_id: UUID) -> Response | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                send_again(work, get_batch(work.session, batch_id))
                work.location = url_for(".batch", batch_id=batch_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The message will be sent again, with a new link."))
    return _page(get_batch(db.session(), batch_id), form), 422


def _speak(language: Language) -> AbstractContextManager[None]:
    spoken: AbstractContextManager[None] = force_locale(language.value)
    return spoken


def _page(found: CodeBatch, form: ConfirmForm) -> str:
    counts = {
        each.shown: each.count
        for each in count_states(db.session(), g.now, CodeFilter(batch_id=found.id))
    }
    return render_template(
        "codes/batch.html",
        batch=found,
        counts=counts,
        taken_out=sum(count_taken_out(db.session(), g.now, CodeFilter(batch_id=found.id)).values()),
        states=list(Shown),
        form=form,
        entries=journal_of(found.id),
    )
