"""A session for one school sees and changes what is of that school (threat 5, A2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_schools import make_university
from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.accounts.models import Person, PersonPlace, PlaceRole, RoleGrant, School
from vlms.core import scope as scopes
from vlms.core.db import db, reading, transaction
from vlms.core.language import Language
from vlms.core.packed_scope import pack_scope, unpack_scope
from vlms.core.scoping import ScopeError, bulk_insert, guarded_update
from vlms.core.tokens import new_id

TEST = scopes.System("test")


@dataclass(frozen=True)
class Ids:
    organisation: UUID
    law: UUID
    arts: UUID
    lawyer: UUID
    artist: UUID
    both: UUID

    @property
    def of_law(self) -> scopes.Organisation:
        return scopes.Organisation(self.organisation, school_ids=frozenset({self.law}))


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> Ids:
    """Law has one student of its own, and one whose own school is Arts; each has a site."""
    with making(clock()) as work:
        made = make_university(work)
        for school in (made.law, made.arts, None):
            make_site(work.session, made.organisation.id, school.id if school else None)
        people = (made.lawyer.id, made.artist.id, made.both.id)
        return Ids(made.organisation.id, made.law.id, made.arts.id, *people)


def make_site(session: Session, organisation_id: UUID, school_id: UUID | None) -> None:
    own = {"organisation_id": organisation_id, "school_id": school_id}
    site = DeliverySite(**own, name=f"Site {school_id}")
    session.add(site)
    session.flush()
    session.add(SiteCheck(**own, site_id=site.id, requirement_key="network"))


def seen_by(scope: scopes.Scope | None) -> Session:
    return Session(db.engine, info={"scope": scope})


READS: dict[str, Callable[[Session], int]] = {
    "a select": lambda s: len(s.scalars(select(Person)).all()),
    "columns": lambda s: len(s.execute(select(Person.id)).all()),
    "a count": lambda s: s.scalar(select(func.count()).select_from(Person)) or 0,
    "an alias": lambda s: len(s.scalars(select(aliased(Person))).all()),
    "a subquery": lambda s: (
        s.scalar(select(func.count()).select_from(select(Person.id).subquery())) or 0
    ),
    "a join": lambda s: len(
        s.scalars(select(Person).join(School, School.id == Person.school_id)).all()
    ),
}
# A join goes by the own school, and the other school itself is not seen.
SEEN = {"a join": 1}


@pytest.mark.parametrize("way", READS)
def test_every_way_of_reading_stays_inside_the_school(ids: Ids, way: str) -> None:
    with seen_by(ids.of_law) as session:
        assert READS[way](session) == SEEN.get(way, 2)
    with seen_by(scopes.Organisation(ids.organisation)) as session:
        assert READS[way](session) == 3, "the negative control sees both schools"
    with seen_by(scopes.Organisation(ids.organisation, school_ids=frozenset())) as session:
        assert READS[way](session) == 0


def test_another_schools_row_is_not_found_by_its_key(ids: Ids) -> None:
    with seen_by(ids.of_law) as session:
        assert session.get(Person, ids.artist) is None
        assert session.get(School, ids.arts) is None
        assert session.get(Person, ids.both) is not None


def test_loaders_bring_nothing_of_another_school(ids: Ids) -> None:
    """Bea is seen with her place at Law, and without the one at Arts."""
    with seen_by(ids.of_law) as session:
        places = session.scalars(select(PersonPlace).options(joinedload(PersonPlace.school)))
        assert {place.school.name for place in places} == {"Law"}
    with seen_by(ids.of_law) as session:
        sites = session.scalars(select(DeliverySite).options(selectinload(DeliverySite.checks)))
        assert sorted(len(site.checks) for site in sites) == [1, 1]
    with seen_by(TEST) as session:
        assert len(session.scalars(select(PersonPlace)).all()) == 4


def test_what_is_of_no_school_is_shared_where_the_table_says_so(ids: Ids) -> None:
    with seen_by(ids.of_law) as session:
        schools = session.scalars(select(DeliverySite.school_id)).all()
    assert set(schools) == {ids.law, None}


def test_a_table_that_says_nothing_of_schools_is_hidden(ids: Ids) -> None:
    with seen_by(ids.of_law) as session:
        assert session.scalars(select(RoleGrant)).all() == []
    with seen_by(scopes.Organisation(ids.organisation)) as session:
        assert len(session.scalars(select(RoleGrant)).all()) == 1


def test_an_update_changes_rows_of_the_own_school_alone(ids: Ids) -> None:
    """Bea is seen at Law; she is changed at Arts, which is her own."""
    with transaction(ids.of_law) as session:
        seen = select(Person.name)
        assert set(session.scalars(seen)) == {"Lee Lawyer", "Bea Both"}
        assert guarded_update(session, Person, Person.name.is_not(None), department="x") == 1
        assert guarded_update(session, Person, Person.id == ids.both, department="x") == 0
        assert guarded_update(session, PersonPlace, role=PlaceRole.STAFF) == 2
    with reading(TEST) as session:
        changed = select(Person.id).where(Person.department == "x")
        assert session.scalars(changed).all() == [ids.lawyer]
        at_arts = select(PersonPlace.role).where(PersonPlace.school_id == ids.arts)
        assert set(session.scalars(at_arts)) == {PlaceRole.STUDENT}


def test_a_delete_takes_rows_of_the_own_school_alone(ids: Ids) -> None:
    with transaction(ids.of_law) as session:
        session.execute(delete(PersonPlace))
    with reading(TEST) as session:
        assert set(session.scalars(select(PersonPlace.school_id))) == {ids.arts}


@pytest.mark.parametrize("who", ["artist", "both"])
def test_a_person_of_another_school_is_not_changed(ids: Ids, who: str) -> None:
    with pytest.raises(ScopeError), transaction(TEST) as session:
        person = session.get_one(Person, getattr(ids, who))
        session.info["scope"] = ids.of_law
        person.name = "Mallory"


def test_a_person_is_not_moved_out_of_ones_schools(ids: Ids) -> None:
    for place in (ids.arts, None):
        with pytest.raises(ScopeError), transaction(ids.of_law) as session:
            session.get_one(Person, ids.lawyer).school_id = place


def new_person(ids: Ids, school_id: UUID | None, clock: StillClock) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": ids.organisation,
        "school_id": school_id,
        "name": "Di",
        "search_name": "di",
        "language": Language.ENGLISH,
        "created_at": clock(),
    }


def test_rows_are_added_to_the_own_school_alone(ids: Ids, clock: StillClock) -> None:
    with transaction(ids.of_law) as session:
        session.add(Person(**new_person(ids, ids.law, clock)))
        bulk_insert(session, Person, [new_person(ids, ids.law, clock)])
    for foreign in (ids.arts, None):
        with pytest.raises(ScopeError), transaction(ids.of_law) as session:
            session.add(Person(**new_person(ids, foreign, clock)))
        with pytest.raises(ScopeError), transaction(ids.of_law) as session:
            bulk_insert(session, Person, [new_person(ids, foreign, clock)])


def test_a_packed_scope_is_unpacked_with_its_schools(ids: Ids) -> None:
    whole = scopes.Organisation(ids.organisation)
    none = scopes.Organisation(ids.organisation, school_ids=frozenset())
    for scope in (ids.of_law, whole, none):
        packed = pack_scope(scope)
        assert packed is not None
        assert unpack_scope(packed) == scope
