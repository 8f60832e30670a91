"""Pages of signing in, signing out and choosing a language."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from vlms.accounts import sign_in as doors
from vlms.accounts.forms import SignInForm
from vlms.accounts.service.own_account import keep_language
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.web import kept_forms
from vlms.web.access import ENDED, SECRET, public
from vlms.web.addresses import local_address
from vlms.web.locales import LANGUAGE
from vlms.web.unit_of_work import unit_of_work

accounts = Blueprint("accounts", __name__)

_DOOR = Actor("sign-in")
_SCOPE = System("sign-in")
_OWN_CHOICE = System("own language")


@accounts.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
                secret = doors.sign_in(work, form.email.value, form.password.data or "")
                place = _kept_place(work, secret, form.kept.data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            begin_session(secret)
            if place is not None:
                kept_forms.tell_kept(had_file=kept_forms.had_file(form.kept.data))
            return redirect(place or _wanted_page())
    return _page(form), 422 if form.is_refused else 200


def ask_to_sign_in(address: str, kept: str) -> Response:
    """The sign-in page for who was signed out while filling in a form; it comes back after."""
    form = SignInForm(formdata=None)
    form.kept.data = kept
    return make_response(_page(form, url_for("accounts.sign_in", next=address)), 401)


def _page(form: SignInForm, address: str | None = None) -> str:
    """The sign-in page; `address` is where it is sent when that is not its own."""
    return render_template(
        "accounts/sign_in.html", form=form, sign_ins=_demo_sign_ins(), address=address
    )


def _kept_place(work: Work, secret: str, kept: str | None) -> str | None:
    """Where the form that was sent without a session is shown again, if it is this user's."""
    sent = kept_forms.unseal(kept)
    user = None if sent is None else doors.find_signed_in(work.session, secret, work.now)
    if sent is None or user is None:
        return None
    return kept_forms.keep_for(work, sent, user.id)


@accounts.post("/sign-out")
@public
def sign_out() -> Response:
    secret = session.get(SECRET)
    if secret:
        with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
            doors.sign_out(work, secret)
    session[ENDED] = session.pop(SECRET, None)
    flash(str(_("You have signed out.")), "info")
    return redirect(url_for("accounts.sign_in"))


@accounts.post("/language")
@public
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


def _demo_sign_ins() -> str | None:
    """Who can sign in to the demo; None elsewhere."""
    settings = current_app.config["SETTINGS"]
    if not settings.demo or not settings.sign_ins_file.exists():
        return None
    text: str = settings.sign_ins_file.read_text("utf-8")
    return text


def begin_session(secret: str) -> None:
    """Give the browser a session of its own, with nothing of an earlier one but the language."""
    language = session.get(LANGUAGE)
    session.clear()
    session[SECRET] = secret
    if language:
        session[LANGUAGE] = language


def _wanted_page() -> str:
    return local_address(request.args.get("next")) or url_for("insights.start")
