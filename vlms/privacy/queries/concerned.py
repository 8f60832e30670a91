"""Who exactly is meant: directory entries, a user, and every name and address they had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, RoleGrant, User
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.privacy.rules.naming import Named, is_telling, neutral_address, neutral_word

_NAMES = ("name", "latin_name", "email")


@dataclass(frozen=True)
class Concerned:
    """A person or user, as far as they are meant: `user_goes` when no other organisation has them.

    `organisation_ids` are those in which they are looked for.
    """

    person_ids: frozenset[UUID]
    user_id: UUID | None
    user_goes: bool
    organisation_ids: frozenset[UUID]
    addresses: frozenset[str]
    named: Named

    @property
    def record_ids(self) -> frozenset[UUID]:
        """The records that the journal tells of them by."""
        return self.person_ids | ({self.user_id} if self.user_id and self.user_goes else set())


def concerning_person(session: Session, person: Person) -> Concerned:
    """One directory entry, and its user unless somebody else has that user too.

    Who never claimed the entry and signs in with its address is its user as well.
    """
    is_theirs = User.id == person.user_id if person.user_id else User.email == person.email
    user = session.scalar(select(User).where(is_theirs))
    goes = user is not None and not _is_elsewhere(session, user.id, person.organisation_id)
    word = neutral_word(person.id, person.language)
    return _concerned(session, [person], user, (person.organisation_id,), (word, goes))


def concerning_user(session: Session, user: User) -> Concerned:
    """A user with all their directory entries, wherever these are."""
    persons = session.scalars(select(Person).where(Person.user_id == user.id)).all()
    granted = session.scalars(
        select(RoleGrant.organisation_id).where(RoleGrant.user_id == user.id)
    ).all()
    places = {*granted, *(person.organisation_id for person in persons)}
    word = neutral_word(user.id, user.language)
    return _concerned(session, persons, user, places, (word, True))


def _is_elsewhere(session: Session, user_id: UUID, organisation_id: UUID) -> bool:
    """Whether another organisation has this user in its directory, or gives them a role."""
    entry = select(Person.id).where(
        Person.user_id == user_id, Person.organisation_id != organisation_id
    )
    grant = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id,
        RoleGrant.organisation_id != organisation_id,
        RoleGrant.ended_at.is_(None),
    )
    return any(session.scalar(each.limit(1)) is not None for each in (entry, grant))


def _concerned(
    session: Session,
    persons: Sequence[Person],
    user: User | None,
    organisation_ids: Iterable[UUID],
    word_and_goes: tuple[str, bool],
) -> Concerned:
    word, goes = word_and_goes
    places, ids = frozenset(organisation_ids), frozenset(person.id for person in persons)
    names = {*_names_of(persons), *_former_names(session, ids)}
    if user is not None:
        names |= {user.name, user.email} if goes else {user.name}
    telling = {name for name in names if is_telling(name)} - _of_others(session, names, ids, places)
    key = next(iter(sorted(ids)), user.id if user else UUID(int=0))
    named = Named(frozenset(names), frozenset(telling), word, neutral_address(key))
    addresses = frozenset(name for name in names if "@" in name)
    user_id = user.id if user else None
    return Concerned(ids, user_id, goes, places, addresses, named)


def _names_of(persons: Sequence[Person]) -> set[str]:
    found = (getattr(person, name) for person in persons for name in _NAMES)
    return {name for name in found if name}


def _former_names(session: Session, person_ids: frozenset[UUID]) -> set[str]:
    """What they were called and written to before, as far as the journal tells."""
    statement = (
        select(AuditDetail.before, AuditDetail.after)
        .join(AuditEntry, AuditEntry.sequence == AuditDetail.sequence)
        .where(AuditEntry.record_kind == "person", AuditEntry.record_id.in_(sorted(person_ids)))
    )
    facts = (side for row in session.execute(statement) for side in row)
    return {str(side[name]) for side in facts for name in _NAMES if side.get(name)}


def _of_others(
    session: Session, names: set[str], ids: frozenset[UUID], places: frozenset[UUID]
) -> set[str]:
    """The names that others there bear too: a text with one may mean them."""
    statement = select(Person.name, Person.latin_name, Person.email).where(
        Person.organisation_id.in_(sorted(places)),
        Person.id.not_in(sorted(ids)),
        Person.name.in_(sorted(names))
        | Person.latin_name.in_(sorted(names))
        | Person.email.in_(sorted(names)),
    )
    return {name for row in session.execute(statement) for name in row if name}
