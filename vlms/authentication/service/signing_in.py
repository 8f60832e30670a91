"""Signing in with a password."""

from __future__ import annotations

from vlms.accounts.models import User
from vlms.accounts.queries import find_user
from vlms.authentication.errors import SignInRefused
from vlms.authentication.passwords import is_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import open_session, prove_again
from vlms.core.errors import Topic
from vlms.core.sign_in_names import kept_address
from vlms.core.text import _
from vlms.core.work import Work


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
    return open_session(work, user, Proof.PASSWORD)


def prove_by_password(work: Work, secret: str, password: str) -> str:
    """Show again who one is; returns the session's new secret. Raises SignInRefused, NotFound."""
    user = work.session.get(User, work.actor.user_id)
    if not is_password(password, user.password_hash if user else None):
        raise SignInRefused(
            None,
            _("This is not your present password."),
            field="password",
            way_out=_("Enter the password with which you signed in."),
            ask=Topic.ACCOUNT,
        )
    return prove_again(work, secret, Proof.PASSWORD)
