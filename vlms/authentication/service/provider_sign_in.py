"""Signing in with an organisation's provider: what is asked, and whom the answer lets in (G6).

What is asked is bound to the browser: its cookie holds what the address returns with, and the
nonce and PKCE's verifier are derived from that with a key, so that they are stored nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.accounts.queries import find_user
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.factor_queries import has_factor, is_known_only_in
from vlms.authentication.provider_models import ProviderIdentity, SignInProvider
from vlms.authentication.provider_queries import Told, has_come_in_by, hold_provider
from vlms.authentication.rules.id_tokens import Expected, Shown, check_claims, refused
from vlms.authentication.rules.provider_facts import domain_of
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.asked import Asked
from vlms.authentication.service.newcomers import make_shown
from vlms.authentication.service.provider_calls import (
    Metadata,
    discover,
    fetch_token,
    one_exchange,
    open_token,
)
from vlms.authentication.service.sessions import Opening, open_session, prove_again
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work, key_ring
from vlms.keys.errors import SealingKeyUnreadable
from vlms.keys.service.sealing_keys import SealingKeys

LIFETIME = timedelta(minutes=10)
_LONGEST_CODE = 4_096
_log = structlog.get_logger()


def ask(
    told: Told, back: str, now: datetime, wanted: str | None, session_id: UUID | None = None
) -> tuple[str, Asked]:
    """The provider's address to send a browser to, and what to remember of it.

    `back` is where the provider sends it then. Raises ProviderRefused.
    """
    metadata, state = discover(told.issuer, now), random_text()
    anew = {} if session_id is None else {"prompt": "login", "max_age": "0"}
    address = prepare_grant_uri(
        metadata.authorization,
        told.client_id,
        "code",
        redirect_uri=back,
        scope="openid email",
        state=state,
        nonce=_derived("nonce", state),
        code_challenge=create_s256_code_challenge(_derived("verifier", state)),
        code_challenge_method="S256",
        **anew,
    )
    asked = Asked(_digest(state), told.id, told.issuer, told.client_id, now, wanted, session_id)
    return str(address), asked


def check_answer(
    told: Told | None, asked: Asked | None, said: Mapping[str, str], now: datetime
) -> None:
    """Whether the answer belongs to what this browser asked. Raises ProviderRefused."""
    digest = _digest(said.get("state", ""))
    if asked is None or not hmac.compare_digest(asked.state_digest.encode(), digest.encode()):
        raise refused(
            "no_such_question",
            _("This answer belongs to no sign-in that was begun in this browser."),
            _("Begin again, in one window."),
        )
    if not timedelta(0) <= now - asked.asked_at < LIFETIME:
        raise refused("too_late", _("Signing in took longer than ten minutes."), _("Begin again."))
    same = (asked.provider_id, asked.issuer, asked.client_id)
    if told is None or (told.id, told.issuer, told.client_id) != same:
        raise _changed()
    if said.get("iss", told.issuer) != told.issuer:
        raise refused("mixed_up", _("Another provider answered than the one that was asked."))
    if "error" in said:
        raise _no(said["error"])


def show(
    told: Told, asked: Asked, said: Mapping[str, str], means: tuple[str, str], now: datetime
) -> Shown:
    """Whom the provider shows, for the code of its answer; `means`: secret, and where it led.

    Raises ProviderRefused. Calls the provider: no transaction is to be open.
    """
    secret, back = means
    state, code = said.get("state", ""), said.get("code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        raise refused("no_code", _("The provider's answer cannot be read."))
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": _derived("verifier", state),
    }
    with one_exchange():
        metadata = discover(told.issuer, now)
        _check_named(metadata, said)
        token = fetch_token(metadata, (told.client_id, secret), form)
        claims = open_token(metadata, token, now)
    since = None if asked.session_id is None else asked.asked_at
    nonce = _derived("nonce", state)
    expected = Expected(told.issuer, told.client_id, nonce, told.domains, since)
    try:
        return check_claims(claims, expected, now)
    except (ArithmeticError, TypeError, ValueError):
        raise refused("no_claims", _("The provider's answer cannot be read.")) from None


def open_secret(session: Session, told: Told, now: datetime) -> str:
    """The client secret. Raises ProviderRefused when its key is gone."""
    row = session.get_one(SignInProvider, told.id)
    try:
        keys = SealingKeys(session, key_ring(), now)
        return keys.open(row.id, row.organisation_id, row.sealed_secret)
    except (InvalidTag, SealingKeyUnreadable):
        raise refused(
            "no_secret",
            _("The secret that is shared with the provider cannot be opened."),
            _("An administrator of your organisation enters it anew."),
        ) from None


def enter(work: Work, told: Told, shown: Shown, wanted: str | None = None) -> str:
    """Open a session for whom the provider shows; returns its secret.

    `wanted` is where they go on: by their claim link they get an account too. Raises
    ProviderRefused.
    """
    now = _as_it_stands(work, told, shown)
    user = _admit(work, now, shown, wanted)
    proofs = [Proof.PROVIDER]
    if now.proves_factor and shown.has_two_factors and not _shows_own(work, now, user):
        proofs.append(Proof.PROVIDER_FACTOR)
    return open_session(work, user, *proofs, by=Opening(told.id, shown.shown_at))


def prove_by_provider(work: Work, told: Told, shown: Shown, secret: str) -> str:
    """Note a fresh proof of who works here; returns the session's new secret.

    Raises ProviderRefused for anybody else, NotFound when the session is over.
    """
    user = _admit(work, _as_it_stands(work, told, shown), shown)
    if user.id != work.actor.user_id:
        raise refused(
            "somebody_else",
            _("The provider has shown somebody else than who is signed in here."),
            _("Sign in there as yourself, or sign out here first."),
        )
    return prove_again(work, secret, Proof.PROVIDER)


def _as_it_stands(work: Work, told: Told, shown: Shown) -> Told:
    """The provider now: it may have been changed or switched off while it was asked."""
    now = hold_provider(work.session, told.id)
    if now is None or (now.issuer, now.client_id) != (told.issuer, told.client_id):
        raise _changed()
    if domain_of(shown.email) not in now.domains:
        raise _changed()
    return now


def _shows_own(work: Work, told: Told, user: User) -> bool:
    """Whether the user's own second factor is asked for, whatever the provider says of one."""
    has_been_in = has_come_in_by(work.session, told, user.id)
    return has_factor(work.session, user.id) and not has_been_in


def _admit(work: Work, told: Told, shown: Shown, wanted: str | None = None) -> User:
    """The user that is meant: known by issuer and subject, at first by the verified address.

    Only who is known in this organisation and in no other: its provider speaks for nobody else.
    """
    identity = work.session.scalar(
        select(ProviderIdentity).where(
            ProviderIdentity.organisation_id == told.organisation_id,
            ProviderIdentity.issuer == told.issuer,
            ProviderIdentity.subject == shown.subject,
        )
    )
    if identity is None:
        user = find_user(work.session, shown.email) or make_shown(work, told, shown, wanted)
        if user is None:
            raise _nobody("unknown")
        _check_own(work, told, user)
        _link(work, told, shown, user)
        return user
    user = work.session.get_one(User, identity.user_id)
    _check_own(work, told, user)
    identity.used_at = work.now
    return user


def _check_own(work: Work, told: Told, user: User) -> None:
    if user.disabled_at is not None:
        raise _nobody("disabled")
    if not is_known_only_in(work.session, user.id, told.organisation_id):
        raise _nobody("known_elsewhere")


def _link(work: Work, told: Told, shown: Shown, user: User) -> None:
    # Of two first sign-ins at once the index lets one in.
    held = work.session.scalar(
        select(ProviderIdentity.id).where(
            ProviderIdentity.organisation_id == told.organisation_id,
            ProviderIdentity.user_id == user.id,
        )
    )
    if held is not None:
        raise _nobody("other_subject")
    work.does("provider_identity.linked")
    work.session.add(
        ProviderIdentity(
            organisation_id=told.organisation_id,
            user_id=user.id,
            issuer=told.issuer,
            subject=shown.subject,
            linked_at=work.now,
            used_at=work.now,
        )
    )
    try:
        work.flush()
    except IntegrityError:
        raise _nobody("at_once") from None


def _changed() -> ProviderRefused:
    return refused("changed", _("The sign-in provider was changed meanwhile."))


def _check_named(metadata: Metadata, said: Mapping[str, str]) -> None:
    if metadata.names_itself and "iss" not in said:
        raise refused("unnamed", _("The provider's answer does not say from whom it is."))


def _no(error: str) -> ProviderRefused:
    """The provider's own refusal, in our words: its text is not shown."""
    if error == "access_denied":
        return refused(
            "denied",
            _("You or the provider have refused this sign-in."),
            _("Begin again, or sign in another way."),
        )
    if error in ("temporarily_unavailable", "server_error"):
        return refused("troubled", _("The provider has a trouble of its own."))
    return refused("provider_error", _("The provider could not sign you in."))


def _nobody(why: str) -> ProviderRefused:
    """One answer for all that may be: the reason stands in the log alone."""
    _log.warning("sign-in provider", step="admit", why=why)
    return refused(
        "not_admitted",
        _("The provider has shown who you are, but that opens no account here."),
        _(
            "Ask your administrator: you have to be invited with the address that the provider "
            "tells. Who is known in other organisations too signs in with the password."
        ),
    )


def _derived(purpose: str, state: str) -> str:
    """43 characters that only this installation can make of a state."""
    made = hmac.digest(key_ring().link, f"sign-in provider|{purpose}|{state}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
