"""One-time links that set a password: sent, sent again, opened."""

from __future__ import annotations

from vlms.accounts.links import PASSWORD_LIFETIME, end_links, get_open_link, make_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, RoleGrant, User
from vlms.accounts.passwords import check_password, hash_password
from vlms.accounts.queries import get_user
from vlms.accounts.school_queries import list_schools_of
from vlms.accounts.sign_in import end_sessions, open_session
from vlms.audit.service import journal
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post


def send_link(work: Work, user: User, organisation: Organisation | None = None) -> OneTimeLink:
    """Write a mail with a new link to the user's own address; older links end.

    It invites to `organisation` while the user has no password; else it renews one.
    """
    organisation_id = organisation.id if organisation else None
    end_links(work, user.id, LinkPurpose.SET_PASSWORD)
    link = make_link(
        work,
        LinkPurpose.SET_PASSWORD,
        user.id,
        PASSWORD_LIFETIME,
        organisation_id=organisation_id,
    )
    invites = user.password_hash is None
    mail = Mail(
        "invitation" if invites else "password_link",
        user.id,
        f"link:{link.id}",
        organisation_id=organisation_id,
        link_id=link.id,
        facts=_facts(work, user, organisation),
    )
    post(work, mail, _recipient(user))
    return link


def tell_of_role(work: Work, user: User, organisation: Organisation, grant: RoleGrant) -> None:
    """Tell somebody who can sign in already of a new role: no link is needed."""
    mail = Mail(
        "invitation",
        user.id,
        f"role:{grant.id}",
        organisation_id=organisation.id,
        facts=_facts(work, user, organisation),
    )
    post(work, mail, _recipient(user))


def get_invited(work: Work, token: str) -> User:
    """Whose password the link sets. Raises NotFound once it is closed."""
    return _open(work, token)[1]


def choose_password(work: Work, token: str, password: str) -> str:
    """Set the password and open a session; returns its secret. Other sessions and links end.

    Raises NotFound (the link is closed), BadInput (the password), Conflict (used just now).
    """
    link, user = _open(work, token)
    check_password(password)
    use_link(work, link)
    set_password(work, user, password)
    return open_session(work, user)


def set_password(work: Work, user: User, password: str) -> None:
    """Whoever knew the old one, or had a link, is out. Raises BadInput."""
    check_password(password)
    user.password_hash = hash_password(password)
    end_links(work, user.id, LinkPurpose.SET_PASSWORD)
    end_sessions(work, user.id)
    journal(work, "user.password_set", ("user", user.id, None))


def _open(work: Work, token: str) -> tuple[OneTimeLink, User]:
    link = get_open_link(work, token, LinkPurpose.SET_PASSWORD)
    user = get_user(work.session, link.subject_id)
    if user.disabled_at is not None:
        raise NotFound(None, _("This account is closed."))
    return link, user


def _facts(work: Work, user: User, organisation: Organisation | None) -> dict[str, str]:
    """What the mails name; `schools` only for who works for some schools alone."""
    facts = {"organisation": organisation.name if organisation else "VLMS", "email": user.email}
    schools = list_schools_of(work.session, organisation.id, user.id) if organisation else ()
    return {**facts, "schools": " · ".join(each.name for each in schools)} if schools else facts


def _recipient(user: User) -> Recipient:
    return Recipient(user.name, user.email, user.language)
