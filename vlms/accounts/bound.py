"""What stays bound to a person who leaves (C2). Domains above this one tell of theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import LinkPurpose, OneTimeLink, Person, RoleGrant
from vlms.accounts.role_words import ROLE_WORDS
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import Text, _


@dataclass(frozen=True)
class Bound:
    """One thing: what it is, which one, how it stands, what was paid for it, where it is seen.

    `endpoint` is a page of the workspace, its `values` name the thing there, and whoever has
    the permission `needs` may open it. Before the person is erased, what `ends_first` has to
    end; what `lapses` ends unused with them (D1).
    """

    kind: Text
    label: Text | str
    state: Text | None = None
    value: Money | None = None
    endpoint: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    needs: Permission = Permission.VIEW_PEOPLE
    ends_first: bool = False
    lapses: bool = False


Found = Mapping[UUID, Sequence[Bound]]
Finder = Callable[[Session, Collection[UUID], datetime], Found]

LINK_WORDS = {
    LinkPurpose.SET_PASSWORD: _("Set a password"),
    LinkPurpose.CLAIM_CODE: _("Claim a code"),
    LinkPurpose.OPEN_ORDER: _("Open an order"),
    LinkPurpose.SET_UP_SIGN_IN: _("Set up signing in"),
    LinkPurpose.JOIN: _("Accept an invitation"),
}


@dataclass
class _Connection:
    finders: tuple[Finder, ...] = ()


_connection = _Connection()


def use_bound_finders(*finders: Finder) -> None:
    """Let these say from now on what is bound to people, each of its own domain."""
    _connection.finders = finders


def list_bound(session: Session, person_ids: Collection[UUID], now: datetime) -> Found:
    """What stays bound to each of these people, as far as the session sees it."""
    found: dict[UUID, list[Bound]] = defaultdict(list)
    for finder in (*_connection.finders, _roles, _links, _managed):
        for person_id, things in finder(session, person_ids, now).items():
            found[person_id] += things
    return found


def _roles(session: Session, person_ids: Collection[UUID], _now: datetime) -> Found:
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = (
        select(Person.id, RoleGrant)
        .join(
            RoleGrant,
            (RoleGrant.user_id == Person.user_id)
            & (RoleGrant.organisation_id == Person.organisation_id),
        )
        .where(Person.id.in_(sorted(person_ids)), RoleGrant.ended_at.is_(None))
    )
    for person_id, grant in session.execute(statement):
        values = {"grant_id": str(grant.id)}
        needs = Permission.GRANT_ROLES
        words = ROLE_WORDS[grant.role]
        role = Bound(_("Role"), words, None, None, "roles.end", values, needs, ends_first=True)
        found[person_id].append(role)
    return found


def _links(session: Session, person_ids: Collection[UUID], now: datetime) -> Found:
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = select(OneTimeLink).where(
        OneTimeLink.person_id.in_(sorted(person_ids)),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    for link in session.scalars(statement):
        if link.person_id is not None:
            found[link.person_id].append(
                Bound(_("One-time link"), LINK_WORDS[link.purpose], _("Open"))
            )
    return found


def _managed(session: Session, person_ids: Collection[UUID], _now: datetime) -> Found:
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = select(Person).where(
        Person.manager_id.in_(sorted(person_ids)), Person.left_at.is_(None)
    )
    for person in session.scalars(statement.order_by(Person.search_name)):
        if person.manager_id is not None:
            values = {"person_id": str(person.id)}
            managed = Bound(_("Manages"), person.name, None, None, "people.show", values)
            found[person.manager_id].append(managed)
    return found
