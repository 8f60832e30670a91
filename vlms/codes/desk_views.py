"""The exam desk: check a code, then register, move, cancel, record what happened, replace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.agreements.views.asking import ask_about
from vlms.audit.service import journal
from vlms.codes.actions import is_own
from vlms.codes.custody import Custody
from vlms.codes.holder_acts import desk_acts
from vlms.codes.holder_cards import Card, card_of, exams_for, free_cancel_from, why_no_exam
from vlms.codes.holder_forms import (
    BookingForm,
    CheckForm,
    DeskCancelForm,
    MoveForm,
    OutcomeForm,
    ReplaceForm,
)
from vlms.codes.holder_queries import find_replacement, get_typed_code
from vlms.codes.models import Code, Outcome
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import PERSONAL
from vlms.codes.service.outcomes import (
    cancel as cancel_appointment,
)
from vlms.codes.service.outcomes import (
    record_no_show,
    record_provider_cancel,
    record_start,
)
from vlms.codes.service.parties import Look
from vlms.codes.service.registering import move as move_appointment
from vlms.codes.service.registering import register as register_code
from vlms.codes.service.replacing import replace as replace_code
from vlms.codes.service.tries import DESK_LOOK_UPS, give_back, take_try
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

desk = Blueprint("desk", __name__, url_prefix="/o/<organisation>/desk")

Page = str | Response | tuple[str, int]
_OUTCOMES: dict[Outcome, tuple[Text, Callable[[Work, Code, datetime | None], object]]] = {
    Outcome.USED: (_("The exam has started"), record_start),
    Outcome.NO_SHOW: (_("The person did not come"), record_no_show),
    Outcome.CANCELLED_BY_PROVIDER: (_("The provider has cancelled"), record_provider_cancel),
}


@desk.route("/", methods=["GET", "POST"])
@requires(Permission.CHECK_CODES)
def index() -> Page:
    """Takes a typed code; what is found is shown under its key, so that no address holds it."""
    form, reason = CheckForm(), None
    if form.validate_on_submit():
        who = f"user:{g.actor.user_id}"
        try:
            # Kept whatever comes of the look-up; one that succeeds does not count.
            with unit_of_work() as counting:
                take_try(counting, DESK_LOOK_UPS, who)
            with unit_of_work() as work:
                give_back(work, DESK_LOOK_UPS, who)
                custody = Custody(work.keys)
                code = get_typed_code(work.session, custody, form.code.data or "")
                journal(work, "code.checked", ("code", code.id, code.organisation_id))
                work.location = url_for("desk.show", code_id=code.id)
        except DomainError as refusal:
            form.refuse(refusal)
            reason = refusal.reason
        else:
            return answer(work)
    return render_template("desk/index.html", form=form, reason=reason), _status(form)


@desk.get("/codes/<uuid:code_id>")
@requires(Permission.CHECK_CODES)
def show(code_id: UUID) -> str:
    card = _card(code_id)
    acts = desk_acts(_look(), card.code)
    return render_template(
        "desk/show.html",
        card=card,
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        refusal=why_no_exam(card),
        now=g.now,
        is_personal=card.code.state in PERSONAL,
        replacement=find_replacement(db.session(), card.code),
    )


@desk.route("/codes/<uuid:code_id>/register", methods=["GET", "POST"])
@requires(Permission.RECORD_OUTCOMES)
def register(code_id: UUID) -> Page:
    card = _card(code_id)
    exams = exams_for(_look(), card.code.product, card.code.time_zone)
    form = BookingForm(exams, g.actor.time_zone)
    return _carry_out(
        form,
        card,
        lambda work, code: register_code(work, code, form.booking(), str(form.once())),
        _("The appointment is recorded."),
    )


@desk.route("/codes/<uuid:code_id>/move", methods=["GET", "POST"])
@requires(Permission.RECORD_OUTCOMES)
def move(code_id: UUID) -> Page:
    card = _card(code_id)
    form = MoveForm(card.appointment, g.actor.time_zone)
    return _carry_out(
        form,
        card,
        lambda work, code: move_appointment(work, code, form.starts_at.value, form.site.value),
        _("The appointment is moved."),
    )


@desk.route("/codes/<uuid:code_id>/cancel", methods=["GET", "POST"])
@requires(Permission.RECORD_OUTCOMES)
def cancel(code_id: UUID) -> Page:
    form = DeskCancelForm(g.actor.time_zone)
    return _carry_out(
        form,
        _card(code_id),
        lambda work, code: cancel_appointment(
            work, code, form.happened_at.value, accepts_loss=bool(form.accepts_loss.data)
        ),
        _("The appointment is cancelled."),
    )


@desk.route("/codes/<uuid:code_id>/outcome", methods=["GET", "POST"])
@requires(Permission.RECORD_OUTCOMES)
def outcome(code_id: UUID) -> Page:
    choices = [(key.value, label) for key, (label, _record) in _OUTCOMES.items()]
    form = OutcomeForm(choices, g.actor.time_zone)
    return _carry_out(
        form,
        _card(code_id),
        lambda work, code: _OUTCOMES[Outcome(form.outcome.value)][1](
            work, code, form.happened_at.value
        ),
        _("It is recorded."),
    )


@desk.route("/codes/<uuid:code_id>/replace", methods=["GET", "POST"])
@requires(Permission.VOID_CODES)
def replace(code_id: UUID) -> Page:
    form = ReplaceForm()
    return _carry_out(
        form,
        _card(code_id),
        lambda work, code: replace_code(work, code, form.case_number.value),
        _("The code is void, and its person has a new one."),
    )


def _carry_out(form: Form, card: Card, act: Callable[[Work, Code], object], message: Text) -> Page:
    """Show a form, or do its act on the code once and lead back to the code."""
    if form.validate_on_submit():
        try:
            with _desk_work(form, card.code.id) as work:
                act(work, get_code(work.session, card.code.id))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    name = (request.endpoint or "").rpartition(".")[2]
    page = render_template(f"desk/{name}.html", form=form, card=card, **_moments())
    return page, _status(form)


def _moments() -> dict[str, datetime]:
    return {"now": g.now, "free_from": free_cancel_from(g.now)}


@contextmanager
def _desk_work(form: Form, code_id: UUID) -> Iterator[Work]:
    with unit_of_work(form) as work:
        work.location = url_for("desk.show", code_id=code_id)
        yield work


def _status(form: Form) -> int:
    if form.refusals:
        return status_of(form.refusals[0])
    return 422 if form.errors else 200


def _look() -> Look:
    return Look(db.session(), g.actor, g.now)


def _card(code_id: UUID) -> Card:
    code = get_code(db.session(), code_id)
    ask_about(code.agreement_id)
    return card_of(_look(), code)
