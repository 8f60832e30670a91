"""Tells whoever gives roles that their organisation's sign-in provider is another, or is on (G6).

Whoever runs a provider can come in as any of its people: no single administrator brings that
about without the others hearing of it.
"""

from __future__ import annotations

from vlms.accounts.queries import get_organisation, list_users_who_may
from vlms.authentication.provider_models import SignInProvider
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

CHANGED, SWITCHED_ON = "changed", "switched_on"
_TEMPLATE = "provider_changed"


def tell_admins(work: Work, provider: SignInProvider, act: str) -> None:
    """All of them, whoever did it too."""
    place = get_organisation(work.session, provider.organisation_id)
    facts = {
        "by": work.actor.name,
        "organisation": place.name,
        "issuer": provider.issuer,
        "act": act,
    }
    for user in list_users_who_may(work.session, place.id, Permission.GRANT_ROLES):
        key = f"{_TEMPLATE}:{provider.id}:{act}:{user.id}:{work.now.isoformat()}"
        mail = Mail(_TEMPLATE, provider.id, key, organisation_id=place.id, facts=facts)
        post(work, mail, Recipient(user.name, user.email, user.language))
