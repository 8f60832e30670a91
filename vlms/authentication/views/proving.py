"""The page that asks who is at the keyboard, before what needs a fresh proof of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_user
from vlms.authentication.factor_forms import AppCodeForm, PasskeyForm
from vlms.authentication.factor_models import FactorKind
from vlms.authentication.factor_queries import list_factors
from vlms.authentication.forms import ProveForm
from vlms.authentication.provider_queries import find_provider_of, is_bound_to_provider
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.authenticators import check_authenticator
from vlms.authentication.service.limits import count_proof, uncount_proof
from vlms.authentication.service.passkeys import ask_for_proof, check_passkey
from vlms.authentication.service.sessions import prove_again
from vlms.authentication.service.signing_in import prove_by_password
from vlms.authentication.views.sign_in import keep_session, wanted_page
from vlms.authentication.views.stepping import party, wanted
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.web.access import SECRET, requires
from vlms.web.addresses import local_address
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.kept_forms import page_before
from vlms.web.unit_of_work import unit_of_work

authentication = Blueprint("authentication", __name__)

_SCOPE = System("proving anew")
Answer = Response | tuple[str, int, dict[str, str]]


@authentication.route("/prove", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def prove() -> Answer:
    """Leads on to `next`; the session has another secret from then on."""
    form = ProveForm()
    typed = form.password.data or ""
    return _shown(form, lambda work: prove_by_password(work, session[SECRET], typed))


@authentication.post("/prove/app")
@requires(Permission.USE_OWN_CODES)
def prove_by_app() -> Answer:
    """With what an authenticator app shows now."""
    form = AppCodeForm()
    typed = form.code.data or ""

    def check(work: Work) -> str:
        check_authenticator(work, g.visitor.user_id, typed)
        return prove_again(work, session[SECRET], Proof.FACTOR)

    return _shown(form, check)


@authentication.post("/prove/ask-passkey")
@requires(Permission.USE_OWN_CODES)
def ask_passkey_again() -> dict[str, object]:
    """What a script asks the browser to sign."""
    with unit_of_work(scope=_SCOPE) as work:
        return ask_for_proof(work, party(), g.visitor.user_id, g.visitor.session_id)


@authentication.post("/prove/passkey")
@requires(Permission.USE_OWN_CODES)
def prove_by_passkey() -> Answer:
    form = PasskeyForm()
    said = form.signed.data or ""

    def check(work: Work) -> str:
        check_passkey(work, party(), (g.visitor.user_id, g.visitor.session_id), said)
        return prove_again(work, session[SECRET], Proof.FACTOR)

    return _shown(form, check)


def _shown(form: Form, check: Callable[[Work], str]) -> Answer:
    """Counted before it is looked at, and uncounted when it was right."""
    if not form.validate_on_submit():
        return _page(form), 422 if form.is_refused else 200, {}
    try:
        with unit_of_work(scope=_SCOPE) as work:
            count_proof(work)
        with unit_of_work(scope=_SCOPE) as work:
            uncount_proof(work)
            secret = check(work)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(form), status_of(refusal), headers_of(refusal)
    keep_session(secret)
    return redirect(wanted_page())


def _page(sent: Form) -> str:
    """All ways that this user has; the one that was refused says why."""
    with reading(_SCOPE) as reader:
        kinds = {factor.kind for factor in list_factors(reader, g.visitor.user_id)}
        provider = find_provider_of(reader, g.visitor.session_id)
        user = get_user(reader, g.visitor.user_id)
        is_bound = is_bound_to_provider(reader, user)
    return render_template(
        "authentication/prove.html",
        form=_form(ProveForm, sent),
        app=_form(AppCodeForm, sent) if FactorKind.AUTHENTICATOR in kinds else None,
        passkey=FactorKind.PASSKEY in kinds,
        provider=provider,
        takes_password=user.password_hash is not None and not is_bound and not kinds,
        refused=sent if sent.is_refused else None,
        ahead=wanted(),
        back=_came_from(),
        home=_home(),
    )


def _came_from() -> str | None:
    """The page before, where who shows nothing turns back to; never one that asks again."""
    known = local_address(request.args["back"]) if "back" in request.args else page_before()
    asking = {urlsplit(wanted() or "").path, url_for("authentication.prove")}
    return known if known and urlsplit(known).path not in asking else None


def _home() -> str:
    """Of the organisation whose page was wanted."""
    parts = (wanted() or "").split("/")
    slug = parts[2] if len(parts) > 2 and parts[1] == "o" else None
    return url_for("insights.workspace", organisation=slug) if slug else url_for("insights.start")


def _form(kind: type[Form], sent: Form) -> Form:
    return sent if isinstance(sent, kind) else kind(formdata=None)
