"""Signing in and out: sessions that the server keeps and can end."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import SignInSession, User
from vlms.accounts.passwords import is_password
from vlms.accounts.queries import find_user
from vlms.core.errors import DomainError
from vlms.core.scoping import guarded_update
from vlms.core.sign_in_names import kept_address
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work

LIFETIME = timedelta(hours=12)


class SignInRefused(DomainError):
    """Address or password is wrong; which of them is not said."""

    reason = "sign_in_refused"


def sign_in(work: Work, email: str, password: str) -> str:
    """Open a session; returns the secret for the cookie. Raises SignInRefused."""
    user = find_user(work.session, kept_address(email))
    known = is_password(password, user.password_hash if user else None)
    if not known or user is None or user.disabled_at is not None:
        raise SignInRefused(
            None,
            _("This address and password do not belong together."),
            way_out=_("Check both, or ask your administrator for a new link."),
        )
    return open_session(work, user)


def open_session(work: Work, user: User) -> str:
    """A new session for a user who has shown who they are; returns its secret."""
    secret = random_text()
    work.session.add(
        SignInSession(
            user_id=user.id,
            secret_digest=_digest(secret),
            created_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    return secret


def sign_out(work: Work, secret: str) -> None:
    guarded_update(
        work.session,
        SignInSession,
        SignInSession.secret_digest == _digest(secret),
        SignInSession.ended_at.is_(None),
        ended_at=work.now,
    )


def end_sessions(work: Work, user_id: UUID) -> None:
    """End all sessions of a user, at once."""
    guarded_update(
        work.session,
        SignInSession,
        SignInSession.user_id == user_id,
        SignInSession.ended_at.is_(None),
        ended_at=work.now,
    )


def find_signed_in(session: Session, secret: str, now: datetime) -> User | None:
    """Whose session this secret opens now."""
    return session.scalar(
        select(User)
        .join(SignInSession, SignInSession.user_id == User.id)
        .where(
            SignInSession.secret_digest == _digest(secret),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )


def find_owner(session: Session, secret: str) -> UUID | None:
    """Whose session this secret opened, though it may have ended by now."""
    return session.scalar(
        select(SignInSession.user_id).where(SignInSession.secret_digest == _digest(secret))
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
