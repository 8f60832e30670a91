"""By which MCIDs somebody is named where a report knows no more of them (D1, K1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.core.db import Base

_PROFILE, _LINK = "certification_profile", "mcid_association"


@dataclass(frozen=True)
class Numbered:
    """Somebody's MCIDs, and the addresses of the profiles that have them."""

    mcids: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()


def numbered(
    session: Session,
    person_ids: Collection[UUID],
    user_id: UUID | None,
    entered: tuple[frozenset[str], Collection[UUID] | None],
) -> Numbered:
    """What they have proved, and of what is only entered what nobody else has.

    `entered` are MCIDs of their directory entries, and in which organisations the entries of
    others count; None: in all. Who proved one has it, whatever a directory says.
    """
    proved: set[str] = set()
    mails: set[str] = set()
    for link in _tables(_LINK):
        theirs = link.person_id.in_(sorted(person_ids))
        proved |= _texts(session, link.mcid, theirs)
    for profile in _tables(_PROFILE) if user_id else ():
        proved |= _texts(session, profile.mcid, profile.user_id == user_id)
        mails |= _texts(session, profile.email, profile.user_id == user_id)
    own = proved | (entered[0] - _of_others(session, person_ids, user_id, entered))
    return Numbered(frozenset(own), frozenset(mail.lower() for mail in mails))


def _of_others(
    session: Session,
    person_ids: Collection[UUID],
    user_id: UUID | None,
    entered: tuple[frozenset[str], Collection[UUID] | None],
) -> set[str]:
    mcids, places = entered
    named = Person.mcid.in_(sorted(mcids)) & Person.id.not_in(sorted(person_ids))
    if places is not None:
        named &= Person.organisation_id.in_(sorted(places))
    found = _texts(session, Person.mcid, named)
    for profile in _tables(_PROFILE):
        others = profile.mcid.in_(sorted(mcids))
        if user_id is not None:
            others &= profile.user_id != user_id
        found |= _texts(session, profile.mcid, others)
    return found


def _texts(session: Session, column: Any, condition: ColumnElement[bool]) -> set[str]:
    found = session.scalars(select(column).where(condition, column.is_not(None)).distinct())
    return {str(text) for text in found}


def _tables(name: str) -> Iterator[Any]:
    """The class of a table that a domain above has, if the installation has it."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return (one for one in classes if inspect(one).local_table.name == name)
