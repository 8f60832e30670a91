"""Passkeys (WebAuthn): made for this installation's address, asked to sign a challenge once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from vlms.accounts.models import User
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import (
    ChallengeUse,
    FactorKind,
    PasskeyChallenge,
    SecondFactor,
)
from vlms.authentication.factor_queries import list_kind
from vlms.authentication.rules.factor_roles import RULE
from vlms.authentication.rules.relying_party import RelyingParty
from vlms.authentication.service.factors import add_factor
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import random_bytes
from vlms.core.work import Work

CHALLENGE_BYTES = 32
LIFETIME = timedelta(minutes=5)
LONGEST_ANSWER = 16_384
_TRANSPORTS = frozenset(AuthenticatorTransport)


def ask_for_new(work: Work, party: RelyingParty, user: User, session_id: UUID) -> dict[str, Any]:
    """What the browser is asked to make a passkey with."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=_challenge(work, user.id, session_id, ChallengeUse.ADD),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(work, user.id),
    )
    return dict(json.loads(options_to_json(options)))


def ask_for_proof(
    work: Work, party: RelyingParty, user_id: UUID, session_id: UUID
) -> dict[str, Any]:
    """What the browser is asked to have signed by one of the user's passkeys."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=_challenge(work, user_id, session_id, ChallengeUse.PROVE),
        allow_credentials=_known(work, user_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(json.loads(options_to_json(options)))


def add_passkey(
    work: Work, party: RelyingParty, session: tuple[UUID, UUID], answer: str, name: str
) -> SecondFactor:
    """Keep a passkey that answered; `session` is whose it is and in which. Raises FactorRefused."""
    user_id, session_id = session
    challenge = _take_challenge(work, user_id, session_id, ChallengeUse.ADD)
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _refused() from None
    if _find(work, made.credential_id) is not None:
        raise FactorRefused(
            RULE,
            _("This passkey is known already."),
            reason="known_passkey",
            way_out=_("Use it as it is, or take another device."),
        )
    factor = SecondFactor(
        user_id=user_id,
        kind=FactorKind.PASSKEY,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(_read(answer)),
        created_at=work.now,
    )
    return add_factor(work, factor)


def check_passkey(
    work: Work, party: RelyingParty, session: tuple[UUID, UUID], answer: str
) -> SecondFactor:
    """The passkey that signed the challenge; its counter goes on. Raises FactorRefused."""
    user_id, session_id = session
    challenge = _take_challenge(work, user_id, session_id, ChallengeUse.PROVE)
    try:
        said = _read(answer)
        factor = _find(work, base64url_to_bytes(said["rawId"]))
        if factor is None or factor.user_id != user_id:
            raise _refused()
        shown = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=factor.public_key or b"",
            credential_current_sign_count=factor.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _refused() from None
    _count(work, factor, shown.new_sign_count)
    return factor


def _count(work: Work, factor: SecondFactor, count: int) -> None:
    """The counter rises, or stays at nought where a passkey has none; a copy is found out so."""
    rises = SecondFactor.sign_count < count
    has_none = (SecondFactor.sign_count == 0) & (count == 0)
    counted = guarded_update(
        work.session,
        SecondFactor,
        SecondFactor.id == factor.id,
        or_(rises, has_none),
        sign_count=count,
        used_at=work.now,
    )
    if counted != 1:
        raise _refused()


def _challenge(work: Work, user_id: UUID, session_id: UUID, use: ChallengeUse) -> bytes:
    """A new challenge for this session; earlier ones for the same use are answered no more."""
    old = PasskeyChallenge.session_id == session_id, PasskeyChallenge.use == use
    late = PasskeyChallenge.user_id == user_id, PasskeyChallenge.expires_at <= work.now
    for gone in (old, late):
        work.session.execute(
            delete(PasskeyChallenge).where(*gone),
            execution_options={"synchronize_session": False},
        )
    made = PasskeyChallenge(
        user_id=user_id,
        session_id=session_id,
        use=use,
        challenge=random_bytes(CHALLENGE_BYTES),
        expires_at=work.now + LIFETIME,
    )
    work.session.add(made)
    work.flush()
    return made.challenge


def _take_challenge(work: Work, user_id: UUID, session_id: UUID, use: ChallengeUse) -> bytes:
    """The open challenge of this session, which is answered by that. Raises FactorRefused."""
    found = work.session.scalar(
        select(PasskeyChallenge).where(
            PasskeyChallenge.user_id == user_id,
            PasskeyChallenge.session_id == session_id,
            PasskeyChallenge.use == use,
        )
    )
    still = PasskeyChallenge.used_at.is_(None), PasskeyChallenge.expires_at > work.now
    if found is not None:
        by_key = PasskeyChallenge.id == found.id
        if guarded_update(work.session, PasskeyChallenge, by_key, *still, used_at=work.now) == 1:
            return found.challenge
    raise _refused()


def _known(work: Work, user_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=factor.credential_id or b"",
            transports=[AuthenticatorTransport(word) for word in factor.transports],
        )
        for factor in list_kind(work.session, user_id, FactorKind.PASSKEY)
    ]


def _find(work: Work, credential_id: bytes) -> SecondFactor | None:
    return work.session.scalar(
        select(SecondFactor).where(SecondFactor.credential_id == credential_id)
    )


def _read(answer: str) -> dict[str, Any]:
    """What the browser sent. Raises ValueError."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("longer than any answer")
    try:
        said = json.loads(answer)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _transports(said: dict[str, Any]) -> list[str]:
    """How the browser can reach it, as far as it says so in words that are known."""
    answer = said.get("response")
    told = answer.get("transports") if isinstance(answer, dict) else None
    words = told if isinstance(told, list) else []
    return [word for word in words if isinstance(word, str) and word in _TRANSPORTS]


def _refused() -> FactorRefused:
    return FactorRefused(
        RULE,
        _("The passkey did not answer as it should."),
        reason="not_shown",
        way_out=_("Try it once more, or choose another way."),
    )
