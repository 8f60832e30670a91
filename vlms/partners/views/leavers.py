"""The public form for who has left and cannot sign in: proved by the MCID's mail (K1)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.core.work import Actor
from vlms.partners.link_forms import LeaverForm
from vlms.partners.service.leaving import (
    ask_to_unlink,
    open_request,
    take_request,
    unlink_path,
)
from vlms.web.access import public
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import unit_of_work

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
leavers = Blueprint("leavers", __name__, url_prefix="/leavers")
leavers.add_app_template_filter(unlink_path, "unlink_path")
_STRANGER, _SCOPE = Actor("visitor"), System("who has left asks to be unlinked")


@leavers.route("/", methods=["GET", "POST"])
@public
def ask() -> Answer:
    """One answer to everybody: nobody learns whether an MCID is known here."""
    form, has_asked = LeaverForm(), False
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
                ask_to_unlink(work, form.mcid.value, form.email.value, request.remote_addr)
            has_asked = True
        except DomainError as refusal:
            form.refuse(refusal)
    page = render_template("leavers/ask.html", form=form, has_asked=has_asked)
    if form.refusals:
        return page, status_of(form.refusals[0]), headers_of(form.refusals[0])
    return page, 422 if form.is_refused else 200


@leavers.route("/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Answer:
    """Opened from the mail: asked once more, then the global administrator has a task."""
    form, due_on = Form(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
                due_on = take_request(work, token).due_on
        except DomainError as refusal:
            form.refuse(refusal)
    if due_on is not None or form.refusals:
        page = render_template("leavers/confirm.html", form=form, due_on=due_on, found=None)
        return page, status_of(form.refusals[0]) if form.refusals else 200
    with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
        found = open_request(work, token)
        facts = (found.mcid, found.organisation.name)
    page = render_template("leavers/confirm.html", form=form, due_on=None, found=facts)
    return page, 422 if form.errors else 200
