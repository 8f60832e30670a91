"""Setting a password by a one-time link, and one's own account."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.forms import AccountForm, OwnPasswordForm, PasswordForm
from vlms.accounts.names import name_organisations, name_people, name_schools, name_users
from vlms.accounts.service.invitations import get_invited
from vlms.accounts.views.sign_in import accounts, begin_session
from vlms.audit.queries import list_entries
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import public, requires
from vlms.web.locales import LANGUAGE
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_names, add_words

_LINK = Actor("one-time link")
_LINK_SCOPE = System("one-time link")
_OWN_SCOPE = System("own account")

add_words(
    {
        "user.created": _("Account made"),
        "user.changed": _("Account changed"),
        "user.password_set": _("Password set"),
    },
    {"disabled_at": _("Closed at")},
)
add_names(
    user_id=name_users,
    person_id=name_people,
    manager_id=name_people,
    school_id=name_schools,
    reseller_id=name_organisations,
    organisation_id=name_organisations,
)


@accounts.route("/welcome/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> str | Response | tuple[str, int]:
    form = PasswordForm()
    with unit_of_work(actor=_LINK, scope=_LINK_SCOPE) as work:
        user = get_invited(work, token)
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_LINK, scope=_LINK_SCOPE) as work:
                secret = service.choose_password(work, token, form.password.data or "")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            begin_session(secret)
            flash(str(_("Your password is set, and you have signed in.")), "success")
            return redirect(url_for("insights.start"))
    page = render_template("accounts/welcome.html", form=form, user=user)
    return page, 422 if form.is_refused else 200


@accounts.route("/my/account", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def account() -> str | Response | tuple[str, int]:
    form = AccountForm(obj=g.visitor)
    if form.validate_on_submit():
        with unit_of_work(scope=_OWN_SCOPE) as work:
            service.change_own_account(
                work,
                g.visitor.user_id,
                form.name.value,
                Language(form.language.value),
                form.time_zone.value,
            )
        session.pop(LANGUAGE, None)
        flash(str(_("Saved.")), "success")
        return redirect(url_for("accounts.account"))
    with reading(_OWN_SCOPE) as reader:
        entries = list_entries(reader, g.visitor.user_id)
    page = render_template("accounts/account.html", form=form, entries=entries)
    return page, 422 if form.is_refused else 200


@accounts.route("/my/password", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def password() -> str | Response | tuple[str, int]:
    form = OwnPasswordForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(scope=_OWN_SCOPE) as work:
                secret = service.change_own_password(
                    work, g.visitor.user_id, form.present.data or "", form.password.data or ""
                )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            begin_session(secret)
            flash(str(_("Your password is changed; other sessions have ended.")), "success")
            return redirect(url_for("accounts.account"))
    page = render_template("accounts/password.html", form=form)
    return page, 422 if form.is_refused else 200
