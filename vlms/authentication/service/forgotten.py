"""A link for who has forgotten the password."""

from __future__ import annotations

from datetime import timedelta

from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, User
from vlms.accounts.queries import find_user
from vlms.authentication.provider_queries import is_bound_to_provider
from vlms.core.sign_in_names import has_no_mail, kept_address
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

LIFETIME = timedelta(minutes=30)


def ask_for_link(work: Work, typed: str) -> None:
    """Mail a link to the address that is kept, never to the one that was typed.

    Does nothing for an unknown address, a closed account, who has no mailbox, and who gets in
    by a sign-in provider alone (G6). Other links
    stay open: whoever asks in another's name ends nothing.
    """
    user = find_user(work.session, kept_address(typed))
    if user is None or user.disabled_at is not None or has_no_mail(user.email):
        return
    if is_bound_to_provider(work.session, user):
        return
    _send(work, user)


def _send(work: Work, user: User) -> None:
    link = make_link(work, LinkPurpose.SET_PASSWORD, user.id, LIFETIME)
    mail = Mail("forgotten_password", user.id, f"link:{link.id}", link_id=link.id)
    post(work, mail, Recipient(user.name, user.email, user.language))
