"""Closing certificates: what became of it so far, what is written, signing, their files."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work, key_ring
from vlms.planning.closing_papers import FORMS, make_papers, paper_of
from vlms.planning.closing_tables import Certificate, heads_of, sign_off_of, tables_of
from vlms.planning.closing_words import ACTION_WORDS, COLUMN_WORDS, NOTES, fault_words
from vlms.planning.models.closings import Closing
from vlms.planning.queries.closings import find_latest, get_closing, has_ended, list_closings
from vlms.planning.service.closing_proof import Proof, prove
from vlms.planning.service.closing_sweep import close_now
from vlms.planning.service.closings import draw_so_far, sign_closing
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.locales import current_language
from vlms.web.pages import TYPES
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

closings = Blueprint("closings", __name__, url_prefix="/o/<organisation>/closings")
add_words(ACTION_WORDS, COLUMN_WORDS)


@closings.get("/<uuid:closing_id>")
@requires(Permission.VIEW_CLOSINGS)
def show(closing_id: UUID) -> str:
    closing = get_closing(db.session(), closing_id)
    editions = list_closings(db.session(), closing.organisation_id, closing.agreement_id)
    return _page(
        "closings/show.html",
        closing,
        editions=editions,
        proof=prove(key_ring(), closing),
        proofs=Proof,
        entries=journal_of(closing.id),
    )


@closings.get("/agreements/<uuid:agreement_id>")
@requires(Permission.VIEW_CLOSINGS)
def so_far(agreement_id: UUID) -> str | Response:
    """What became of it so far; once there is a certificate, that."""
    agreement = get_agreement(db.session(), agreement_id)
    latest = find_latest(db.session(), agreement.id)
    if latest is not None:
        return redirect(url_for(".show", closing_id=latest.id))
    return _page("closings/so_far.html", _so_far(agreement), agreement=agreement)


@closings.post("/agreements/<uuid:agreement_id>/draw")
@requires(Permission.SIGN_CLOSINGS)
def draw(agreement_id: UUID) -> Response:
    """Write the certificate now, or bring it up to date."""
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".so_far", agreement_id=agreement_id))
    with unit_of_work(form) as work:
        drawn = close_now(work, agreement_id)
        work.location = url_for(".so_far", agreement_id=agreement_id)
        done = _("The figures are as of now.") if drawn else _("Nothing new was recorded.")
    return answer(work, done)


@closings.route("/<uuid:closing_id>/sign/<digest>", methods=["GET", "POST"])
@requires(Permission.SIGN_CLOSINGS)
def sign(closing_id: UUID, digest: str) -> str | Response | tuple[str, int]:
    """Sign the figures of which this is the hash."""
    closing = get_closing(db.session(), closing_id)
    question = Question(
        _("Sign the certificate"),
        closing.number,
        (*heads_of(Certificate(closing)), (_("Content hash (SHA-256)"), closing.digest)),
        (
            (
                _("Your name and the time stand on it, in both languages, as PDF and workbook."),
                None,
            ),
            (_("From then on nothing changes it."), None),
            (_("What is recorded later makes a supplement with a hash of its own."), "C3"),
        ),
        _("Sign it"),
        "check",
        url_for(".show", closing_id=closing_id),
    )

    def act(work: Work) -> None:
        sign_closing(work, closing_id, digest, make_papers)

    return confirmed(question, act, _("The certificate is signed."))


@closings.get("/<uuid:closing_id>.<form>")
@requires(Permission.VIEW_CLOSINGS)
def download(closing_id: UUID, form: str) -> Response:
    """As PDF or workbook: of a signed one, the file that was signed."""
    return _send(get_closing(db.session(), closing_id), form)


@closings.get("/agreements/<uuid:agreement_id>/so-far.<form>")
@requires(Permission.VIEW_CLOSINGS)
def download_so_far(agreement_id: UUID, form: str) -> Response:
    return _send(_so_far(get_agreement(db.session(), agreement_id)), form)


def _so_far(agreement: Agreement) -> Closing:
    return draw_so_far(db.session(), agreement, g.now)


def _send(closing: Closing, form: str) -> Response:
    if form not in FORMS:
        raise NotFound
    body = paper_of(key_ring(), closing, current_language(), form)
    name = f"{Certificate(closing).name}.{form}"
    return send_file(io.BytesIO(body), mimetype=TYPES[form], as_attachment=True, download_name=name)


def _page(template: str, closing: Closing, **values: object) -> str:
    one = Certificate(closing)
    return render_template(
        template,
        closing=closing,
        one=one,
        heads=list(heads_of(one)),
        sign_off=list(sign_off_of(one)),
        tables=tables_of(one),
        faults=[fault_words(fault) for fault in closing.faults],
        notes=NOTES,
        form=Form(formdata=None),
        has_ended=has_ended(closing.agreement, g.now),
        **values,
    )
