"""A person's own codes: see, accept, show, book, move, cancel, open a library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from vlms.agreements.views.asking import ask_about
from vlms.catalog.rules.retake import Retake
from vlms.codes.calendar import appointment_file, last_day_file
from vlms.codes.holder_acts import own_acts
from vlms.codes.holder_cards import Card, card_of, cards_of, exams_for, free_cancel_from
from vlms.codes.holder_forms import (
    ActivateForm,
    BookingForm,
    CancelForm,
    MoveForm,
    TermsForm,
    check_ticked,
)
from vlms.codes.holder_queries import find_replacement, get_own_code, list_own_codes
from vlms.codes.holder_shelf import need_of, providers_of, shelf_of, unstated
from vlms.codes.holder_words import HOLDER_ACTION_WORDS, HOLDER_COLUMN_WORDS, HOLDER_VALUE_WORDS
from vlms.codes.models import Code
from vlms.codes.request_queries import list_own_requests
from vlms.codes.rules.code_text import GROUP_LENGTH, groups
from vlms.codes.rules.shown_state import word
from vlms.codes.service.activating import activate as activate_code
from vlms.codes.service.claiming import accept_terms
from vlms.codes.service.outcomes import cancel as cancel_appointment
from vlms.codes.service.parties import Look
from vlms.codes.service.registering import move as move_appointment
from vlms.codes.service.registering import register as register_code
from vlms.codes.service.revealing import reveal as reveal_code
from vlms.codes.sheets import own_sheet
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.locales import current_language, name_of
from vlms.web.pages import send_document
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

my_codes = Blueprint("my_codes", __name__, url_prefix="/my/codes")
my_codes.add_app_template_filter(word, "code_state_word")
my_codes.add_app_template_global(need_of, "need_of")
my_codes.add_app_template_global(providers_of, "providers_of")
my_codes.add_app_template_global(unstated, "unstated")

Page = str | AnyResponse | tuple[str, int]

add_words(HOLDER_ACTION_WORDS, HOLDER_COLUMN_WORDS, HOLDER_VALUE_WORDS)


@my_codes.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    """One's own codes: what needs one first on top, what is over folded below."""
    look = _look()
    shelf = shelf_of(look, cards_of(look, list_own_codes(db.session())))
    return render_template("my_codes/index.html", shelf=shelf, now=look.now)


@my_codes.get("/<uuid:code_id>")
@requires(Permission.USE_OWN_CODES)
def show(code_id: UUID) -> str:
    return _show(code_id, TermsForm())


@my_codes.post("/<uuid:code_id>/terms")
@requires(Permission.USE_OWN_CODES)
def accept(code_id: UUID) -> Page:
    form = TermsForm()
    if form.validate_on_submit():
        try:
            with _own_work(form, code_id) as work:
                check_ticked(form.accepts)
                accept_terms(work, get_own_code(work.session, code_id))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The terms are accepted. The code can now be shown."))
    return _show(code_id, form), 422


@my_codes.post("/<uuid:code_id>/code")
@requires(Permission.USE_OWN_CODES)
def reveal(code_id: UUID) -> Page:
    with unit_of_work() as work:
        code = get_own_code(work.session, code_id)
        text = reveal_code(work, code)
        parts = _parts(code, text)
    return render_template(
        "my_codes/reveal.html", card=_card(code_id), parts=parts, text="-".join(parts)
    )


@my_codes.route("/<uuid:code_id>/register", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def register(code_id: UUID) -> Page:
    card = _card(code_id)
    exams = exams_for(_look(), card.code.product, card.code.time_zone)
    form = BookingForm(exams, g.actor.time_zone)
    if form.validate_on_submit():
        try:
            with _own_work(form, code_id) as work:
                code = get_own_code(work.session, code_id)
                register_code(work, code, form.booking(), str(form.once()))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The appointment is recorded."))
    return _form_page("my_codes/register.html", form, card)


@my_codes.route("/<uuid:code_id>/move", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def move(code_id: UUID) -> Page:
    card = _card(code_id)
    form = MoveForm(card.appointment, g.actor.time_zone)
    if form.validate_on_submit():
        try:
            with _own_work(form, code_id) as work:
                code = get_own_code(work.session, code_id)
                move_appointment(work, code, form.starts_at.value, form.site.value)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The appointment is moved."))
    return _form_page("my_codes/move.html", form, card)


@my_codes.route("/<uuid:code_id>/cancel", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def cancel(code_id: UUID) -> Page:
    card = _card(code_id)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with _own_work(form, code_id) as work:
                code = get_own_code(work.session, code_id)
                cancel_appointment(work, code, accepts_loss=bool(form.accepts_loss.data))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The appointment is cancelled."))
    return _form_page("my_codes/cancel.html", form, card)


@my_codes.route("/<uuid:code_id>/activate", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def activate(code_id: UUID) -> Page:
    form = ActivateForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                check_ticked(form.accepts)
                parts = _activate(work, code_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return render_template(
                "my_codes/reveal.html", card=_card(code_id), parts=parts, text="-".join(parts)
            )
    return _form_page("my_codes/activate.html", form, _card(code_id))


@my_codes.get("/<uuid:code_id>/calendar.ics")
@requires(Permission.USE_OWN_CODES)
def calendar(code_id: UUID) -> Response:
    card = _card(code_id)
    product = name_of(card.code.product)
    if card.appointment is None:
        title = str(_("Last day of use: %(product)s", product=product))
        text = last_day_file(code_id, card.code.last_day, title, g.now)
    else:
        found = card.appointment
        title = f"{found.exam_number} {name_of(found.exam)}"
        text = appointment_file(found.id, found.starts_at, title, found.site, g.now)
    disposition = {"Content-Disposition": 'attachment; filename="code.ics"'}
    return Response(text, mimetype="text/calendar", headers=disposition)


@my_codes.post("/<uuid:code_id>/sheet")
@requires(Permission.USE_OWN_CODES)
def sheet(code_id: UUID) -> AnyResponse:
    """The holder's own voucher sheet, with the code: a view of it like any other (C8)."""
    with unit_of_work() as work:
        code = get_own_code(work.session, code_id)
        made_at = work.now.astimezone(ZoneInfo(work.actor.time_zone))
        paper = own_sheet(code, reveal_code(work, code), made_at, current_language())
    return send_document(paper, "voucher")


def _activate(work: Work, code_id: UUID) -> list[str]:
    """Terms, the last view of the code, and the activation, in one."""
    code = accept_terms(work, get_own_code(work.session, code_id))
    parts = _parts(code, reveal_code(work, code))
    activate_code(work, code)
    return parts


def _parts(code: Code, text: str) -> list[str]:
    """The groups in which a code is shown; a provider's code stays in one piece."""
    is_own = code.source.value == "vc1" and len(text) % GROUP_LENGTH == 0
    return groups(text) if is_own else [text]


@contextmanager
def _own_work(form: Form, code_id: UUID) -> Iterator[Work]:
    """A unit of work, done once a form, whose answer is the code's page."""
    with unit_of_work(form) as work:
        work.location = url_for("my_codes.show", code_id=code_id)
        yield work


def _look() -> Look:
    return Look(db.session(), g.actor, g.now)


def _card(code_id: UUID) -> Card:
    db.session.expire_all()
    code = get_own_code(db.session(), code_id)
    ask_about(code.agreement_id)
    return card_of(_look(), code)


def _show(code_id: UUID, form: TermsForm) -> str:
    card = _card(code_id)
    return render_template(
        "my_codes/show.html",
        card=card,
        acts=own_acts(_look(), card.code),
        form=form,
        replacement=find_replacement(db.session(), card.code),
        requests=list_own_requests(db.session(), code_id),
        retakes=_retakes(),
        now=_now(),
    )


def _retakes() -> Mapping[UUID, Retake]:
    """Over all codes of the holder: an exam may have been tried with another one (A4)."""
    look = _look()
    return shelf_of(look, cards_of(look, list_own_codes(db.session()))).retakes


def _now() -> datetime:
    instant: datetime = g.now
    return instant


def _moments() -> dict[str, datetime]:
    return {"now": _now(), "free_from": free_cancel_from(_now())}


def _form_page(template: str, form: Form, card: Card) -> Page:
    page = render_template(template, form=form, card=card, **_moments())
    return page, _status(form)


def _status(form: Form) -> int:
    if form.refusals:
        return status_of(form.refusals[0])
    return 422 if form.errors else 200
