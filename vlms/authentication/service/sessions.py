"""Sessions: opened by a proof, carried through their steps, proved anew, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vlms.accounts.events import RoleEnded
from vlms.accounts.links import end_links
from vlms.accounts.models import LinkPurpose, User
from vlms.accounts.queries import list_grants, list_persons_of
from vlms.authentication.errors import SignInRefused
from vlms.authentication.events import ProviderChanged, ProviderIsOnlyWay
from vlms.authentication.factor_queries import has_factor, needs_factor
from vlms.authentication.models import SignInSession
from vlms.authentication.provider_queries import is_bound_to_provider, list_in_otherwise
from vlms.authentication.queries import digest, find_open, find_owner, find_unfinished
from vlms.authentication.rules.limits_of_sessions import LIFETIME, SEEN_EVERY
from vlms.authentication.rules.steps import Proof, SoFar, Step, next_step
from vlms.authentication.service.telling import ENDED, IN, OUT, tell
from vlms.authentication.service.visits import end_visits_in
from vlms.core.errors import NotFound, Topic
from vlms.core.scoping import guarded_update
from vlms.core.sign_in_names import has_no_mail
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work

_FACTORS = {Proof.FACTOR.value, Proof.PROVIDER_FACTOR.value}


@dataclass(frozen=True)
class Opening:
    """By which sign-in provider a session is opened, and when its user was last asked there."""

    provider_id: UUID
    shown_at: datetime | None


def open_session(work: Work, user: User, *proofs: Proof, by: Opening | None = None) -> str:
    """A new session for a user who has shown this; returns its secret for the cookie.

    It opens nothing while a step is still to come: its page follows by itself. Raises
    SignInRefused (G6) for whoever gets in by a provider alone and has shown something else.
    """
    if by is None and is_bound_to_provider(work.session, user):
        raise bound_to_provider()
    secret = random_text()
    opened = SignInSession(
        user_id=user.id,
        secret_digest=digest(secret),
        created_at=work.now,
        expires_at=work.now + LIFETIME,
        last_seen_at=work.now,
        proved_at=work.now if by is None else by.shown_at,
        provider_id=None if by is None else by.provider_id,
        proofs=sorted(proof.value for proof in proofs),
    )
    work.session.add(opened)
    work.flush()
    _complete(work, opened)
    return secret


def step_of(session: Session, found: SignInSession) -> Step:
    """What comes next in this session."""
    user = session.get_one(User, found.user_id)
    so_far = SoFar(
        proofs=frozenset(Proof(proof) for proof in found.proofs),
        has_factor=has_factor(session, user.id),
        needs_factor=needs_factor(session, user.id),
        has_mail=not has_no_mail(user.email),
    )
    return next_step(so_far)


def take_step(work: Work, secret: str, proof: Proof) -> str:
    """Add what was shown to an unfinished session; returns its new secret.

    The former secret opens nothing any more. Raises NotFound when the session is over.
    """
    found = find_unfinished(work.session, secret, work.now)
    if found is None:
        raise session_over()
    fresh = _prove(work, found, proof)
    _complete(work, found)
    return fresh


def prove_again(work: Work, secret: str, proof: Proof) -> str:
    """Note a fresh proof in an open session; returns its new secret, as `take_step` does."""
    found = find_open(work.session, secret, work.now)
    if found is None:
        raise session_over()
    return _prove(work, found, proof)


def sign_out(work: Work, secret: str) -> None:
    end_visits_in(work, secret)
    user_id = find_owner(work.session, secret)
    if user_id is not None and _end(work, SignInSession.secret_digest == digest(secret)):
        tell(work, OUT, user_id)


def end_session(work: Work, user_id: UUID, session_id: UUID) -> None:
    """End one session of a user; one that is not theirs stays."""
    _end_some(work, user_id, SignInSession.id == session_id)


def end_other_sessions(work: Work, user_id: UUID, kept_id: UUID) -> None:
    """End all sessions of a user but one."""
    _end_some(work, user_id, SignInSession.id != kept_id)


def end_on_losing_role(work: Work, event: RoleEnded) -> None:
    """Whoever has less to do here shows anew who they are."""
    with work.as_system("a role has ended"):
        end_sessions(work, event.user_id)


def end_links_on_losing_role(work: Work, event: RoleEnded) -> None:
    """An invitation that was taken back opens nothing, also by a link that was made besides."""
    with work.as_system("the last role of somebody without a password has ended"):
        user = work.session.get_one(User, event.user_id)
        if user.password_hash is None and not _is_expected(work.session, user.id):
            end_links(work, user.id, LinkPurpose.SET_PASSWORD)


def _is_expected(session: Session, user_id: UUID) -> bool:
    return bool(list_grants(session, user_id) or list_persons_of(session, user_id))


def end_on_changing_provider(work: Work, event: ProviderChanged) -> None:
    """What a provider has opened does not outlast it."""
    with work.as_system("a sign-in provider has changed"):
        theirs = SignInSession.provider_id == event.provider_id
        whose = [theirs, SignInSession.ended_at.is_(None)]
        if event.user_id is not None:
            whose.append(SignInSession.user_id == event.user_id)
        users = select(SignInSession.user_id).where(*whose).distinct()
        for user_id in work.session.scalars(users.order_by(SignInSession.user_id)).all():
            _end_some(work, user_id, theirs)


def end_on_only_way(work: Work, event: ProviderIsOnlyWay) -> None:
    """What passwords have opened for whoever is bound to the provider now."""
    with work.as_system("a sign-in provider is the only way in"):
        work.flush()
        for user in list_in_otherwise(work.session, event.provider_id, work.now):
            if is_bound_to_provider(work.session, user):
                _end_some(work, user.id, SignInSession.provider_id.is_(None))


def end_sessions(work: Work, user_id: UUID) -> None:
    """End all sessions of a user, at once."""
    _end_some(work, user_id)


def is_seldom_seen(found: SignInSession, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use."""
    return now - found.last_seen_at >= SEEN_EVERY


def see(work: Work, session_id: UUID) -> None:
    """The session is in use: its idle time begins anew."""
    guarded_update(
        work.session,
        SignInSession,
        SignInSession.id == session_id,
        SignInSession.last_seen_at < work.now,
        last_seen_at=work.now,
    )


def _end_some(work: Work, user_id: UUID, *which: ColumnElement[bool]) -> None:
    ended = _end(work, SignInSession.user_id == user_id, *which)
    if ended:
        tell(work, ENDED, user_id, count=ended)


def _end(work: Work, *whose: ColumnElement[bool]) -> int:
    return guarded_update(
        work.session, SignInSession, *whose, SignInSession.ended_at.is_(None), ended_at=work.now
    )


def turn_secret(work: Work, secret: str) -> str:
    """Another secret for an open session, without a fresh proof."""
    found = find_open(work.session, secret, work.now)
    if found is None:
        raise session_over()
    found.secret_digest = digest(turned := random_text())
    work.flush()
    return turned


def _prove(work: Work, found: SignInSession, proof: Proof) -> str:
    secret = random_text()
    found.proofs = sorted({*found.proofs, proof.value})
    found.proved_at = found.last_seen_at = work.now
    found.secret_digest = digest(secret)
    work.flush()
    return secret


def _complete(work: Work, found: SignInSession) -> None:
    if step_of(work.session, found) is Step.DONE:
        found.complete_at = work.now
        work.flush()
        tell(work, IN, found.user_id, second_factor=bool(_FACTORS & set(found.proofs)))


def bound_to_provider() -> SignInRefused:
    """For whoever has shown already who they are: to others nothing is said of it."""
    return SignInRefused(
        "G6",
        _("People of your organisation sign in with its sign-in provider alone."),
        reason="bound_to_provider",
        way_out=_("On the sign-in page choose to sign in with your organisation."),
        ask=Topic.ACCOUNT,
    )


def session_over() -> NotFound:
    return NotFound(
        None, _("Your session has ended."), way_out=_("Sign in again."), reason="session_over"
    )
