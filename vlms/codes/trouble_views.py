"""Pages for whoever cannot get on: "my code does not work", a fresh link, asking for help.

Typed codes come by POST and are answered on the spot, so that no address holds them.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.agreements.views.asking import ask_about
from vlms.codes.help_forms import LinkAgainForm, RequestForm, TroubleForm
from vlms.codes.holder_cards import Card, card_of
from vlms.codes.holder_queries import get_own_code, list_own_codes
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.request_queries import list_own_requests
from vlms.codes.rules.trouble import Finding
from vlms.codes.service.parties import Look
from vlms.codes.service.relinking import ask_for_links
from vlms.codes.service.requesting import open_request
from vlms.codes.service.tries import LOOK_UPS, take_try
from vlms.codes.service.troubleshooting import Answer, look_at, look_up
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import public, requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

trouble = Blueprint("trouble", __name__)

_STRANGER = Actor("visitor")
_SCOPE = System("counting tries")
Page = str | Response | tuple[str, int]


@trouble.route("/code-help", methods=["GET", "POST"])
@public
def show() -> Page:
    """For strangers: one plain answer to whatever is typed; nothing is looked up."""
    if g.visitor is not None:
        return redirect(url_for("trouble.own"))
    form, is_answered = TroubleForm(), False
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
                take_try(work, LOOK_UPS, f"source:{request.remote_addr}")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            is_answered = True
        form.forget()
    page = render_template("trouble/show.html", form=form, is_answered=is_answered)
    return page, _status(form)


@trouble.route("/my/codes/help", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def own() -> Page:
    """For who has signed in: what is wrong with a code of theirs, typed or chosen."""
    form = TroubleForm()
    found: tuple[UUID, Finding] | None = None
    is_plain = False
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                told = look_up(work, form.code.data or "", form.exam_number.value)
                found, is_plain = _kept(told), told.code is None and told.refusal is None
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if told.refusal is not None:
                form.refuse(told.refusal)
    elif request.method == "GET":
        found = _chosen()
    return _own_page(form, found, is_plain)


@trouble.route("/my/codes/<uuid:code_id>/ask", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def ask(code_id: UUID) -> Page:
    """Ask the agreement's contact, or the operator, about a code of one's own."""
    card = _card(get_own_code(db.session(), code_id))
    form = RequestForm(g.visitor.email)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for("my_codes.show", code_id=code_id)
                open_request(work, get_own_code(work.session, code_id), form.plea())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Your question is sent. The answer comes by mail."))
    return render_template("trouble/ask.html", form=form, card=card), _status(form)


@trouble.route("/claim-again", methods=["GET", "POST"])
@public
def link_again() -> Page:
    """A fresh claim link by mail; everybody gets the same answer at the same pace."""
    form, is_sent = LinkAgainForm(), False
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
                ask_for_links(work, form.email.value, str(request.remote_addr))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            is_sent = True
    return render_template("trouble/link_again.html", form=form, is_sent=is_sent), _status(form)


def _own_page(form: TroubleForm, found: tuple[UUID, Finding] | None, is_plain: bool) -> Page:
    if found is not None or is_plain:
        form.forget()
    db.session.expire_all()
    # Also of a code whose assignment is under way, which is listed nowhere yet.
    card = None if found is None else _card(get_code(db.session(), found[0]))
    codes = list_own_codes(db.session())
    if codes:
        ask_about(codes[0].agreement_id)
    page = render_template(
        "trouble/own.html",
        form=form,
        card=card,
        finding=found[1] if found else None,
        is_plain=is_plain,
        replacement=None if card is None else _answer_of(card.code).replacement,
        codes=codes,
        requests=list_own_requests(db.session(), card.code.id) if card else [],
        now=g.now,
    )
    return page, _status(form)


def _kept(told: Answer) -> tuple[UUID, Finding] | None:
    """What outlives the unit of work."""
    return None if told.code is None or told.finding is None else (told.code.id, told.finding)


def _chosen() -> tuple[UUID, Finding] | None:
    """The code of one's own that the address names by its key."""
    wanted = request.args.get("code", type=UUID)
    return None if wanted is None else _kept(_answer_of(get_own_code(db.session(), wanted)))


def _answer_of(code: Code) -> Answer:
    return look_at(Look(db.session(), g.actor, g.now), code)


def _card(code: Code) -> Card:
    return card_of(Look(db.session(), g.actor, g.now), code)


def _status(form: Form) -> int:
    if form.refusals:
        return status_of(form.refusals[0])
    return 422 if form.errors else 200
