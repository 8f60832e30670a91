"""The page that an invitation to sign in opens; nothing happens until its reader presses."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.authentication.forms import PasswordForm, password_hint
from vlms.authentication.provider_queries import find_organisation_of
from vlms.authentication.rules.passwords import SHORTEST_ALONE
from vlms.authentication.service import joining as service
from vlms.authentication.service.arriving import Way
from vlms.authentication.service.joining import Joining
from vlms.authentication.views.proving import authentication
from vlms.authentication.views.sign_in import begin_session
from vlms.core.errors import DomainError, NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.web.access import public
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.locales import speak_as
from vlms.web.unit_of_work import unit_of_work

__all__ = ["authentication"]
_SCOPE = System("invitation to sign in")
_REFUSED = frozenset({Way.OTHER_PERSON, Way.OTHER_PROVIDER})
_WAITING = frozenset({Way.INVITED, Way.MAILED, Way.NO_ADDRESS})
Answer = str | Response | tuple[str, int]


@authentication.route("/join/<token>", methods=["GET", "POST"])
@public
def join(token: str) -> Answer:
    """Who is signed in takes it up by one press; who has no account sets a password."""
    form = PasswordForm() if g.visitor is None else Form()
    if isinstance(form, PasswordForm):
        form.password.description = password_hint(SHORTEST_ALONE)
    if form.validate_on_submit():
        try:
            return _take(token, form)
        except NotFound:
            form = Form(formdata=None)
        except DomainError as refusal:
            form.refuse(refusal)
    try:
        with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
            found = service.open_joining(work, token, _shown_by(work))
            page = _onward() if found is None else _page(found, form)
    except NotFound as refusal:
        return render_template("authentication/join_over.html", refusal=refusal), status_of(refusal)
    return (page, 422) if form.is_refused and isinstance(page, str) else page


def _take(token: str, form: Form) -> Response:
    with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
        if not isinstance(form, PasswordForm):
            service.join(work, token, _shown_by(work))
            secret = None
        else:
            secret = service.join_with_password(work, token, form.password.data or "")
    if secret is not None:
        begin_session(secret)
        flash(str(_("Your password is set.")), "success")
    return _onward()


def _page(found: Joining, form: Form) -> str:
    if g.visitor is None:
        speak_as(found.person.language)
    if found.way in _REFUSED:
        refusal = service.joining_refusal(found.way)
        return render_template("authentication/join_other.html", refusal=refusal)
    return render_template(
        "authentication/join.html",
        found=found,
        form=form,
        refusal=service.joining_refusal(found.way) if found.way in _WAITING else None,
        here=request.path,
    )


def _shown_by(work: Work) -> UUID | None:
    """The organisation whose sign-in provider has opened this session (G6)."""
    return find_organisation_of(work.session, g.visitor.session_id) if g.visitor else None


def _onward() -> Response:
    """The start page; who is not signed in, or not yet wholly, is asked on the way."""
    return redirect(url_for("insights.start"))


def _actor() -> Actor:
    visitor = g.visitor
    if visitor is None:
        return Actor("invitation to sign in")
    return Actor(visitor.name, visitor.user_id, time_zone=visitor.time_zone)
