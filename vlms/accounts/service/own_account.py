"""What a user changes of their own."""

from __future__ import annotations

from uuid import UUID

from vlms.accounts.queries import get_user
from vlms.core.language import Language
from vlms.core.work import Work


def change_own_account(
    work: Work, user_id: UUID, name: str, language: Language, time_zone: str
) -> None:
    user = get_user(work.session, user_id)
    user.name, user.language, user.time_zone = name, language, time_zone


def keep_language(work: Work, user_id: UUID, language: Language) -> None:
    """Pages, mails and papers speak it to this user from now on."""
    get_user(work.session, user_id).language = language
