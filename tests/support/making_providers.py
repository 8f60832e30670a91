"""Makes sign-in providers, and walks through them as a browser does."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from werkzeug.test import TestResponse

from tests.support.hostile_provider import CLIENT, SECRET, HostileProvider
from tests.support.making_factors import make_foreign_factor
from tests.support.making_foreign import CANARY
from tests.support.pages import CheckingClient
from vlms.authentication.provider_models import (
    ProviderDomain,
    ProviderIdentity,
    SignInProvider,
)
from vlms.authentication.provider_queries import list_domains
from vlms.authentication.service.provider_settings import (
    ProviderFacts,
    confirm_domain,
    note_tested,
    save_provider,
    switch_on,
)
from vlms.core.work import Work


def make_provider(
    work: Work,
    organisation_id: UUID,
    issuer: str,
    domains: tuple[str, ...] = ("contoso.example",),
    *,
    proves_factor: bool = False,
) -> SignInProvider:
    """One that is on, its domains confirmed."""
    facts = ProviderFacts(issuer, CLIENT, SECRET, domains, proves_factor)
    provider = save_provider(work, organisation_id, facts)
    note_tested(work, organisation_id)
    switch_on(work, organisation_id)
    for one in list_domains(work.session, provider.id):
        confirm_domain(work, one.id, "A record stands in the name server")
    return provider


def go(client: CheckingClient, provider: HostileProvider, at: str = "/sign-in/with/contoso") -> str:
    """Begin, and sign in at the provider; the address at which it sends the browser back."""
    begun = client.get(at)
    assert begun.status_code == 302, begun.get_data(as_text=True)
    back = provider.visit(begun.headers["Location"])
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def come_back(
    client: CheckingClient, provider: HostileProvider, at: str = "/sign-in/with/contoso"
) -> TestResponse:
    """All of it: the answer to the browser that was sent back."""
    return client.get(go(client, provider, at))


def make_foreign_ways_in(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Somebody's second factor, an organisation's provider, its domain, and whom it has shown."""
    made = make_foreign_factor(work)
    provider = SignInProvider(
        organisation_id=owner_id,
        issuer=f"https://login.example/{CANARY}",
        client_id=CANARY,
        sealed_secret=b"sealed",
        created_at=work.now,
    )
    work.session.add(provider)
    work.flush()
    domain = ProviderDomain(
        organisation_id=owner_id, provider_id=provider.id, domain="hongyuan.example"
    )
    identity = ProviderIdentity(
        organisation_id=owner_id,
        user_id=made["user_id"],
        issuer=provider.issuer,
        subject=CANARY,
        linked_at=work.now,
        used_at=work.now,
    )
    work.session.add_all([domain, identity])
    work.flush()
    keys = {"provider_id": provider.id, "domain_id": domain.id, "identity_id": identity.id}
    return {**made, **keys}
