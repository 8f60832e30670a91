"""Signing in with an organisation's provider: finding it, going there, coming back (G6).

A form's answer may lead nowhere but here (content-security policy), so the way to the provider
is a link of a page of ours.
"""

from __future__ import annotations

from flask import current_app, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from vlms.authentication.errors import ProviderRefused, ProvidersBusy
from vlms.authentication.provider_forms import OrganisationSignInForm
from vlms.authentication.provider_queries import (
    Told,
    find_open_provider,
    find_provider_of,
    find_slug_for,
)
from vlms.authentication.rules.id_tokens import refused
from vlms.authentication.rules.provider_facts import domain_of
from vlms.authentication.service import provider_sign_in as service
from vlms.authentication.service.asked import Asked
from vlms.authentication.service.limits import (
    count_provider,
    count_provider_visit,
    uncount_provider,
    uncount_provider_visit,
)
from vlms.authentication.views.proving import authentication
from vlms.authentication.views.sign_in import begin_session, keep_session
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import SECRET, public, requires
from vlms.web.addresses import local_address
from vlms.web.errors import headers_of, status_of
from vlms.web.unit_of_work import unit_of_work

__all__ = ["authentication"]
ASKED = "provider"
_DOOR, _SCOPE = Actor("sign-in"), System("sign-in provider")
_LONGEST_NEXT = 500
_OURS = "same-origin"
Answer = Response | tuple[str, int, dict[str, str]]


@authentication.route("/sign-in/organisation", methods=["GET", "POST"])
@public
def find_organisation() -> Answer:
    """By the domain of an address, whether or not anybody signs in with it."""
    form = OrganisationSignInForm()
    if form.validate_on_submit():
        with reading(_SCOPE) as reader:
            slug = find_slug_for(reader, form.email.value)
        if slug is not None:
            return redirect(url_for(".choose_provider", slug=slug, next=_wanted()))
        form.refuse(
            refused(
                "no_provider",
                _(
                    "No sign-in provider answers for %(domain)s.",
                    domain=domain_of(form.email.value),
                ),
                _("Sign in with your password."),
            )
        )
    page = render_template("authentication/find_organisation.html", form=form, ahead=_wanted())
    return page, 422 if form.is_refused else 200, {}


@authentication.get("/sign-in/organisation/<slug>")
@public
def choose_provider(slug: str) -> Answer:
    """The organisation's own button; its intranet may lead here."""
    told = _find(slug)
    if told is None:
        return _failed(_no_provider(), slug)
    page = render_template("authentication/choose_provider.html", told=told, ahead=_wanted())
    return page, 200, {}


@authentication.get("/sign-in/with/<slug>")
@public
def go_to_provider(slug: str) -> Answer:
    told = _find(slug)
    if told is None:
        return _failed(_no_provider(), slug)
    # Another site, or a link in a mail, begins no sign-in: the visitor presses our button.
    if request.headers.get("Sec-Fetch-Site", _OURS) != _OURS:
        return redirect(url_for(".choose_provider", slug=slug, next=_wanted()))
    try:
        with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
            count_provider_visit(work, request.remote_addr)
    except DomainError as refusal:
        return _failed(refusal, slug)
    return _go(told)


@authentication.get("/prove/provider")
@requires(Permission.USE_OWN_CODES)
def prove_by_provider() -> Answer:
    """Asks the provider that has opened this session to ask who is there, anew."""
    with reading(_SCOPE) as reader:
        told = find_provider_of(reader, g.visitor.session_id)
    if told is None:
        return _failed(_no_provider(), "")
    return _go(told, is_proof=True)


@authentication.get("/sign-in/with/<slug>/answer")
@public
def answer_of_provider(slug: str) -> Answer:
    """Where the provider sends the browser; whatever it says leads to a page with a way out."""
    asked = Asked.unpacked(session.pop(ASKED, None))
    try:
        secret = _take(slug, asked)
    except ProvidersBusy as refusal:
        assert asked is not None
        # Nothing was asked with it yet: the same answer may be brought again.
        session[ASKED] = asked.packed()
        with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
            uncount_provider(work, request.remote_addr)
        return _failed(refusal, slug, asked)
    except DomainError as refusal:
        return _failed(refusal, slug, asked)
    assert asked is not None
    (begin_session if asked.session_id is None else keep_session)(secret)
    return redirect(local_address(asked.wanted) or url_for("insights.start"))


def _take(slug: str, asked: Asked | None) -> str:
    """The secret of the session that the answer opens, or proves anew."""
    said, told = _said(), _find(slug)
    service.check_answer(told, asked, said, g.now)
    assert told is not None
    assert asked is not None
    _check_same_session(asked)
    with unit_of_work(actor=_DOOR, scope=_SCOPE) as work:
        count_provider(work, request.remote_addr)
    with reading(_SCOPE) as reader:
        client_secret = service.open_secret(reader, told, g.now)
    shown = service.show(told, asked, said, (client_secret, _back(told)), g.now)
    actor = _DOOR if asked.session_id is None else g.actor
    with unit_of_work(actor=actor, scope=_SCOPE) as work:
        uncount_provider(work, request.remote_addr)
        if asked.session_id is None:
            uncount_provider_visit(work, request.remote_addr)
            return service.enter(work, told, shown, asked.wanted)
        return service.prove_by_provider(work, told, shown, str(session.get(SECRET, "")))


def _check_same_session(asked: Asked) -> None:
    """A proof is for the session that asked for it, which is still open."""
    if asked.session_id is None:
        return
    if g.visitor is None or g.visitor.session_id != asked.session_id:
        raise refused("session_over", _("Your session has ended."), _("Sign in again."))
    g.actor = Actor(g.visitor.name, g.visitor.user_id, time_zone=g.visitor.time_zone)


def _go(told: Told, *, is_proof: bool = False) -> Answer:
    session_id = g.visitor.session_id if is_proof else None
    try:
        address, asked = service.ask(told, _back(told), g.now, _wanted(), session_id)
    except ProviderRefused as refusal:
        return _failed(refusal, told.slug)
    session[ASKED] = asked.packed()
    return redirect(address)


def _failed(refusal: DomainError, slug: str, asked: Asked | None = None) -> Answer:
    """What went wrong, and the ways on: again, or by password."""
    wanted = _wanted() if asked is None else local_address(asked.wanted)
    is_proof = asked is not None and asked.session_id is not None
    page = render_template(
        "authentication/provider_failed.html",
        refusal=refusal,
        slug=slug,
        is_proof=is_proof and g.visitor is not None,
        ahead=wanted,
        again=request.full_path if isinstance(refusal, ProvidersBusy) else None,
    )
    return page, status_of(refusal), headers_of(refusal)


def _said() -> dict[str, str]:
    """What the provider's answer says; a name that stands twice counts as none."""
    said = request.args.to_dict(flat=False)
    return {name: values[0] for name, values in said.items() if len(values) == 1}


def _find(slug: str) -> Told | None:
    with reading(_SCOPE) as reader:
        return find_open_provider(reader, slug)


def _back(told: Told) -> str:
    """The one address that is registered with the provider."""
    path = url_for(".answer_of_provider", slug=told.slug)
    return str(current_app.config["SETTINGS"].base_url) + path


def _wanted() -> str | None:
    wanted = local_address(request.args.get("next"))
    return wanted if wanted is None or len(wanted) <= _LONGEST_NEXT else None


def _no_provider() -> ProviderRefused:
    return refused(
        "no_provider",
        _("No sign-in provider is switched on here."),
        _("Sign in with your password, or ask your administrator."),
    )
