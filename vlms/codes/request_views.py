"""Pages of holders' requests, for who may answer them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.codes.help_forms import KIND_WORDS, RESULT_WORDS, AnswerForm
from vlms.codes.holder_cards import card_of
from vlms.codes.request_models import CodeRequest, RequestState
from vlms.codes.request_queries import get_request, search_requests
from vlms.codes.service.parties import Look
from vlms.codes.service.requesting import answer_request, close_request
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer as lead_back
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_words

requests = Blueprint("requests", __name__, url_prefix="/o/<organisation>/requests")

STATE_WORDS = {
    RequestState.OPEN: _("Waits for an answer"),
    RequestState.ANSWERED: _("Answered"),
    RequestState.CLOSED: _("Closed"),
}
add_words(
    {
        "code_request.opened": _("Asked for help"),
        "code_request.answered": _("Request answered"),
        "code_request.closed": _("Request closed"),
        "registration.stated": _("Result noted by its holder"),
    },
    {
        "kind": _("Kind"),
        "closed_at": _("Closed at"),
        "code_id": _("Code"),
        "stated_result": _("Result, as its holder says"),
        "stated_on": _("Day of the exam"),
    },
    {
        "code_request.kind": KIND_WORDS,
        "code_request.state": STATE_WORDS,
        "stated_result": RESULT_WORDS,
    },
)
Page = str | Response | tuple[str, int]


@requests.get("/")
@requires(Permission.ANSWER_REQUESTS)
def index() -> str:
    """The requests under the filter in the address: `state`."""
    asked = wanted("state")
    state = RequestState(asked) if asked in list(RequestState) else None
    return render_template(
        "requests/index.html",
        found=search_requests(db.session(), state, listing("-opened")),
        state=state,
        states=STATE_WORDS,
        kinds=KIND_WORDS,
    )


@requests.get("/<uuid:request_id>")
@requires(Permission.ANSWER_REQUESTS)
def show(request_id: UUID) -> Page:
    return _show(request_id, AnswerForm())


@requests.post("/<uuid:request_id>/answer")
@requires(Permission.ANSWER_REQUESTS)
def answer(request_id: UUID) -> Page:
    form = AnswerForm()
    return _carry_out(
        form,
        request_id,
        lambda work, found: answer_request(work, found, form.answer.value or ""),
        _("The answer is on its way."),
    )


@requests.post("/<uuid:request_id>/close")
@requires(Permission.ANSWER_REQUESTS)
def close(request_id: UUID) -> Page:
    return _carry_out(AnswerForm(), request_id, close_request, _("The request is closed."))


def _carry_out(
    form: Form, request_id: UUID, act: Callable[[Work, CodeRequest], object], message: Text
) -> Page:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for("requests.show", request_id=request_id)
                act(work, get_request(work.session, request_id))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return lead_back(work, message)
    status = status_of(form.refusals[0]) if form.refusals else 422
    return _show(request_id, form), status


def _show(request_id: UUID, form: Form) -> str:
    found = get_request(db.session(), request_id)
    look = Look(db.session(), g.actor, g.now)
    return render_template(
        "requests/show.html",
        request_=found,
        card=card_of(look, found.code) if found.code else None,
        form=form,
        states=STATE_WORDS,
        kinds=KIND_WORDS,
        journal=journal_of(request_id),
    )
