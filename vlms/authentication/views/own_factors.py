"""One's own second factors: what there is, added, named, removed; recovery codes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.authentication.factor_forms import FactorNameForm
from vlms.authentication.factor_models import FactorKind, SecondFactor
from vlms.authentication.factor_queries import (
    count_recovery_codes,
    get_factor,
    list_factors,
    needs_factor,
)
from vlms.authentication.service.factors import remove_factor, rename_factor
from vlms.authentication.service.recovery import make_recovery_codes
from vlms.authentication.service.telling import DEVICE, ENDED, FAILED, IN, OUT
from vlms.authentication.views.adding import Adding, add_app, add_key, ask_for_key
from vlms.authentication.views.second_step import Answer, factors
from vlms.authentication.views.stepping import SCOPE, Waiting, are_passkeys_possible, wanted
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Question
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.locales import show_moment
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

__all__ = ["factors"]
add_words(
    {
        "factor.added": _("Second factor added"),
        "factor.renamed": _("Second factor renamed"),
        "factor.removed": _("Second factor removed"),
        "factors.reset": _("Second factors reset"),
        "recovery_codes.made": _("Recovery codes made"),
        "recovery_code.used": _("Recovery code used"),
        IN: _("Signed in"),
        OUT: _("Signed out"),
        ENDED: _("Sessions ended"),
        DEVICE: _("Signed in with a new device"),
        FAILED: _("Tries to sign in failed"),
    },
    {
        "factors": _("Second factors"),
        "left": _("Left"),
        "second_factor": _("With a second factor"),
        "network": _("Network"),
        "hour_at": _("In the hour from"),
        "wrong_passwords": _("Wrong passwords"),
        "wrong_proofs": _("Wrong when asked again"),
        "wrong_second_steps": _("Wrong at the second step"),
        "wrong_mailed_codes": _("Wrong codes of a mail"),
        "unknown_addresses": _("Addresses that nobody has"),
    },
)
KIND_WORDS = {
    FactorKind.AUTHENTICATOR: _("Authenticator app"),
    FactorKind.PASSKEY: _("Passkey"),
}


@factors.get("/my/security")
@requires(Permission.USE_OWN_CODES)
def security() -> str:
    with reading(SCOPE) as reader:
        held = list_factors(reader, g.visitor.user_id)
        return render_template(
            "factors/security.html",
            held=held,
            kind_words=KIND_WORDS,
            left=count_recovery_codes(reader, g.visitor.user_id),
            is_demanded=needs_factor(reader, g.visitor.user_id),
            has_passkeys=are_passkeys_possible(),
        )


@factors.route("/my/security/authenticator", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def add_authenticator() -> Answer:
    return add_app(_adding())


@factors.route("/my/security/passkey", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def add_passkey() -> Answer:
    return add_key(_adding(), "factors.ask_new_passkey")


@factors.post("/my/security/ask-passkey")
@requires(Permission.USE_OWN_CODES, proof=True)
def ask_new_passkey() -> dict[str, object]:
    """What a script asks the browser to make a passkey with."""
    return ask_for_key(_adding())


@factors.route("/my/security/<uuid:factor_id>/rename", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def rename(factor_id: UUID) -> Answer:
    factor = _own(factor_id)
    form = FactorNameForm(obj=factor)
    if form.validate_on_submit():
        with unit_of_work(form, scope=SCOPE) as work:
            work.location = url_for("factors.security")
            rename_factor(work, g.visitor.user_id, factor_id, form.name.value)
        return answer(work, _("Saved."))
    page = render_template("factors/rename.html", form=form, factor=factor)
    return page, 422 if form.is_refused else 200


@factors.route("/my/security/<uuid:factor_id>/remove", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def remove(factor_id: UUID) -> Answer:
    factor, form = _own(factor_id), Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("factors.security")
                remove_factor(work, g.visitor.user_id, factor_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Removed. It opens nothing from now on."))
    page = render_template("confirm.html", form=form, question=_question(factor))
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200


@factors.route("/my/security/recovery-codes", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def recovery_codes() -> Answer:
    """Explains them; makes ten on demand, which are shown in the answer and never again."""
    form, made = Form(), list[str]()
    if request.method == "POST" and form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("factors.security")
                made = make_recovery_codes(work, g.visitor.user_id)
        except DomainError as refusal:
            form.refuse(refusal)
    with reading(SCOPE) as reader:
        left = count_recovery_codes(reader, g.visitor.user_id)
        has_any = bool(list_factors(reader, g.visitor.user_id))
    page = render_template(
        "factors/recovery_codes.html",
        form=form,
        made=made,
        left=left,
        has_any=has_any,
        on=wanted() or url_for("factors.security"),
    )
    return page, 422 if form.is_refused else 200


def _own(factor_id: UUID) -> SecondFactor:
    with reading(SCOPE) as reader:
        factor = get_factor(reader, g.visitor.user_id, factor_id)
        reader.expunge(factor)
        return factor


def _question(factor: SecondFactor) -> Question:
    return Question(
        _("Remove a second factor"),
        g.visitor.email,
        (
            (_("Name"), factor.name),
            (_("Kind"), KIND_WORDS[factor.kind]),
            (_("Since"), show_moment(factor.created_at)),
        ),
        (
            (_("It opens nothing from now on. You are told by mail."), None),
            (_("With the last one your recovery codes end too."), "G4"),
        ),
        _("Remove it"),
        "trash",
        url_for("factors.security"),
        takes_away=True,
    )


def _adding() -> Adding:
    visitor = g.visitor
    who = Waiting(visitor.user_id, visitor.session_id, visitor.name, visitor.email)
    return Adding(who, "factors.security", _nothing_more, _added)


def _nothing_more(_work: Work) -> None:
    """The session goes on as it is."""


def _added() -> Response:
    flash(str(_("Added. You are asked for it when you sign in next.")), "success")
    return redirect(url_for("factors.security"))
