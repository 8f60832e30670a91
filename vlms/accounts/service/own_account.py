"""What a user changes of their own."""

from __future__ import annotations

from uuid import UUID

from vlms.accounts.passwords import is_password
from vlms.accounts.queries import get_user
from vlms.accounts.service.invitations import set_password
from vlms.accounts.sign_in import SignInRefused, open_session
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import Work


def change_own_account(
    work: Work, user_id: UUID, name: str, language: Language, time_zone: str
) -> None:
    user = get_user(work.session, user_id)
    user.name, user.language, user.time_zone = name, language, time_zone


def keep_language(work: Work, user_id: UUID, language: Language) -> None:
    """Pages, mails and papers speak it to this user from now on."""
    get_user(work.session, user_id).language = language


def change_own_password(work: Work, user_id: UUID, present: str, wanted: str) -> str:
    """All sessions end; returns the secret of a new one. Raises SignInRefused, BadInput."""
    user = get_user(work.session, user_id)
    if not is_password(present, user.password_hash):
        raise SignInRefused(
            None,
            _("This is not your present password."),
            field="present",
            way_out=_("Enter the password with which you signed in."),
        )
    set_password(work, user, wanted)
    return open_session(work, user)
