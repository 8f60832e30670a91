"""One's own account and language."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.forms import AccountForm
from vlms.accounts.names import name_organisations, name_people, name_schools, name_users
from vlms.accounts.service.own_account import keep_language
from vlms.audit.queries import list_entries
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import public, requires
from vlms.web.addresses import local_address
from vlms.web.body_fields import takes
from vlms.web.locales import LANGUAGE
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_names, add_words

accounts = Blueprint("accounts", __name__)

_OWN_SCOPE = System("own account")
_OWN_CHOICE = System("own language")

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
        entries = list_entries(reader, g.visitor.user_id, only_in=g.visitor.only_in)
    page = render_template("accounts/account.html", form=form, entries=entries)
    return page, 422 if form.is_refused else 200


@accounts.post("/language")
@public
@takes("language", "back")
def choose_language() -> Response:
    """For this browser's session; for who is signed in it is kept with the user."""
    chosen = request.form.get("language")
    if chosen in set(Language):
        session[LANGUAGE] = chosen
        if g.visitor is not None:
            visitor = Actor(g.visitor.name, g.visitor.user_id)
            with unit_of_work(actor=visitor, scope=_OWN_CHOICE) as work:
                keep_language(work, g.visitor.user_id, Language(chosen))
    return redirect(local_address(request.form.get("back")) or url_for("insights.start"))
