"""The page that a claim link opens; anyone may open it, nothing happens until they press."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.authentication.provider_queries import find_organisation_of
from vlms.authentication.views.sign_in import begin_session
from vlms.codes.errors import StepRefused
from vlms.codes.holder_forms import ClaimForm, PasswordForm
from vlms.codes.service import claiming
from vlms.codes.service.claiming import Claim, Way
from vlms.codes.sheets import terms_of
from vlms.core.errors import DomainError, NotFound
from vlms.core.scope import System
from vlms.core.work import Actor, Work
from vlms.web.access import public
from vlms.web.errors import status_of
from vlms.web.unit_of_work import unit_of_work

claim = Blueprint("claim", __name__, url_prefix="/claim")

_SCOPE = System("claim link")
_WAITING = (Way.INVITED, Way.MAILED, Way.NO_ADDRESS)


@claim.get("/<token>")
@public
def show(token: str) -> str | Response | tuple[str, int]:
    try:
        with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
            found = claiming.open_claim(work, token, _shown_by(work))
            return _onward() if found is None else _page(work, found, PasswordForm())
    except (NotFound, StepRefused) as refusal:
        return render_template("claim/over.html", refusal=refusal), status_of(refusal)


@claim.post("/<token>")
@public
def take(token: str) -> str | Response | tuple[str, int]:
    """Claims for the user who is signed in, or sets a first password and signs them in."""
    form = PasswordForm() if g.visitor is None else ClaimForm()
    if form.validate_on_submit():
        try:
            return _claim(token, form)
        except DomainError as refusal:
            form.refuse(refusal)
    with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
        found = claiming.open_claim(work, token, _shown_by(work))
        return _onward() if found is None else (_page(work, found, form), 422)


def _claim(token: str, form: PasswordForm | ClaimForm) -> Response:
    if isinstance(form, PasswordForm):
        with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
            found = claiming.open_claim(work, token, _shown_by(work))
            secret = claiming.claim_with_password(work, token, form.password.data or "")
        if found is None or secret is None:
            return _onward()
        begin_session(secret)
        return redirect(url_for("my_codes.show", code_id=found.code.id))
    with unit_of_work(actor=_actor(), scope=_SCOPE) as work:
        code = claiming.claim(work, token, _shown_by(work))
    return _onward() if code is None else redirect(url_for("my_codes.show", code_id=code.id))


def _page(work: Work, found: Claim, form: PasswordForm | ClaimForm) -> str:
    if found.way in (Way.OTHER_PERSON, Way.OTHER_PROVIDER):
        return render_template("claim/other.html", refusal=claiming.way_refusal(found.way))
    return render_template(
        "claim/show.html",
        found=found,
        form=form,
        terms=terms_of(found.code),
        refusal=_refusal(found.way),
        here=request.path,
        place=_place(work, found),
    )


def _place(work: Work, found: Claim) -> Organisation | None:
    """Whose sign-in provider leads on, where one does."""
    if found.way is not Way.BY_PROVIDER:
        return None
    return work.session.get_one(Organisation, found.person.organisation_id)


def _refusal(way: Way) -> DomainError | None:
    return claiming.way_refusal(way) if way in _WAITING else None


def _shown_by(work: Work) -> UUID | None:
    """The organisation whose sign-in provider has opened this session (G6)."""
    return find_organisation_of(work.session, g.visitor.session_id) if g.visitor else None


def _onward() -> Response:
    """The own codes; who is not signed in is asked to on the way."""
    return redirect(url_for("my_codes.index"))


def _actor() -> Actor:
    visitor = g.visitor
    if visitor is None:
        return Actor("claim link")
    return Actor(visitor.name, visitor.user_id, time_zone=visitor.time_zone)
