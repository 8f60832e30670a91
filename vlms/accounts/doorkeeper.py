"""Tells the gate who a visitor is, where they act, and what they see there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from vlms.accounts.queries import get_organisation, list_grants, list_persons_of
from vlms.accounts.sign_in import find_owner, find_signed_in
from vlms.core import scope
from vlms.core.clock import Clock
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.sign_in_names import typed_name
from vlms.jobs.standing import Standing
from vlms.web.access import Visitor, Workspace

_GATE = scope.System("access gate")


class AccountsDoorkeeper:
    """Looks everything up at each request, so that a role that ends ends at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def visitor(self, secret: str) -> Visitor | None:
        with reading(_GATE) as session:
            user = find_signed_in(session, secret, self.clock())
            return None if user is None else _visitor(session, user)

    def owner(self, secret: str) -> UUID | None:
        with reading(_GATE) as session:
            return find_owner(session, secret)

    def workspace(self, visitor: Visitor, slug: str) -> Workspace | None:
        return next((place for place in visitor.workspaces if place.slug == slug), None)

    def holder(self, visitor: Visitor) -> scope.Holder:
        with reading(_GATE) as session:
            persons = list_persons_of(session, visitor.user_id)
            return scope.Holder(visitor.user_id, frozenset(person.id for person in persons))


def find_standing(user_id: UUID, organisation_id: UUID) -> Standing | None:
    """What a user's roles in an organisation are now; None for who has none, or is locked out."""
    with reading(_GATE) as session:
        user = session.get(User, user_id)
        grants = [
            grant
            for grant in list_grants(session, user_id)
            if grant.organisation_id == organisation_id
        ]
        if user is None or user.disabled_at is not None or not grants:
            return None
        place = get_organisation(session, organisation_id)
        return Standing(_roles(grants), _scope(place, grants))


def _visitor(session: Session, user: User) -> Visitor:
    by_organisation: dict[Organisation, list[RoleGrant]] = {}
    for grant in list_grants(session, user.id):
        organisation = get_organisation(session, grant.organisation_id)
        by_organisation.setdefault(organisation, []).append(grant)
    return Visitor(
        user.id,
        user.name,
        typed_name(user.email),
        user.language,
        user.time_zone,
        tuple(_workspace(place, grants) for place, grants in by_organisation.items()),
    )


def _workspace(organisation: Organisation, grants: Sequence[RoleGrant]) -> Workspace:
    return Workspace(
        organisation.id,
        organisation.slug,
        organisation.name,
        organisation.kind.value,
        organisation.time_zone,
        _roles(grants),
        _scope(organisation, grants),
    )


def _roles(grants: Sequence[RoleGrant]) -> frozenset[Role]:
    """The roles that hold wherever the user works there.

    They are the same in each agreement (or school) until one of several is ended in one of
    them: what ended there must open nothing there, so it rests in the others until they are
    even again.
    """
    by_place: dict[tuple[UUID | None, UUID | None], set[Role]] = {}
    for grant in grants:
        by_place.setdefault((grant.agreement_id, grant.school_id), set()).add(grant.role)
    return frozenset(set.intersection(*by_place.values()))


def _scope(organisation: Organisation, grants: Sequence[RoleGrant]) -> scope.Scope:
    if organisation.kind is OrganisationKind.OPERATOR:
        return scope.System("operator")
    if organisation.kind is OrganisationKind.RESELLER:
        return scope.Reseller(organisation.id)
    # Grants of one user in one organisation are all for the whole of it, or all for
    # agreements or for schools with the same roles (rules.grants sees to that).
    return scope.Organisation(
        organisation.id,
        _limits([grant.agreement_id for grant in grants]),
        _limits([grant.school_id for grant in grants]),
    )


def _limits(ids: Sequence[UUID | None]) -> frozenset[UUID] | None:
    """What all grants are limited to; None when one of them is not."""
    named = frozenset(found for found in ids if found is not None)
    return named if None not in ids else None
