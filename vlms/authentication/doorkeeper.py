"""Tells the gate who a visitor is, where they act, and what they see there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, RoleGrant, User
from vlms.accounts.queries import get_organisation, list_grants, list_persons_of
from vlms.accounts.standing import roles_of, scope_in
from vlms.authentication.factor_queries import lacks_factor
from vlms.authentication.models import SignInSession
from vlms.authentication.provider_queries import is_still_good
from vlms.authentication.queries import find_open_and_user, find_owner
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import is_seldom_seen, see
from vlms.authentication.service.visits import BY_LOSS, end_visit_named
from vlms.authentication.visit_queries import find_visit, has_access
from vlms.core import scope
from vlms.core.clock import Clock
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.sign_in_names import typed_name
from vlms.core.work import SYSTEM_NAME, Actor, working
from vlms.web.access import Visitor, Workspace
from vlms.web.visits import Visit

_GATE = scope.System("access gate")


class SessionDoorkeeper:
    """Looks everything up at each request, so that a role that ends ends at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def visitor(self, secret: str) -> Visitor | None:
        with reading(_GATE) as session:
            both = find_open_and_user(session, secret, self.clock())
            if both is None:
                return None
            found, user = both
            visitor = replace(
                visitor_of(session, user), session_id=found.id, proved_at=found.proved_at
            )
            if _lacks_factor(session, found, visitor) or not is_still_good(session, found):
                return None
            is_seldom = is_seldom_seen(found, self.clock())
            seen_as, lost = self._visited(session, visitor)
        if is_seldom:
            self._see(visitor, found.id)
        if lost is not None:
            self._end_visit(lost)
        return seen_as or visitor

    def _visited(self, session: Session, operator: Visitor) -> tuple[Visitor | None, UUID | None]:
        """As whom this operator sees the system now: within one organisation (G7).

        Or the visit that is to end for good, as the user has lost their access.
        """
        if Role.OPERATOR not in _every_role(operator) or operator.session_id is None:
            return None, None
        found = find_visit(session, operator.session_id, self.clock())
        if found is None:
            return None, None
        visit, user = found
        if not has_access(session, visit, user):
            return None, visit.id
        whole = visitor_of(session, user)
        seen_as = replace(
            whole,
            workspaces=tuple(
                each for each in whole.workspaces if each.organisation_id == visit.organisation_id
            ),
            session_id=operator.session_id,
            visit=Visit(
                visit.id,
                operator.user_id,
                operator.name,
                visit.reason,
                visit.expires_at,
                visit.organisation_id,
            ),
        )
        return seen_as, None

    def _end_visit(self, visit_id: UUID) -> None:
        with working(Actor(SYSTEM_NAME), _GATE, self.clock()) as work:
            end_visit_named(work, visit_id, BY_LOSS)

    def _see(self, visitor: Visitor, session_id: UUID) -> None:
        with working(Actor(visitor.name, visitor.user_id), _GATE, self.clock()) as work:
            see(work, session_id)

    def owner(self, secret: str) -> UUID | None:
        with reading(_GATE) as session:
            return find_owner(session, secret)

    def workspace(self, visitor: Visitor, slug: str) -> Workspace | None:
        return next((place for place in visitor.workspaces if place.slug == slug), None)

    def holder(self, visitor: Visitor) -> scope.Holder:
        with reading(_GATE) as session:
            return holder_of(session, visitor.user_id, visitor.only_in)


def _lacks_factor(session: Session, found: SignInSession, visitor: Visitor) -> bool:
    if Proof.PROVIDER_FACTOR in found.proofs:
        return False
    return lacks_factor(session, visitor.user_id, _every_role(visitor))


def _every_role(visitor: Visitor) -> set[Role]:
    return {role for place in visitor.workspaces for role in place.roles}


def holder_of(session: Session, user_id: UUID, place: UUID | None = None) -> scope.Holder:
    """The scope of a user's own persons; with `place` of those in this organisation."""
    persons = list_persons_of(session, user_id, place)
    return scope.Holder(user_id, frozenset(person.id for person in persons))


def visitor_of(session: Session, user: User) -> Visitor:
    """A user with the places, roles and scopes that they have now."""
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
        roles_of(grants),
        scope_in(organisation, grants),
    )
