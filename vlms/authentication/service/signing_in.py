"""Signing in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.accounts.queries import find_user
from vlms.authentication.errors import SignInRefused
from vlms.authentication.factor_queries import has_factor
from vlms.authentication.passwords import is_password
from vlms.authentication.provider_queries import is_bound_to_provider
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import bound_to_provider, open_session, prove_again
from vlms.core.errors import Topic
from vlms.core.sign_in_names import kept_address
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Checked:
    """Whose password it was, and the hash that it was compared with."""

    user_id: UUID
    password_hash: str


def check_sign_in(session: Session, email: str, password: str) -> Checked:
    """Compare a password, on a session that only reads: it takes long. Raises SignInRefused."""
    user = find_user(session, kept_address(email))
    stored = None if user is None or user.disabled_at is not None else user.password_hash
    if not is_password(password, stored) or user is None or stored is None:
        raise _refused()
    return Checked(user.id, stored)


def open_checked(work: Work, checked: Checked, *more: Proof) -> str:
    """Open a session; returns the secret for the cookie.

    Raises SignInRefused when the password or the account has changed in between.
    """
    user = work.session.get_one(User, checked.user_id)
    if user.password_hash != checked.password_hash or user.disabled_at is not None:
        raise _refused()
    return open_session(work, user, Proof.PASSWORD, *more)


def sign_in(work: Work, email: str, password: str) -> str:
    """Both at once, on a device that is known."""
    return open_checked(work, check_sign_in(work.session, email, password), Proof.DEVICE)


def prove_by_password(work: Work, secret: str, password: str) -> str:
    """Show again who one is; returns the session's new secret.

    Raises SignInRefused, also for who has a second factor: a session that was opened before it
    was added would show nothing of it; NotFound.
    """
    user = work.session.get(User, work.actor.user_id)
    if not is_password(password, user.password_hash if user else None):
        raise SignInRefused(
            None,
            _("This is not your present password."),
            field="password",
            way_out=_("Enter the password with which you signed in."),
            ask=Topic.ACCOUNT,
        )
    if user is not None and has_factor(work.session, user.id):
        raise SignInRefused(
            "G4",
            _("You have a second factor: the password alone does not show that it is you."),
            way_out=_("Use your app or your passkey, or sign in again with a recovery code."),
            ask=Topic.ACCOUNT,
        )
    if user is not None and is_bound_to_provider(work.session, user):
        raise bound_to_provider()
    return prove_again(work, secret, Proof.PASSWORD)


def _refused() -> SignInRefused:
    return SignInRefused(
        None,
        _("This address and password do not belong together."),
        way_out=_(
            "Check both; if you have forgotten the password, have a link sent for a new one."
        ),
    )
