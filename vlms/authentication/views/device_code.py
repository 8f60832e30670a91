"""The step on a device that is new to a user: the one-time code of a mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from vlms.authentication.forms import MailedCodeForm
from vlms.authentication.service.device_codes import (
    code_of,
    count_code_try,
    send_code,
    take_code,
)
from vlms.authentication.views.proving import authentication
from vlms.authentication.views.sign_in import keep_session, wanted_page
from vlms.core.errors import DomainError, NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import SECRET, public
from vlms.web.addresses import local_address
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import unit_of_work

__all__ = ["authentication"]
_DOOR, _SCOPE = Actor("sign-in"), System("sign-in")
authentication.add_app_template_filter(code_of, "sign_in_code")


@authentication.route("/sign-in/code", methods=["GET", "POST"])
@public
def device_code() -> Response | tuple[str, int, dict[str, str]]:
    """Opens for an unfinished session alone; others are led to sign in."""
    form = MailedCodeForm()
    if form.validate_on_submit():
        secret = str(session.get(SECRET, ""))
        try:
            with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
                count_code_try(work, secret)
            with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
                fresh = take_code(work, secret, form.code.data or "")
        except NotFound:
            return _back_to_door()
        except DomainError as refusal:
            form.refuse(refusal)
            return _page(form), status_of(refusal), headers_of(refusal)
        keep_session(fresh)
        return redirect(wanted_page())
    return _page(form), 422 if form.is_refused else 200, {}


@authentication.post("/sign-in/code/again")
@public
def send_device_code() -> Response:
    """Another mail; the code of the one before opens nothing any more."""
    form = Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
                send_code(work, str(session.get(SECRET, "")))
        except NotFound:
            return _back_to_door()
        flash(str(_("A new code is on its way.")), "info")
    wanted = local_address(request.args.get("next"))
    return redirect(url_for("authentication.device_code", next=wanted))


def _back_to_door() -> Response:
    session.pop(SECRET, None)
    flash(str(_("That took too long. Sign in again.")), "info")
    return redirect(url_for("accounts.sign_in", next=local_address(request.args.get("next"))))


def _page(form: MailedCodeForm) -> str:
    wanted = local_address(request.args.get("next"))
    return render_template("authentication/device_code.html", form=form, wanted=wanted)
