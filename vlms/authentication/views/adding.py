"""The pages that add an authenticator app or a passkey, at sign-in and later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import segno
from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_user
from vlms.authentication.factor_forms import NewAuthenticatorForm, NewPasskeyForm
from vlms.authentication.rules.one_time_passwords import address_for_apps, in_groups
from vlms.authentication.rules.relying_party import NAME
from vlms.authentication.service.authenticators import (
    add_authenticator,
    new_secret,
    open_secret,
)
from vlms.authentication.service.passkeys import add_passkey, ask_for_new
from vlms.authentication.views.stepping import SCOPE, Waiting, party, wanted
from vlms.core.errors import DomainError
from vlms.core.text import _
from vlms.core.work import Work, key_ring
from vlms.web.forms import Form
from vlms.web.unit_of_work import unit_of_work

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Adding:
    """Who adds a factor, where they turn back to, and what follows: in the work, and after it."""

    who: Waiting
    back: str
    within: Callable[[Work], None]
    after: Callable[[], Response]


def add_app(adding: Adding) -> Answer:
    """Shows a new secret, and keeps it when the app has shown a right code."""
    keys, user_id = key_ring(), adding.who.user_id
    form = NewAuthenticatorForm()
    if request.method == "GET":
        form.sealed.data = new_secret(keys, user_id, g.now)
        form.name.data = str(_("Authenticator app"))
    sealed = form.sealed.data or ""
    secret = open_secret(keys, user_id, sealed, g.now)

    def add(work: Work) -> None:
        add_authenticator(work, user_id, sealed, form.code.value, form.name.value)

    answered = _send(adding, form, add)
    if answered is not None:
        return answered
    address = address_for_apps(secret, adding.who.email, NAME)
    page = render_template(
        "factors/authenticator.html",
        form=form,
        who=adding.who,
        back=url_for(adding.back, next=wanted()),
        secret=in_groups(secret),
        address=address,
        picture=segno.make_qr(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
    )
    return page, 422 if form.is_refused else 200


def add_key(adding: Adding, asking: str) -> Answer:
    """Lets the browser make a passkey; `asking` is the endpoint that says with what."""
    form = NewPasskeyForm()
    if request.method == "GET":
        form.name.data = str(_("Passkey"))

    def add(work: Work) -> None:
        add_passkey(work, party(), adding.who.key, form.signed.data or "", form.name.value)

    answered = _send(adding, form, add)
    if answered is not None:
        return answered
    page = render_template(
        "factors/passkey.html",
        form=form,
        who=adding.who,
        back=url_for(adding.back, next=wanted()),
        asking=url_for(asking),
        party=party(),
    )
    return page, 422 if form.is_refused else 200


def ask_for_key(adding: Adding) -> dict[str, object]:
    """The options of a new passkey, with a challenge of this session."""
    with unit_of_work(actor=adding.who.actor, scope=SCOPE) as work:
        user = get_user(work.session, adding.who.user_id)
        return ask_for_new(work, party(), user, adding.who.session_id)


def _send(adding: Adding, form: Form, add: Callable[[Work], None]) -> Response | None:
    """What follows a factor that was added; None while the page is shown (again)."""
    if not form.validate_on_submit():
        return None
    try:
        with unit_of_work(form, actor=adding.who.actor, scope=SCOPE) as work:
            work.location = url_for("insights.start")
            add(work)
            adding.within(work)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    return adding.after()
