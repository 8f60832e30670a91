"""Finds sign-in providers: of an organisation, for a mail address, of a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.authentication.factor_queries import is_known_only_in
from vlms.authentication.models import SignInSession
from vlms.authentication.provider_models import ProviderDomain, ProviderIdentity, SignInProvider
from vlms.authentication.rules.provider_facts import Standing, domain_of
from vlms.core.errors import NotFound
from vlms.core.text import _


@dataclass(frozen=True)
class Told:
    """What a way in needs of a provider; nothing secret."""

    id: UUID
    organisation_id: UUID
    slug: str
    name: str
    issuer: str
    client_id: str
    proves_factor: bool
    domains: frozenset[str]


def find_provider(session: Session, organisation_id: UUID) -> SignInProvider | None:
    """The organisation's provider, on or off."""
    return session.scalar(
        select(SignInProvider).where(SignInProvider.organisation_id == organisation_id)
    )


def get_provider(session: Session, organisation_id: UUID) -> SignInProvider:
    """Raises NotFound."""
    found = find_provider(session, organisation_id)
    if found is None:
        raise NotFound(
            None,
            _("This organisation has no sign-in provider."),
            way_out=_("Set one up first."),
        )
    return found


def get_provider_by_id(session: Session, provider_id: UUID) -> SignInProvider:
    """Raises NotFound."""
    found = session.scalar(select(SignInProvider).where(SignInProvider.id == provider_id))
    if found is None:
        raise NotFound(None, _("This organisation has no sign-in provider."))
    return found


def find_open_provider(session: Session, slug: str) -> Told | None:
    """The provider by which people of this organisation get in now."""
    found = session.execute(
        select(SignInProvider, Organisation)
        .join(Organisation, Organisation.id == SignInProvider.organisation_id)
        .where(Organisation.slug == slug, SignInProvider.is_on)
    ).one_or_none()
    return None if found is None else _told(session, found[0], found[1])


def hold_provider(session: Session, provider_id: UUID) -> Told | None:
    """The provider as it stands now, if it is on; who changes it waits until this is written."""
    provider = session.scalar(
        select(SignInProvider)
        .where(SignInProvider.id == provider_id)
        .with_for_update(read=True, of=SignInProvider)
        .execution_options(populate_existing=True)
    )
    if provider is None or not provider.is_on:
        return None
    return _told(session, provider, session.get_one(Organisation, provider.organisation_id))


def find_slug_for(session: Session, address: str) -> str | None:
    """The organisation whose provider answers for an address, whether or not it is anybody's."""
    return session.scalar(
        select(Organisation.slug)
        .join(SignInProvider, SignInProvider.organisation_id == Organisation.id)
        .join(ProviderDomain, ProviderDomain.provider_id == SignInProvider.id)
        .where(
            SignInProvider.is_on,
            ProviderDomain.confirmed_at.is_not(None),
            ProviderDomain.domain == domain_of(address),
        )
    )


def is_any_open(session: Session) -> bool:
    """Whether the sign-in page has to offer providers at all."""
    return (
        session.scalar(select(SignInProvider.id).where(SignInProvider.is_on).limit(1)) is not None
    )


def is_bound_to_provider(session: Session, user: User) -> bool:
    """Whether the user gets in by their organisation's provider alone (G6).

    Never who has a role or a claimed entry in another organisation, and never the operators.
    """
    organisation_id = find_only_way(session, user.email)
    return organisation_id is not None and is_known_only_in(session, user.id, organisation_id)


def find_only_way(session: Session, address: str) -> UUID | None:
    """The organisation by whose provider alone its people with such an address get in."""
    return session.scalar(
        select(SignInProvider.organisation_id)
        .join(ProviderDomain, ProviderDomain.provider_id == SignInProvider.id)
        .join(Organisation, Organisation.id == SignInProvider.organisation_id)
        .where(
            SignInProvider.is_on,
            SignInProvider.is_exclusive,
            SignInProvider.suspended_at.is_(None),
            Organisation.kind != OrganisationKind.OPERATOR,
            ProviderDomain.confirmed_at.is_not(None),
            ProviderDomain.domain == domain_of(address),
        )
    )


def is_still_good(session: Session, found: SignInSession) -> bool:
    """Whether its provider is on and may speak for a session's user, who is known there alone."""
    if found.provider_id is None:
        return True
    provider = get_provider_by_id(session, found.provider_id)
    return provider.is_on and is_known_only_in(session, found.user_id, provider.organisation_id)


def find_organisation_of(session: Session, session_id: UUID | None) -> UUID | None:
    """The organisation whose provider has opened this session, if one has."""
    return session.scalar(
        select(SignInProvider.organisation_id)
        .join(SignInSession, SignInSession.provider_id == SignInProvider.id)
        .where(SignInSession.id == session_id)
    )


def find_provider_of(session: Session, session_id: UUID | None) -> Told | None:
    """The provider that has opened this session, while it is on."""
    found = session.execute(
        select(SignInProvider, Organisation)
        .join(Organisation, Organisation.id == SignInProvider.organisation_id)
        .join(SignInSession, SignInSession.provider_id == SignInProvider.id)
        .where(SignInSession.id == session_id, SignInProvider.is_on)
    ).one_or_none()
    return None if found is None else _told(session, found[0], found[1])


def has_come_in_by(session: Session, told: Told, user_id: UUID) -> bool:
    """Whether a session of the provider has come about since it was bound to the user."""
    identity, opened = ProviderIdentity, SignInSession
    found = (
        select(opened.id)
        .join(identity, identity.user_id == opened.user_id)
        .where(
            identity.organisation_id == told.organisation_id,
            opened.user_id == user_id,
            opened.provider_id == told.id,
            opened.created_at >= identity.linked_at,
            opened.complete_at.is_not(None),
        )
    )
    return session.scalar(found.limit(1)) is not None


def list_in_otherwise(session: Session, provider_id: UUID, now: datetime) -> Sequence[User]:
    """Who has an address of its domains, and an open session that no provider has opened."""
    domains = [one.domain for one in list_domains(session, provider_id) if one.confirmed_at]
    in_now = select(SignInSession.user_id).where(
        SignInSession.provider_id.is_(None),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
    )
    users = session.scalars(select(User).where(User.id.in_(in_now)).order_by(User.id))
    return [user for user in users if domain_of(user.email) in domains]


def list_domains(session: Session, provider_id: UUID) -> Sequence[ProviderDomain]:
    return session.scalars(
        select(ProviderDomain)
        .where(ProviderDomain.provider_id == provider_id)
        .order_by(ProviderDomain.domain)
    ).all()


def list_identities(
    session: Session, organisation_id: UUID
) -> Sequence[tuple[ProviderIdentity, User]]:
    """Who has signed in with an organisation's provider, by address."""
    found = session.execute(
        select(ProviderIdentity, User)
        .join(User, User.id == ProviderIdentity.user_id)
        .where(ProviderIdentity.organisation_id == organisation_id)
        .order_by(User.email)
    )
    return [(identity, user) for identity, user in found]


def list_all(session: Session) -> Sequence[tuple[SignInProvider, Organisation]]:
    """Every provider with its organisation, by name."""
    found = session.execute(
        select(SignInProvider, Organisation)
        .join(Organisation, Organisation.id == SignInProvider.organisation_id)
        .order_by(Organisation.search_name)
    )
    return [(provider, organisation) for provider, organisation in found]


def standing_of(session: Session, provider: SignInProvider, organisation: Organisation) -> Standing:
    """What decides whether it may become the only way in."""
    linked = session.scalar(
        select(func.count(ProviderIdentity.id)).where(
            ProviderIdentity.organisation_id == organisation.id
        )
    )
    confirmed = [one for one in list_domains(session, provider.id) if one.confirmed_at]
    is_operators = organisation.kind is OrganisationKind.OPERATOR
    return Standing(provider.is_on, is_operators, linked or 0, len(confirmed))


def _told(session: Session, provider: SignInProvider, organisation: Organisation) -> Told:
    domains = list_domains(session, provider.id)
    return Told(
        provider.id,
        organisation.id,
        organisation.slug,
        organisation.name,
        provider.issuer,
        provider.client_id,
        provider.proves_factor,
        frozenset(one.domain for one in domains if one.confirmed_at is not None),
    )
