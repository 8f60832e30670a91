"""What the directory holds of an institution before a roster is imported, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.academy.models.roster import (
    AcademicTerm,
    ClassMember,
    ClassTerm,
    RosterImport,
    RosterRecord,
    RosterRecordKind,
    SchoolClass,
)
from vlms.academy.queries.sittings import whole_institution
from vlms.academy.rules.roster_limits import Unseen
from vlms.academy.rules.roster_links import Known
from vlms.academy.rules.roster_words import Kind
from vlms.accounts.models import Organisation, Person, PersonPlace, School
from vlms.accounts.rules.place_role import PlaceRole
from vlms.accounts.service.limits import school_limit


class HeldPerson(NamedTuple):
    id: UUID
    source_id: str | None
    name: str
    latin_name: str | None
    number: str | None
    email: str | None
    school_id: UUID | None


class HeldPlace(NamedTuple):
    id: UUID
    person_id: UUID
    school_id: UUID
    role: PlaceRole
    last_day: date | None


class HeldMember(NamedTuple):
    id: UUID
    source_id: str | None
    school_id: UUID
    class_id: UUID
    person_id: UUID
    role: str
    first_day: date | None
    last_day: date | None


@dataclass
class Held:
    """All of it by the keys that rosters use."""

    organisation: Organisation
    import_count: int
    schools: list[School]
    records: dict[tuple[RosterRecordKind, str], RosterRecord]
    terms: list[AcademicTerm]
    classes: list[SchoolClass]
    class_terms: Mapping[UUID, set[UUID]]
    persons: list[HeldPerson]
    places: Mapping[UUID, list[HeldPlace]]
    members: list[HeldMember]
    # The schools that the session is limited to; None: it is not.
    own_schools: frozenset[UUID] | None = None

    def keys_of_own(self, *, by_name: bool) -> frozenset[str]:
        """How a roster names the schools of the session; lists by their names."""
        names = (one.name if by_name else one.source_id for one in self.schools)
        return frozenset(name for name in names if name)

    def known(self, *, by_title: bool = False) -> Known:
        """What the rows of a later file may refer to; lists name terms by their titles."""
        units = {
            key: (record.school_id is not None, record.parent_source_id)
            for (kind, key), record in self.records.items()
            if kind is RosterRecordKind.ORG and record.ended_on is None
        }
        sources = {record.school_id: record.source_id for record in self.records.values()}
        classes = {
            one.source_id: sources.get(one.school_id, "")
            for one in self.classes
            if one.source_id is not None and one.ended_on is None
        }
        others = {
            Kind.SESSIONS: frozenset(
                term.title if by_title else term.source_id or "" for term in self.terms
            ),
            Kind.COURSES: frozenset(
                key for (kind, key) in self.records if kind is RosterRecordKind.COURSE
            ),
            Kind.USERS: frozenset(one.source_id for one in self.persons if one.source_id),
        }
        return Known(units, classes, others)


def read_held(session: Session, organisation: Organisation) -> Held:
    """Of a session that is limited to schools: only what is of these, so nothing else can end."""
    key = organisation.id
    records = session.scalars(select(RosterRecord).where(RosterRecord.organisation_id == key))
    count = select(func.count(RosterImport.id)).where(RosterImport.organisation_id == key)
    with whole_institution(session) as wide:
        imports = wide.scalar(count) or 0
    return Held(
        organisation,
        imports,
        list(session.scalars(select(School).where(School.organisation_id == key))),
        {(record.kind, record.source_id): record for record in records},
        list(session.scalars(select(AcademicTerm).where(AcademicTerm.organisation_id == key))),
        list(session.scalars(select(SchoolClass).where(SchoolClass.organisation_id == key))),
        _class_terms(session, key),
        _persons(session, key),
        _places(session, key),
        _members(session, key),
        school_limit(session),
    )


def read_unseen(session: Session, held: Held) -> Unseen:
    """What is taken by people of the institution whom the session does not see."""
    seen = {person.id for person in held.persons}
    with whole_institution(session) as wide:
        others = [one for one in _persons(wide, held.organisation.id) if one.id not in seen]
    return Unseen(
        frozenset(one.source_id for one in others if one.source_id),
        frozenset(one.number for one in others if one.number),
        frozenset(one.email for one in others if one.email),
    )


def _class_terms(session: Session, organisation_id: UUID) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    pairs = select(ClassTerm.class_id, ClassTerm.term_id)
    for class_id, term_id in session.execute(
        pairs.where(ClassTerm.organisation_id == organisation_id)
    ):
        found[class_id].add(term_id)
    return found


def _persons(session: Session, organisation_id: UUID) -> list[HeldPerson]:
    statement = select(
        Person.id,
        Person.source_id,
        Person.name,
        Person.latin_name,
        Person.number,
        Person.email,
        Person.school_id,
    ).where(Person.organisation_id == organisation_id)
    return [HeldPerson._make(row) for row in session.execute(statement)]


def _places(session: Session, organisation_id: UUID) -> Mapping[UUID, list[HeldPlace]]:
    found: dict[UUID, list[HeldPlace]] = defaultdict(list)
    statement = select(
        PersonPlace.id,
        PersonPlace.person_id,
        PersonPlace.school_id,
        PersonPlace.role,
        PersonPlace.last_day,
    ).where(PersonPlace.organisation_id == organisation_id)
    for row in session.execute(statement):
        place = HeldPlace._make(row)
        found[place.person_id].append(place)
    return found


def _members(session: Session, organisation_id: UUID) -> list[HeldMember]:
    statement = select(
        ClassMember.id,
        ClassMember.source_id,
        ClassMember.school_id,
        ClassMember.class_id,
        ClassMember.person_id,
        ClassMember.role,
        ClassMember.first_day,
        ClassMember.last_day,
    ).where(ClassMember.organisation_id == organisation_id)
    return [HeldMember._make(row) for row in session.execute(statement)]
