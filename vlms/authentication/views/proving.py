"""The page that asks who is at the keyboard, before what needs a fresh proof of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session
from werkzeug.wrappers import Response

from vlms.authentication.forms import ProveForm
from vlms.authentication.service.limits import count_proof, uncount_proof
from vlms.authentication.service.signing_in import prove_by_password
from vlms.authentication.views.sign_in import keep_session, wanted_page
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.web.access import SECRET, requires
from vlms.web.errors import headers_of, status_of
from vlms.web.unit_of_work import unit_of_work

authentication = Blueprint("authentication", __name__)

_SCOPE = System("proving anew")


@authentication.route("/prove", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def prove() -> Response | tuple[str, int, dict[str, str]]:
    """Leads on to `next`; the session has another secret from then on."""
    form = ProveForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(scope=_SCOPE) as work:
                count_proof(work)
            with unit_of_work(scope=_SCOPE) as work:
                uncount_proof(work)
                secret = prove_by_password(work, session[SECRET], form.password.data or "")
        except DomainError as refusal:
            form.refuse(refusal)
            return _page(form), status_of(refusal), headers_of(refusal)
        else:
            keep_session(secret)
            return redirect(wanted_page())
    return _page(form), 422 if form.is_refused else 200, {}


def _page(form: ProveForm) -> str:
    return render_template("authentication/prove.html", form=form)
