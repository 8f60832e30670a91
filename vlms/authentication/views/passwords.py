"""Setting a password by a one-time link, and changing one's own."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from vlms.accounts.service.own_account import keep_language
from vlms.accounts.views.own import accounts
from vlms.authentication.forms import (
    ForgottenForm,
    OwnPasswordForm,
    PasswordForm,
    password_hint,
)
from vlms.authentication.queries import find_open
from vlms.authentication.service import passwords
from vlms.authentication.service.forgotten import ask_for_link
from vlms.authentication.service.limits import count_link, count_proof, uncount_proof
from vlms.authentication.views.sign_in import begin_session, keep_session
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import SECRET, public, requires
from vlms.web.body_fields import takes
from vlms.web.errors import headers_of, status_of
from vlms.web.locales import LANGUAGE, speak_as
from vlms.web.unit_of_work import unit_of_work

__all__ = ["accounts"]
_LINK = Actor("one-time link")
_FORGOTTEN = Actor("forgotten password")
_LINK_SCOPE = System("one-time link")
_OWN_SCOPE = System("own account")
# In the browser's session: a link was asked for, which the page says once.
_ASKED = "link_asked_for"


@accounts.route("/welcome/<token>", methods=["GET", "POST"])
@public
@takes("username")
def welcome(token: str) -> str | Response | tuple[str, int]:
    form = PasswordForm()
    with unit_of_work(actor=_LINK, scope=_LINK_SCOPE) as work:
        user = passwords.get_invited(work, token)
        form.password.description = password_hint(passwords.shortest_of(work.session, user.id))
    speak_as(user.language)
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_LINK, scope=_LINK_SCOPE) as work:
                secret = passwords.choose_password(work, token, form.password.data or "")
                if LANGUAGE in session:
                    keep_language(work, user.id, Language(session[LANGUAGE]))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            begin_session(secret)
            with reading(_LINK_SCOPE) as reader:
                is_in = find_open(reader, secret, g.now) is not None
            done = _("Your password is set, and you have signed in.")
            flash(str(done if is_in else _("Your password is set.")), "success")
            return redirect(url_for("insights.start"))
    page = render_template("accounts/welcome.html", form=form, user=user)
    return page, 422 if form.is_refused else 200


@accounts.route("/my/password", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def password() -> Response | tuple[str, int, dict[str, str]]:
    form = OwnPasswordForm()
    with reading(_OWN_SCOPE) as reader:
        shortest = passwords.shortest_of(reader, g.visitor.user_id)
    form.password.description = password_hint(shortest)
    if form.validate_on_submit():
        try:
            with unit_of_work(scope=_OWN_SCOPE) as work:
                count_proof(work)
            with unit_of_work(scope=_OWN_SCOPE) as work:
                uncount_proof(work)
                typed = form.present.data or "", form.password.data or ""
                secret = passwords.change_own_password(
                    work, g.visitor.user_id, *typed, session[SECRET]
                )
        except DomainError as refusal:
            form.refuse(refusal)
            page = render_template("accounts/password.html", form=form)
            return page, status_of(refusal), headers_of(refusal)
        else:
            keep_session(secret)
            flash(str(_("Your password is changed; other sessions have ended.")), "success")
            return redirect(url_for("accounts.account"))
    page = render_template("accounts/password.html", form=form)
    return page, 422 if form.is_refused else 200, {}


@accounts.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Response | tuple[str, int, dict[str, str]]:
    """A link by mail for who has forgotten the password; nobody learns whether it was sent."""
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_FORGOTTEN, scope=_LINK_SCOPE) as work:
                count_link(work, form.email.value, request.remote_addr)
        except DomainError as refusal:
            form.refuse(refusal)
            page = render_template("accounts/forgotten.html", form=form, has_asked=False)
            return page, status_of(refusal), headers_of(refusal)
        with unit_of_work(actor=_FORGOTTEN, scope=_LINK_SCOPE) as work:
            ask_for_link(work, form.email.value)
        session[_ASKED] = True
        return redirect(url_for("accounts.forgotten"))
    has_asked = request.method == "GET" and session.pop(_ASKED, False)
    page = render_template("accounts/forgotten.html", form=form, has_asked=has_asked)
    return page, 422 if form.is_refused else 200, {}
