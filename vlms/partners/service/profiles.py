"""Proving a certification profile by a mailed code, and what its user says of it (K1, R5).

The code is derived from a key and never stored; the mail names what it is derived from.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import User
from vlms.accounts.queries import get_user
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, NotFound, TooMany, Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tries import count_failure, count_try, uncount_failure, watch
from vlms.core.work import Work, key_ring
from vlms.notices.outbox import Mail, Recipient, post
from vlms.partners.errors import LinkRefused
from vlms.partners.models.links import CertificationProfile, ProfileClaim
from vlms.partners.queries.links import find_running
from vlms.partners.queries.profiles import (
    find_claim,
    get_profile,
    has_proved_address,
    list_profiles,
)
from vlms.partners.rules.profiles import AccountKind

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
# Mails an hour, by who asks and by where they go.
MOST_BY_USER = 6
MOST_BY_ADDRESS = 6
BY_USER, BY_ADDRESS = "profile_code_by_account", "profile_code_by_address"
CODES = "profile_code"
watch(CODES)
_DIGITS = 6


@dataclass(frozen=True)
class ProfileWish:
    """The MCID that somebody says is theirs, its mail address, the kind of its account."""

    mcid: str
    email: str
    kind: AccountKind


def may_prove_at_once(work: Work, email: str) -> bool:
    """Whether this is the address that the user signs in with and has proved."""
    user = own_user(work)
    return email == user.email and has_proved_address(work.session, user)


def claim_profile(work: Work, wish: ProfileWish) -> None:
    """Mail a code to the MCID's address; the code before it ends. Raises TooMany."""
    user = own_user(work)
    count_try(work, BY_USER, str(user.id), MOST_BY_USER)
    count_try(work, BY_ADDRESS, wish.email, MOST_BY_ADDRESS)
    own = select(ProfileClaim).where(ProfileClaim.user_id == user.id)
    claim = work.session.scalar(own)
    if claim is None:
        claim = ProfileClaim(user_id=user.id)
        work.session.add(claim)
    claim.mcid, claim.email, claim.account_kind = wish.mcid, wish.email, wish.kind
    claim.sent_at, claim.expires_at = work.now, work.now + LIFETIME
    claim.try_count, claim.code_digest, claim.used_at = 0, "", None
    with refusing_doubles(work, uq_profile_claim_user_id=_asked_at_once()):
        work.flush()
    basis = f"{claim.id}|{work.now.isoformat()}"
    claim.code_digest = _digest(work, user.id, code_of(basis))
    facts = {"basis": basis, "mcid": wish.mcid}
    mail = Mail("profile_code", claim.id, f"profile-code:{basis}"[:120], facts=facts)
    post(work, mail, Recipient(user.name, wish.email, user.language))


def send_again(work: Work) -> None:
    """Another code to the same address. Raises NotFound, TooMany."""
    claim = _waiting(work)
    claim_profile(work, ProfileWish(claim.mcid, claim.email, claim.account_kind))


def count_profile_try(work: Work) -> None:
    """Count a try before its code is looked at. Raises NotFound, TooMany after the fifth."""
    claim = _waiting(work)
    counted = guarded_update(
        work.session,
        ProfileClaim,
        ProfileClaim.id == claim.id,
        ProfileClaim.try_count < MOST_TRIES,
        try_count=ProfileClaim.try_count + 1,
    )
    if counted != 1:
        raise TooMany(
            "K1",
            _("This code was mistyped too often."),
            way_out=_("Have a new one sent."),
        )
    count_failure(work, CODES)


def prove_profile(work: Work, typed: str) -> CertificationProfile:
    """Take the code of the last mail: the MCID is the user's. Raises LinkRefused, Conflict."""
    claim = _waiting(work)
    taken = guarded_update(
        work.session,
        ProfileClaim,
        ProfileClaim.id == claim.id,
        ProfileClaim.code_digest == _digest(work, claim.user_id, "".join(typed.split())),
        ProfileClaim.used_at.is_(None),
        ProfileClaim.expires_at > work.now,
        used_at=work.now,
    )
    if taken != 1:
        raise LinkRefused(
            "K1",
            _("This is not the code of the last mail, or it is older than ten minutes."),
            reason="wrong_code",
            field="code",
            way_out=_("Look at the last mail, or have a new one sent."),
        )
    uncount_failure(work, CODES)
    return _keep(work, ProfileWish(claim.mcid, claim.email, claim.account_kind))


def prove_at_once(work: Work, wish: ProfileWish) -> CertificationProfile:
    """The MCID's address is the one that the user has proved by signing in: no mail is needed.

    Raises LinkRefused for any other address, Conflict.
    """
    if not may_prove_at_once(work, wish.email):
        raise LinkRefused(
            "K1",
            _("You have not proved yet that mail to this address reaches you."),
            reason="not_proved",
            field="email",
            way_out=_("Have a code sent to it."),
        )
    return _keep(work, wish)


def tell_learning(
    work: Work, profile_id: UUID, kind: AccountKind, account: str, *, is_linked: bool
) -> None:
    """What the user says of the learning profile (R5). Raises NotFound."""
    profile = get_profile(work.session, own_user(work).id, profile_id)
    work.does("certification_profile.told")
    profile.learning_kind, profile.learning_account = kind, account
    profile.is_learning_linked = is_linked


def tell_merged(work: Work, gone_id: UUID) -> CertificationProfile:
    """Certification support has merged this profile into the user's other one (R5).

    What is linked stays linked, with the MCID that stays. Raises NotFound, LinkRefused.
    """
    user_id = own_user(work).id
    gone = get_profile(work.session, user_id, gone_id)
    others = [one for one in list_profiles(work.session, user_id) if one.id != gone.id]
    if not others:
        raise LinkRefused(
            "R5",
            _("You have one certification profile only: there is nothing to merge."),
            reason="nothing_to_merge",
            way_out=_("Prove the other MCID first."),
        )
    stays = others[-1]
    work.does("certification_profile.merged")
    gone.merged_into_id, gone.ended_at = stays.id, work.now
    running = find_running(work.session, user_id)
    if running is not None:
        running.profile_id, running.mcid = stays.id, stays.mcid
    return stays


def code_of(basis: str) -> str:
    """The six digits that a mail shows; made of what it names and a key."""
    derived = hmac.digest(key_ring().link, b"profile code|" + basis.encode(), "sha256")
    return str(int.from_bytes(derived) % 10**_DIGITS).zfill(_DIGITS)


def own_user(work: Work) -> User:
    """Who acts. Raises NotFound for who has not signed in."""
    if work.actor.user_id is None:
        raise NotFound("K1", _("Only the person proves and links an MCID."))
    return get_user(work.session, work.actor.user_id)


def _keep(work: Work, wish: ProfileWish) -> CertificationProfile:
    """A profile that is proved anew keeps its links; its address and kind are as proved now."""
    user = own_user(work)
    work.does("certification_profile.proved")
    known = {one.mcid: one for one in list_profiles(work.session, user.id)}
    profile = known.get(wish.mcid)
    if profile is None:
        profile = CertificationProfile(
            user_id=user.id, mcid=wish.mcid, link_count=0, is_learning_linked=False
        )
        work.session.add(profile)
    profile.email, profile.account_kind, profile.proved_at = wish.email, wish.kind, work.now
    with refusing_doubles(work, uq_certification_profile_mcid=_is_anothers()):
        work.flush()
    return profile


def _is_anothers() -> Conflict:
    return Conflict(
        "K1",
        _("This MCID is proved by another account of VLMS already."),
        reason="mcid_taken",
        way_out=_("Sign in with that account; one MCID belongs to one user."),
        ask=Topic.CERTIFICATION_PROFILES,
    )


def _asked_at_once() -> Conflict:
    return Conflict(
        "K1",
        _("A code was asked for at the same moment."),
        reason="asked_at_once",
        way_out=_("Look at the last mail."),
    )


def _waiting(work: Work) -> ProfileClaim:
    claim = find_claim(work.session, own_user(work).id)
    if claim is None:
        raise NotFound(
            "K1",
            _("No MCID of yours waits to be proved."),
            way_out=_("Enter it first."),
        )
    return claim


def _digest(work: Work, user_id: UUID, code: str) -> str:
    basis = f"profile code|{user_id}|{code}"
    return hmac.digest(work.keys.index, basis.encode(), "sha256").hex()
