"""Finds sessions by the secret of a cookie, and what everybody knows of a user."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person, RoleGrant, User
from vlms.authentication.models import KnownDevice, SignInSession
from vlms.authentication.rules.limits_of_sessions import IDLE, UNFINISHED


def find_open(session: Session, secret: str, now: datetime) -> SignInSession | None:
    """The session that this secret opens now."""
    return _find(session, secret, SignInSession.complete_at.is_not(None), *_lasting(now))


def find_open_and_user(
    session: Session, secret: str, now: datetime
) -> tuple[SignInSession, User] | None:
    """The session that this secret opens now and whose it is, by one statement."""
    found = session.execute(
        select(SignInSession, User)
        .join(User, SignInSession.user_id == User.id)
        .where(
            SignInSession.secret_digest == digest(secret),
            SignInSession.complete_at.is_not(None),
            *_lasting(now),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def find_unfinished(session: Session, secret: str, now: datetime) -> SignInSession | None:
    """The session with this secret whose last step is still to come; it opens nothing."""
    began = SignInSession.created_at > now - UNFINISHED
    return _find(session, secret, SignInSession.complete_at.is_(None), began, *_lasting(now))


def find_signed_in(session: Session, secret: str, now: datetime) -> User | None:
    """Whose session this secret opens now."""
    found = find_open(session, secret, now)
    return None if found is None else session.get_one(User, found.user_id)


def find_owner(session: Session, secret: str) -> UUID | None:
    """Whose session this secret opened, though it may have ended by now."""
    return session.scalar(
        select(SignInSession.user_id).where(SignInSession.secret_digest == digest(secret))
    )


def list_sessions(session: Session, user_id: UUID, now: datetime) -> Sequence[SignInSession]:
    """A user's sessions that open something now, the one seen last first."""
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.complete_at.is_not(None),
            *is_in_use(now),
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
    ).all()


def is_own(session: Session, user_id: UUID, session_id: UUID) -> bool:
    """Whether this is a session of that user, open or ended."""
    own = select(SignInSession.id).where(
        SignInSession.id == session_id, SignInSession.user_id == user_id
    )
    return session.scalar(own) is not None


def find_device_of(session: Session, kept_address: str, device: str) -> KnownDevice | None:
    """The device with this secret, where whoever has the address signed in with it before."""
    return session.scalar(
        select(KnownDevice)
        .join(User, KnownDevice.user_id == User.id)
        .where(User.email == kept_address, KnownDevice.secret_digest == digest(device))
    )


def list_own_words(session: Session, user: User) -> list[str]:
    """What others know of a user: name, address, and the names of their organisations."""
    with_role = select(RoleGrant.organisation_id).where(RoleGrant.user_id == user.id)
    as_person = select(Person.organisation_id).where(Person.user_id == user.id)
    organisations = session.scalars(
        select(Organisation.name).where(
            Organisation.id.in_(with_role) | Organisation.id.in_(as_person)
        )
    )
    return [user.name, user.email, *organisations]


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_in_use(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions for a session that has reached neither of its limits."""
    return (
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE,
    )


def _lasting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*is_in_use(now), User.disabled_at.is_(None))


def _find(session: Session, secret: str, *conditions: ColumnElement[bool]) -> SignInSession | None:
    return session.scalar(
        select(SignInSession)
        .join(User, SignInSession.user_id == User.id)
        .where(SignInSession.secret_digest == digest(secret), *conditions)
    )
