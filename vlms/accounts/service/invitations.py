"""One-time links that set a password: sent, and sent again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vlms.accounts.links import PASSWORD_LIFETIME, end_links, make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, RoleGrant, User
from vlms.accounts.school_queries import list_schools_of
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post


def send_link(
    work: Work,
    user: User,
    organisation: Organisation | None = None,
    handed: Mapping[str, str] = MappingProxyType({}),
) -> OneTimeLink:
    """Write a mail with a new link to the user's own address; older links end.

    It invites to `organisation` while the user has no password; else it renews one. `handed`
    names the role that somebody hands over, and who.
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
        facts={**_facts(work, user, organisation), **handed},
    )
    post(work, mail, _recipient(user))
    return link


def tell_of_role(
    work: Work,
    user: User,
    organisation: Organisation,
    grant: RoleGrant,
    handed: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Tell somebody who can sign in already of a new role: no link is needed."""
    mail = Mail(
        "invitation",
        user.id,
        f"role:{grant.id}",
        organisation_id=organisation.id,
        facts={**_facts(work, user, organisation), **handed},
    )
    post(work, mail, _recipient(user))


def _facts(work: Work, user: User, organisation: Organisation | None) -> dict[str, str]:
    """What the mails name; `schools` only for who works for some schools alone."""
    facts = {"organisation": organisation.name if organisation else "VLMS", "email": user.email}
    schools = list_schools_of(work.session, organisation.id, user.id) if organisation else ()
    return {**facts, "schools": " · ".join(each.name for each in schools)} if schools else facts


def _recipient(user: User) -> Recipient:
    return Recipient(user.name, user.email, user.language)
