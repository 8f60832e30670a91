"""Who exactly is meant: directory entries, a user, and what names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, RoleGrant, User
from vlms.privacy.queries.mcids import Numbered, numbered
from vlms.privacy.rules.naming import Named, is_telling, neutral_address, neutral_word


@dataclass(frozen=True)
class Concerned:
    """A person or user, as far as they are meant.

    `user_id` is the user who claimed the entry, or who goes with it; `user_goes` when nobody
    else has that user. `organisation_ids` are those in which they are
    looked for. `is_alone` when no other entry or user anywhere has one of these addresses.
    `numbered` are their MCIDs, where these name them alone.
    """

    person_ids: frozenset[UUID]
    user_id: UUID | None
    user_goes: bool
    organisation_ids: frozenset[UUID]
    is_alone: bool
    named: Named
    numbered: Numbered

    @property
    def addresses(self) -> frozenset[str]:
        return self.named.addresses

    @property
    def record_ids(self) -> frozenset[UUID]:
        """The records that the journal tells of them by."""
        return self.person_ids | ({self.user_id} if self.user_id and self.user_goes else set())


def concerning_person(session: Session, person: Person) -> Concerned:
    """One directory entry, and its user unless somebody else has that user too.

    Who never claimed the entry and signs in with its address is its user only if nothing else
    is theirs: an admin enters any address, also that of a colleague, reseller or operator.
    """
    is_theirs = User.id == person.user_id if person.user_id else User.email == person.email
    user = session.scalar(select(User).where(is_theirs))
    goes = user is not None and not _is_elsewhere(session, user, person)
    if person.user_id is None and not goes:
        user = None
    word = neutral_word(person.id, person.language)
    return _concerned(session, [person], user, (person.organisation_id,), (word, goes))


def concerning_user(session: Session, user: User) -> Concerned:
    """A user with all their directory entries, wherever these are, claimed or not."""
    persons = session.scalars(select(Person).where(_is_entry_of(user))).all()
    granted = session.scalars(
        select(RoleGrant.organisation_id).where(RoleGrant.user_id == user.id)
    ).all()
    places = {*granted, *(person.organisation_id for person in persons)}
    word = neutral_word(user.id, user.language)
    return _concerned(session, persons, user, places, (word, True))


def _is_entry_of(user: User) -> ColumnElement[bool]:
    """Claimed by the user, or of their address and nobody's yet: only they can claim it."""
    unclaimed = Person.user_id.is_(None) & (Person.email == user.email)
    return (Person.user_id == user.id) | unclaimed


def _is_elsewhere(session: Session, user: User, person: Person) -> bool:
    """Whether another entry is this user's, or another organisation ever gave them a role.

    Where they never claimed the entry, a role of the entry's own organisation counts too.
    """
    entry = select(Person.id).where(_is_entry_of(user), Person.id != person.id)
    grant = select(RoleGrant.id).where(RoleGrant.user_id == user.id)
    if person.user_id is not None:
        grant = grant.where(RoleGrant.organisation_id != person.organisation_id)
    return any(session.scalar(each.limit(1)) is not None for each in (entry, grant))


def _concerned(
    session: Session,
    persons: Sequence[Person],
    user: User | None,
    organisation_ids: Iterable[UUID],
    word_and_goes: tuple[str, bool],
) -> Concerned:
    word, goes = word_and_goes
    ids = frozenset(person.id for person in persons)
    names = {name for person in persons for name in (person.name, person.latin_name) if name}
    addresses = {person.email for person in persons if person.email}
    numbers = {
        number
        for person in persons
        for number in (person.number, person.mcid, person.source_id)
        if number
    }
    if user is not None:
        names.add(user.name)
        addresses |= {user.email} if goes else set()
    places = frozenset(organisation_ids)
    others = _of_others(session, addresses, ids, user)
    named = Named(
        frozenset(name for name in names if is_telling(name)),
        frozenset(addresses - _borne_in(others, places)),
        frozenset(numbers),
        word,
        neutral_address(next(iter(sorted(ids)), user.id if user else UUID(int=0))),
    )
    shared = any(email in named.addresses for _place, email in others)
    is_alone = not shared and (user is None or goes)
    entered = frozenset(person.mcid for person in persons if person.mcid)
    user_id = user.id if user else None
    mcids = numbered(session, ids, user_id, (entered, places))
    return Concerned(ids, user_id, goes, places, is_alone, named, mcids)


def with_certain_addresses(session: Session, who: Concerned) -> Concerned:
    """The same by addresses that can be nobody else's, for who is told what is held (D2).

    That is the user's own sign-in address, and what no other entry or user anywhere has: an
    admin may write anybody's address into an entry.
    """
    user = session.get(User, who.user_id) if who.user_id else None
    borne = {email for _place, email in _of_others(session, who.addresses, who.person_ids, user)}
    own = {user.email} if user is not None else set()
    certain = frozenset(who.addresses - (borne - own))
    mcids = numbered(session, who.person_ids, who.user_id, (who.numbered.mcids, None))
    return replace(who, named=replace(who.named, addresses=certain), numbered=mcids)


def _of_others(
    session: Session, addresses: Collection[str], person_ids: frozenset[UUID], user: User | None
) -> Sequence[tuple[UUID | None, str]]:
    """Where other entries have one of the addresses, and which; other users: nowhere, thus None."""
    entries = select(Person.organisation_id, Person.email).where(
        Person.email.in_(sorted(addresses)), Person.id.not_in(sorted(person_ids))
    )
    users = select(User.email).where(User.email.in_(sorted(addresses)))
    if user is not None:
        users = users.where(User.id != user.id)
    found: list[tuple[UUID | None, str]] = [(None, email) for email in session.scalars(users)]
    return found + [(place, email) for place, email in session.execute(entries) if email]


def _borne_in(others: Sequence[tuple[UUID | None, str]], places: frozenset[UUID]) -> set[str]:
    """Addresses of another entry in one of these organisations, or of another user anywhere."""
    return {email for place, email in others if place is None or place in places}
