"""Setting a password: by a one-time link, or one's own in place of the present one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.links import end_links, get_open_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, User
from vlms.accounts.queries import get_user
from vlms.audit.service import journal
from vlms.authentication.errors import SignInRefused
from vlms.authentication.factor_queries import has_factor, needs_factor
from vlms.authentication.passwords import hash_password, is_password
from vlms.authentication.provider_queries import is_bound_to_provider
from vlms.authentication.queries import find_open, list_own_words
from vlms.authentication.rules.passwords import SHORTEST_ALONE, SHORTEST_BESIDE, check_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import (
    bound_to_provider,
    end_other_sessions,
    end_sessions,
    open_session,
    prove_again,
    session_over,
    turn_secret,
)
from vlms.core.errors import BadInput, NotFound
from vlms.core.text import _
from vlms.core.work import Work


def get_invited(work: Work, token: str) -> User:
    """Whose password the link sets. Raises NotFound once it is closed."""
    return _open(work, token)[1]


def choose_password(work: Work, token: str, password: str) -> str:
    """Set the password and open a session; returns its secret. Other sessions and links end.

    Raises NotFound (the link is closed), BadInput (the password), Conflict (used just now).
    """
    link, user = _open(work, token)
    _check(work, user, password)
    use_link(work, link)
    set_password(work, user, password)
    return open_session(work, user, Proof.MAILED_LINK)


def change_own_password(
    work: Work, user_id: UUID, present: str, wanted: str, secret: str | None = None
) -> str:
    """All other sessions end; the one with `secret` goes on with what was shown in it.

    Returns its new secret, or that of a new session. Raises SignInRefused, BadInput, NotFound.
    """
    user = get_user(work.session, user_id)
    if not is_password(present, user.password_hash):
        raise SignInRefused(
            None,
            _("This is not your present password."),
            field="present",
            way_out=_("Enter the password with which you signed in."),
        )
    if is_bound_to_provider(work.session, user):
        raise bound_to_provider()
    kept = None if secret is None else find_open(work.session, secret, work.now)
    if secret is not None and (kept is None or kept.user_id != user_id):
        raise session_over()
    set_password(work, user, wanted, kept.id if kept else None)
    if secret is None:
        return open_session(work, user, Proof.PASSWORD, Proof.DEVICE)
    if has_factor(work.session, user_id):
        # The password is no fresh proof of theirs (G4), though it was right just now.
        return turn_secret(work, secret)
    return prove_again(work, secret, Proof.PASSWORD)


def set_password(work: Work, user: User, password: str, kept_id: UUID | None = None) -> None:
    """Whoever knew the old one, or had a link, is out; one session may stay.

    Raises BadInput, also for the present one: nobody who knew it would be out then.
    """
    _check(work, user, password)
    if user.password_hash is not None and is_password(password, user.password_hash):
        raise BadInput(
            "G1",
            _("This is the present password."),
            field="password",
            way_out=_("Choose another one, or keep it: no password ends by itself."),
            reason="same_password",
        )
    user.password_hash = hash_password(password)
    end_links(work, user.id, LinkPurpose.SET_PASSWORD)
    if kept_id is None:
        end_sessions(work, user.id)
    else:
        end_other_sessions(work, user.id, kept_id)
    journal(work, "user.password_set", ("user", user.id, None))


def shortest_of(session: Session, user_id: UUID) -> int:
    """How long this user's password must be: a second factor, or the need of one, allows a
    shorter one (G1).
    """
    beside = has_factor(session, user_id) or needs_factor(session, user_id)
    return SHORTEST_BESIDE if beside else SHORTEST_ALONE


def _check(work: Work, user: User, password: str) -> None:
    """Raises BadInput (G1)."""
    shortest = shortest_of(work.session, user.id)
    check_password(password, list_own_words(work.session, user), shortest=shortest)


def _open(work: Work, token: str) -> tuple[OneTimeLink, User]:
    link = get_open_link(work, token, LinkPurpose.SET_PASSWORD)
    user = get_user(work.session, link.subject_id)
    if user.disabled_at is not None:
        raise NotFound(None, _("This account is closed."))
    return link, user
