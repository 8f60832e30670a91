"""What the list of people is narrowed by, and the names beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person

# A longer list of choices helps nobody: the search does.
MOST_CHOICES = 300
_AT_ONCE = 1_000


def list_departments(session: Session, organisation_id: UUID) -> Sequence[str]:
    """The departments of people who are here, by name; the first of very many."""
    statement = (
        select(Person.department)
        .where(
            Person.organisation_id == organisation_id,
            Person.department.is_not(None),
            Person.left_at.is_(None),
        )
        .distinct()
        .order_by(Person.department)
        .limit(MOST_CHOICES)
    )
    return [department for department in session.scalars(statement) if department]


def list_managers(session: Session, organisation_id: UUID) -> Sequence[Person]:
    """Who manages somebody, by name; the first of very many."""
    managing = select(Person.manager_id).where(
        Person.organisation_id == organisation_id, Person.manager_id.is_not(None)
    )
    statement = select(Person).where(
        Person.organisation_id == organisation_id, Person.id.in_(managing)
    )
    named = statement.order_by(Person.search_name, Person.id)
    return session.scalars(named.limit(MOST_CHOICES)).all()


def names_of_managers(session: Session, people: Sequence[Person]) -> Mapping[UUID, str]:
    """The names of these people's managers that the session's scope may see."""
    keys = {person.manager_id for person in people if person.manager_id is not None}
    ordered = sorted(keys)
    names: dict[UUID, str] = {}
    for first in range(0, len(ordered), _AT_ONCE):
        some = Person.id.in_(ordered[first : first + _AT_ONCE])
        found = session.execute(select(Person.id, Person.name).where(some))
        names |= {person_id: name for person_id, name in found}
    return names
