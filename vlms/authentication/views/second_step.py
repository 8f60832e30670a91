"""The second step of signing in: a passkey, an app's code, or a recovery code."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.authentication.factor_forms import AppCodeForm, PasskeyForm, RecoveryCodeForm
from vlms.authentication.factor_models import FactorKind
from vlms.authentication.factor_queries import count_recovery_codes, list_factors
from vlms.authentication.rules.steps import STEP_PAGES, Step
from vlms.authentication.service.authenticators import check_authenticator
from vlms.authentication.service.passkeys import ask_for_proof, check_passkey
from vlms.authentication.service.recovery import check_recovery_code
from vlms.authentication.service.tries import check_hour, count_success, take_try
from vlms.authentication.views.stepping import (
    SCOPE,
    Waiting,
    go_on,
    party,
    pass_step,
    waiting_at,
    wanted,
)
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import public
from vlms.web.forms import Form
from vlms.web.unit_of_work import unit_of_work

factors = Blueprint("factors", __name__)
STEP_PAGES[Step.FACTOR] = "factors.second_step"
Answer = str | Response | tuple[str, int]


@factors.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def second_step() -> Answer:
    who, form = waiting_at(Step.FACTOR), AppCodeForm()
    if request.method == "GET":
        return _page(who)
    typed = form.code.data or ""
    return _try(who, form, lambda work: check_authenticator(work, who.user_id, typed))


@factors.post("/sign-in/second-step/recovery-code")
@public
def use_recovery_code() -> Answer:
    who, form = waiting_at(Step.FACTOR), RecoveryCodeForm()
    typed = form.code.data or ""
    left: list[int] = []
    answered = _try(
        who, form, lambda work: left.append(check_recovery_code(work, who.user_id, typed))
    )
    if left:
        flash(str(_("The recovery code is used up; %(count)s are left.", count=left[0])), "warning")
    return answered


@factors.post("/sign-in/second-step/ask-passkey")
@public
def ask_passkey() -> dict[str, object]:
    """What a script asks the browser to sign."""
    who = waiting_at(Step.FACTOR)
    with unit_of_work(actor=who.actor, scope=SCOPE) as work:
        return ask_for_proof(work, party(), *who.key)


@factors.post("/sign-in/second-step/passkey")
@public
def use_passkey() -> Answer:
    who, form = waiting_at(Step.FACTOR), PasskeyForm()
    said = form.signed.data or ""
    return _shown(who, form, lambda work: check_passkey(work, party(), who.key, said))


def _try(who: Waiting, form: Form, check: Callable[[Work], object]) -> Answer:
    """What can be guessed is tried a few times, then one signs in anew."""
    with unit_of_work(actor=who.actor, scope=SCOPE) as work:
        has_try = take_try(work, *who.key)
    if not has_try:
        flash(str(_("That was wrong too often. Sign in again.")), "warning")
        return redirect(url_for("accounts.sign_in", next=wanted()))

    def check_it(work: Work) -> None:
        check_hour(work, who.user_id)
        check(work)
        count_success(work, who.user_id)

    return _shown(who, form, check_it)


def _shown(who: Waiting, form: Form, check: Callable[[Work], object]) -> Answer:
    if not form.validate_on_submit():
        return _page(who, form)
    try:
        with unit_of_work(actor=who.actor, scope=SCOPE) as work:
            check(work)
            pass_step(work)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(who, form)
    return go_on()


def _page(who: Waiting, refused: Form | None = None) -> Answer:
    """All ways that this user has; the one that was refused says why."""
    with reading(SCOPE) as reader:
        kinds = {factor.kind for factor in list_factors(reader, who.user_id)}
        left = count_recovery_codes(reader, who.user_id)
    page = render_template(
        "factors/second_step.html",
        who=who,
        app=_form(AppCodeForm, refused) if FactorKind.AUTHENTICATOR in kinds else None,
        passkey=_form(PasskeyForm, refused) if FactorKind.PASSKEY in kinds else None,
        recovery=_form(RecoveryCodeForm, refused) if left else None,
        refused=refused,
        ahead=wanted(),
    )
    return (page, 422) if refused is not None else page


def _form(kind: type[Form], refused: Form | None) -> Form:
    return refused if isinstance(refused, kind) else kind(formdata=None)
