"""What a user's grants in an organisation amount to: roles, and the scope of their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vlms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from vlms.accounts.queries import get_organisation, list_grants
from vlms.core import scope
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.jobs.standing import Standing

_WHY = scope.System("roles of that moment")


def find_standing(user_id: UUID, organisation_id: UUID) -> Standing | None:
    """What a user's roles in an organisation are now; None for who has none, or is locked out."""
    with reading(_WHY) as session:
        user = session.get(User, user_id)
        grants = [
            grant
            for grant in list_grants(session, user_id)
            if grant.organisation_id == organisation_id
        ]
        if user is None or user.disabled_at is not None or not grants:
            return None
        place = get_organisation(session, organisation_id)
        return Standing(roles_of(grants), scope_in(place, grants))


def roles_of(grants: Sequence[RoleGrant]) -> frozenset[Role]:
    """The roles that hold wherever the user works there.

    They are the same in each agreement (or school) until one of several is ended in one of
    them: what ended there must open nothing there, so it rests in the others until they are
    even again.
    """
    by_place: dict[tuple[UUID | None, UUID | None], set[Role]] = {}
    for grant in grants:
        by_place.setdefault((grant.agreement_id, grant.school_id), set()).add(grant.role)
    return frozenset(set.intersection(*by_place.values()))


def scope_in(organisation: Organisation, grants: Sequence[RoleGrant]) -> scope.Scope:
    """What sessions of somebody with these grants see there."""
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
