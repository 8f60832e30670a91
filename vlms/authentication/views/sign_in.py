"""Pages of signing in and out."""

from __future__ import annotations

from uuid import UUID

from flask import (
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

from vlms.accounts.views.own import accounts
from vlms.authentication.forms import SignInForm
from vlms.authentication.provider_queries import is_any_open
from vlms.authentication.queries import find_owner, find_unfinished
from vlms.authentication.rules.steps import STEP_PAGES, Proof, Step
from vlms.authentication.service.device_codes import send_code
from vlms.authentication.service.devices import find_known, note_visit
from vlms.authentication.service.limits import count_sign_in, uncount_sign_in
from vlms.authentication.service.sessions import sign_out as end_this_session
from vlms.authentication.service.sessions import step_of
from vlms.authentication.service.signing_in import check_sign_in, open_checked
from vlms.authentication.views.device_cookie import read_visit, remember_device
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.web import kept_forms
from vlms.web.access import ENDED, SECRET, public
from vlms.web.addresses import local_address
from vlms.web.body_fields import takes
from vlms.web.errors import headers_of, status_of
from vlms.web.locales import LANGUAGE
from vlms.web.unit_of_work import unit_of_work

__all__ = ["accounts"]
_DOOR = Actor("sign-in")
_SCOPE = System("sign-in")
# In the browser's session: its other pages are to be left too, which the sign-in page says once.
_LEAVING = "leaving"
# Not "cookies": by one the browser is known again, another keeps the language that was chosen.
_CLEARED = '"cache", "storage"'


@accounts.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | tuple[str, int, dict[str, str]]:
    ahead = _next_step() if request.method == "GET" else None
    if ahead is not None:
        return redirect(url_for(ahead, next=local_address(request.args.get("next"))))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            secret, place = _open(form)
        except DomainError as refusal:
            form.refuse(refusal)
            return _page(form), status_of(refusal), headers_of(refusal)
        begin_session(secret)
        if place is not None:
            kept_forms.tell_at(place, had_file=kept_forms.had_file(form.kept.data))
        return redirect(place or wanted_page())
    return _page(form), 422 if form.is_refused else 200, {}


def _open(form: SignInForm) -> tuple[str, str | None]:
    """The secret of a new session, and where a kept form is shown again.

    The try is counted before the password is looked at, and uncounted when it was right.
    """
    typed, source, device = form.email.value, request.remote_addr, read_visit().device
    with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
        count_sign_in(work, typed, source, device)
    with reading(_SCOPE) as reader:
        checked = check_sign_in(reader, typed, form.password.data or "")
    with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
        uncount_sign_in(work, typed, source, device)
        secret = open_checked(work, checked, *_device_proof(work, checked.user_id))
        unfinished = find_unfinished(work.session, secret, work.now)
        if unfinished is not None and step_of(work.session, unfinished) is Step.NEW_DEVICE_CODE:
            send_code(work, secret)
        return secret, _kept_place(work, secret, form.kept.data)


def _device_proof(work: Work, user_id: UUID) -> tuple[Proof, ...]:
    """That no code by mail is needed: the device is known, or none could arrive."""
    settings = current_app.config["SETTINGS"]
    is_asked = settings.smtp_host is not None and not settings.demo
    is_known = find_known(work.session, user_id, read_visit().device) is not None
    return () if is_asked and not is_known else (Proof.DEVICE,)


def ask_to_sign_in(address: str, kept: str) -> Response:
    """The sign-in page for who was signed out while filling in a form; it comes back after."""
    form = SignInForm(formdata=None)
    form.kept.data = kept
    return make_response(_page(form, url_for("accounts.sign_in", next=address)), 401)


def _page(form: SignInForm, address: str | None = None) -> str:
    """The sign-in page; `address` is where it is sent when that is not its own."""
    with reading(_SCOPE) as reader:
        has_providers = is_any_open(reader)
    return render_template(
        "accounts/sign_in.html",
        form=form,
        sign_ins=_demo_sign_ins(),
        address=address,
        has_providers=has_providers,
        ahead=local_address(request.args.get("next")),
        is_leaving=session.pop(_LEAVING, False),
    )


def _kept_place(work: Work, secret: str, kept: str | None) -> str | None:
    """Where the form that was sent without a session is shown again, if it is this user's."""
    sent = kept_forms.unseal(kept)
    user_id = None if sent is None else find_owner(work.session, secret)
    if sent is None or user_id is None:
        return None
    return kept_forms.keep_for(work, sent, user_id)


@accounts.post("/sign-out")
@public
@takes("back")
def sign_out() -> Response:
    secret = session.get(SECRET)
    if secret:
        with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
            end_this_session(work, secret)
    session[ENDED] = session.pop(SECRET, None)
    session[_LEAVING] = True
    flash(str(_("You have signed out.")), "info")
    answered = redirect(url_for("accounts.sign_in"))
    answered.headers["Clear-Site-Data"] = _CLEARED
    return answered


def _next_step() -> str | None:
    """The endpoint of what this browser's unfinished session waits for."""
    secret = session.get(SECRET)
    if not isinstance(secret, str):
        return None
    with reading(_SCOPE) as reader:
        found = find_unfinished(reader, secret, g.now)
        return None if found is None else STEP_PAGES.get(step_of(reader, found))


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
    if language:
        session[LANGUAGE] = language
    keep_session(secret)


def keep_session(secret: str) -> None:
    """Go on with the browser's session under a new secret."""
    session[SECRET] = secret
    visit = read_visit()
    remember_device(visit)
    with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
        note_visit(work, secret, visit)


def wanted_page() -> str:
    """Where the visitor was going when they were asked who they are."""
    return local_address(request.args.get("next")) or url_for("insights.start")
