"""What an organisation's administrators and the operator set of a sign-in provider (G6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.accounts.queries import get_organisation
from vlms.accounts.service.limits import require_whole_organisation
from vlms.authentication.events import ProviderChanged, ProviderIsOnlyWay
from vlms.authentication.provider_models import ProviderDomain, ProviderIdentity, SignInProvider
from vlms.authentication.provider_queries import (
    get_provider,
    get_provider_by_id,
    list_domains,
    list_identities,
    standing_of,
)
from vlms.authentication.rules.id_tokens import RULE
from vlms.authentication.rules.provider_facts import check_exclusive
from vlms.authentication.service.provider_calls import check_address
from vlms.authentication.service.provider_mail import CHANGED, SWITCHED_ON, tell_admins
from vlms.core.errors import BadInput, Conflict, NotFound, Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.keys.service.sealing_keys import SealingKeys


@dataclass(frozen=True)
class ProviderFacts:
    """What an administrator tells; without a secret the present one stays."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    domains: tuple[str, ...]
    proves_factor: bool = False


def save_provider(work: Work, organisation_id: UUID, facts: ProviderFacts) -> SignInProvider:
    """Set an organisation's provider up, or change it.

    With another issuer or client it is switched off, its domains have to be confirmed again, and
    whom the former one has shown is forgotten. Raises BadInput, Forbidden.
    """
    _require(work)
    check_address(facts.issuer)
    work.does("sign_in_provider.saved")
    provider = _hold(work, organisation_id)
    before = None if provider is None else _said_of(provider)
    if provider is None:
        provider = _make(work, organisation_id, facts)
    elif (provider.issuer, provider.client_id) != (facts.issuer, facts.client_id):
        _replace(work, provider, facts)
    elif provider.proves_factor != facts.proves_factor:
        provider.proves_factor = facts.proves_factor
        work.events.append(ProviderChanged(provider.id))
    if facts.secret:
        provider.sealed_secret = _seal(work, provider, facts.secret)
    work.flush()
    _set_domains(work, provider, facts.domains)
    if before != _said_of(provider) or facts.secret:
        tell_admins(work, provider, CHANGED)
    return provider


def note_tested(work: Work, organisation_id: UUID) -> None:
    """The provider was asked just now and answered as it has to."""
    _require(work)
    get_provider(work.session, organisation_id).tested_at = work.now


def switch_on(work: Work, organisation_id: UUID) -> SignInProvider:
    """People may sign in with it from now on. Raises NotFound, Conflict when never tested."""
    _require(work)
    provider = get_provider(work.session, organisation_id)
    if provider.tested_at is None:
        raise Conflict(
            RULE,
            _("This provider has not been tested as it is set up now."),
            way_out=_("Test it first; it is switched on after that."),
        )
    work.does("sign_in_provider.switched_on")
    if not provider.is_on:
        provider.is_on = True
        tell_admins(work, provider, SWITCHED_ON)
    return provider


def switch_off(work: Work, organisation_id: UUID) -> SignInProvider:
    """Nobody signs in with it any more, and what it has opened ends. Raises NotFound."""
    _require(work)
    provider = get_provider(work.session, organisation_id)
    work.does("sign_in_provider.switched_off")
    _switch_off(work, provider)
    return provider


def make_exclusive(work: Work, organisation_id: UUID) -> SignInProvider:
    """The organisation's people sign in with it alone. Raises ProviderRefused, NotFound."""
    _require(work)
    provider = get_provider(work.session, organisation_id)
    organisation = get_organisation(work.session, organisation_id)
    check_exclusive(standing_of(work.session, provider, organisation))
    work.does("sign_in_provider.made_exclusive")
    provider.is_exclusive, provider.suspended_at = True, None
    work.events.append(ProviderIsOnlyWay(provider.id))
    return provider


def make_optional(work: Work, organisation_id: UUID) -> SignInProvider:
    """Passwords open again. Raises NotFound."""
    _require(work)
    provider = get_provider(work.session, organisation_id)
    work.does("sign_in_provider.made_optional")
    provider.is_exclusive, provider.suspended_at = False, None
    return provider


def suspend(work: Work, provider_id: UUID, reason: str) -> SignInProvider:
    """Let people in by password while the provider is down. The operator's act."""
    provider = _of_operator(work, provider_id)
    work.does("sign_in_provider.suspended", _said(reason))
    if provider.is_exclusive and provider.suspended_at is None:
        provider.suspended_at = work.now
    return provider


def resume(work: Work, provider_id: UUID) -> SignInProvider:
    """The provider is the only way in again, where it was."""
    provider = _of_operator(work, provider_id)
    work.does("sign_in_provider.resumed")
    provider.suspended_at = None
    work.events.append(ProviderIsOnlyWay(provider.id))
    return provider


def confirm_domain(work: Work, domain_id: UUID, reason: str) -> ProviderDomain:
    """The operator has made sure that a domain is this organisation's.

    Raises Conflict while it is confirmed for another one; NotFound, Forbidden, BadInput.
    """
    work.actor.require(Permission.EDIT_SYSTEM)
    domain = work.session.scalar(select(ProviderDomain).where(ProviderDomain.id == domain_id))
    if domain is None:
        raise NotFound(None, _("There is no such mail domain."))
    work.does("provider_domain.confirmed", _said(reason))
    domain.confirmed_at = domain.confirmed_at or work.now
    try:
        work.flush()
    except IntegrityError:
        raise Conflict(
            RULE,
            _("This domain is confirmed for another organisation."),
            way_out=_("Let that organisation give it up first."),
        ) from None
    return domain


def forget_identity(work: Work, organisation_id: UUID, identity_id: UUID) -> None:
    """Who signs in next with this user's address is bound to them anew. Raises NotFound."""
    _require(work)
    found = work.session.scalar(
        select(ProviderIdentity).where(
            ProviderIdentity.id == identity_id,
            ProviderIdentity.organisation_id == organisation_id,
        )
    )
    if found is None:
        raise NotFound(None, _("Nobody here is bound to the provider so."))
    work.does("provider_identity.forgotten")
    provider = get_provider(work.session, organisation_id)
    work.events.append(ProviderChanged(provider.id, found.user_id))
    work.session.delete(found)
    work.flush()


def _make(work: Work, organisation_id: UUID, facts: ProviderFacts) -> SignInProvider:
    if not facts.secret:
        raise BadInput(
            None,
            _("The client secret is missing."),
            field="secret",
            way_out=_("Copy it from the provider, where VLMS is registered as a client."),
        )
    provider = SignInProvider(
        id=new_id(),
        organisation_id=organisation_id,
        issuer=facts.issuer,
        client_id=facts.client_id,
        sealed_secret=b"",
        proves_factor=facts.proves_factor,
        created_at=work.now,
    )
    provider.sealed_secret = _seal(work, provider, facts.secret)
    work.session.add(provider)
    return provider


def _replace(work: Work, provider: SignInProvider, facts: ProviderFacts) -> None:
    if not facts.secret:
        raise BadInput(
            None,
            _("Another issuer or client has another secret."),
            field="secret",
            way_out=_("Enter the secret that belongs to it."),
        )
    _switch_off(work, provider)
    provider.issuer, provider.client_id = facts.issuer, facts.client_id
    provider.proves_factor, provider.tested_at = facts.proves_factor, None
    for identity, _user in list_identities(work.session, provider.organisation_id):
        work.session.delete(identity)
    # The operator has confirmed them for the former one.
    for domain in list_domains(work.session, provider.id):
        domain.confirmed_at = None


def _hold(work: Work, organisation_id: UUID) -> SignInProvider | None:
    """Whoever comes in by it meanwhile waits, and finds it as it is then."""
    return work.session.scalar(
        select(SignInProvider)
        .where(SignInProvider.organisation_id == organisation_id)
        .with_for_update()
    )


def _said_of(provider: SignInProvider) -> tuple[str, str, bool]:
    return provider.issuer, provider.client_id, provider.proves_factor


def _switch_off(work: Work, provider: SignInProvider) -> None:
    provider.is_on = provider.is_exclusive = False
    provider.suspended_at = None
    work.events.append(ProviderChanged(provider.id))


def _set_domains(work: Work, provider: SignInProvider, wanted: tuple[str, ...]) -> None:
    """What stays keeps its confirmation; what is new waits for the operator's."""
    present = {one.domain: one for one in list_domains(work.session, provider.id)}
    gone = present.keys() - set(wanted)
    if any(present[name].confirmed_at for name in gone):
        work.events.append(ProviderChanged(provider.id))
    for name in gone:
        work.session.delete(present[name])
    for name in wanted:
        if name not in present:
            work.session.add(
                ProviderDomain(
                    organisation_id=provider.organisation_id,
                    provider_id=provider.id,
                    domain=name,
                )
            )
    work.flush()


def _seal(work: Work, provider: SignInProvider, secret: str) -> bytes:
    keys = SealingKeys(work.session, work.keys, work.now)
    (sealed,) = keys.seal_all(provider.organisation_id, [(provider.id, secret)])
    return sealed


def _require(work: Work) -> None:
    work.actor.require(Permission.EDIT_ORGANISATION_SETTINGS)
    require_whole_organisation(work)


def _of_operator(work: Work, provider_id: UUID) -> SignInProvider:
    work.actor.require(Permission.EDIT_SYSTEM)
    return get_provider_by_id(work.session, provider_id)


def _said(reason: str) -> str:
    said = reason.strip()
    if len(said) < 10:
        raise BadInput(
            RULE,
            _("The journal keeps the reason, and this one is too short."),
            field="reason",
            way_out=_("Say who asked for it, and how you made sure."),
            ask=Topic.ACCOUNT,
        )
    return said
