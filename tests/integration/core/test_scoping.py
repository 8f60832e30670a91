"""A session sees and changes what its scope allows, and nothing else (threat 5)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, exists, func, insert, literal_column, select, text, update
from sqlalchemy.orm import Session, aliased

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from vlms.accounts.models import ApprovalLimit, Organisation, Person, User
from vlms.core import scope as scopes
from vlms.core.db import db, reading, transaction
from vlms.core.language import Language
from vlms.core.scoping import ScopeError, bulk_insert, guarded_update

Ids = tuple[UUID, UUID]


@pytest.fixture
def two(app: Flask, clock: StillClock) -> Ids:
    """Two organisations with three persons each."""
    with making(clock()) as work:
        found = [make_organisation(work, slug) for slug in ("contoso", "fabrikam")]
        for organisation in found:
            for name in ("Ann", "Bo", "Cy"):
                make_person(work, organisation, name)
        return found[0].id, found[1].id


def seen_by(scope: scopes.Scope | None) -> Session:
    return Session(db.engine, info={"scope": scope})


READS: dict[str, Callable[[Session], int]] = {
    "a select": lambda s: len(s.scalars(select(Person)).all()),
    "columns": lambda s: len(s.execute(select(Person.id)).all()),
    "a count": lambda s: s.scalar(select(func.count()).select_from(Person)) or 0,
    "a count of a column": lambda s: s.scalar(select(func.count(Person.id))) or 0,
    "an alias": lambda s: len(s.scalars(select(aliased(Person))).all()),
    "a subquery": lambda s: (
        s.scalar(select(func.count()).select_from(select(Person.id).subquery())) or 0
    ),
    "a join": lambda s: len(
        s.execute(
            select(Organisation.id, Person.id).join(
                Person, Person.organisation_id == Organisation.id
            )
        ).all()
    ),
    "a condition on another table": lambda s: len(
        s.execute(
            select(Person.id).where(Person.organisation_id.in_(select(Person.organisation_id)))
        ).all()
    ),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_every_way_of_reading_stays_inside_the_organisation(
    two: Ids, read: Callable[[Session], int]
) -> None:
    with seen_by(scopes.Organisation(two[0])) as session:
        assert read(session) == 3
    with seen_by(scopes.System("test")) as session:
        assert read(session) == 6, "the negative control sees both"
    with seen_by(None) as session:
        assert read(session) == 0


def test_another_organisations_row_is_not_found_by_its_key(two: Ids) -> None:
    with seen_by(scopes.Organisation(two[1])) as session:
        theirs = session.scalars(select(Person.id)).first()
    with seen_by(scopes.Organisation(two[0])) as session:
        assert session.get(Person, theirs) is None


@pytest.mark.parametrize(
    "statement",
    [
        select(Person.__table__),
        select(Person.__table__.c.id),
        select(Organisation.id, Person.__table__.c.id),
        select(Organisation).where(Organisation.id.in_(select(Person.__table__.c.organisation_id))),
        select(exists().where(Person.id.is_not(None))),
        text("SELECT 1"),
        select(Organisation).where(text("1 = 1")),
        select(literal_column("(SELECT count(*) FROM person)")).select_from(Organisation),
        insert(Person),
        delete(Person.__table__),
    ],
    ids=lambda statement: str(statement)[:40],
)
def test_what_cannot_be_scoped_is_refused(two: Ids, statement: object) -> None:
    with seen_by(scopes.Organisation(two[0])) as session, pytest.raises(ScopeError):
        session.execute(statement)  # type: ignore[call-overload]


def test_a_bulk_update_by_key_is_refused(two: Ids) -> None:
    with seen_by(scopes.Organisation(two[0])) as session, pytest.raises(ScopeError):
        session.execute(update(Person), [{"id": two[1], "name": "Mallory"}])


def test_an_update_changes_rows_of_the_organisation_alone(two: Ids) -> None:
    with transaction(scopes.Organisation(two[0])) as session:
        assert guarded_update(session, Person, Person.name == "Ann", name="Anna") == 1
    with reading(scopes.System("test")) as session:
        assert len(session.scalars(select(Person).where(Person.name == "Ann")).all()) == 1


def test_rows_that_everyone_reads_are_changed_by_their_owner_alone(two: Ids) -> None:
    with transaction(scopes.Organisation(two[0])) as session:
        assert guarded_update(session, Organisation, Organisation.id == two[1], name="x") == 0
        assert guarded_update(session, Organisation, Organisation.id == two[0], name="x") == 1
        assert guarded_update(session, User, User.name == "x", name="y") == 0


def test_a_foreign_row_is_refused_when_it_is_added_or_changed(two: Ids, clock: StillClock) -> None:
    def row(organisation_id: UUID) -> Person:
        return Person(
            organisation_id=organisation_id,
            name="Di",
            search_name="di",
            language=Language.ENGLISH,
            created_at=clock(),
        )

    own = scopes.Organisation(two[0])
    with transaction(own) as session:
        session.add(row(two[0]))
    with pytest.raises(ScopeError), transaction(own) as session:
        session.add(row(two[1]))
    with pytest.raises(ScopeError), transaction(own) as session:
        mine = session.scalars(select(Person)).first()
        assert mine is not None
        mine.organisation_id = two[1]
    limit = {"id": two[0], "organisation_id": two[1], "currency": "USD", "limit_minor": 1}
    with pytest.raises(ScopeError), transaction(own) as session:
        bulk_insert(session, ApprovalLimit, [limit])


def test_a_holder_sees_the_own_persons_and_a_reseller_none(two: Ids) -> None:
    with seen_by(scopes.Organisation(two[0])) as session:
        mine = session.scalars(select(Person.id)).first()
    assert mine is not None
    with seen_by(scopes.Holder(two[0], frozenset({mine}))) as session:
        assert session.scalars(select(Person.id)).all() == [mine]
    with seen_by(scopes.Reseller(two[0])) as session:
        assert session.scalars(select(Person.id)).all() == []


def test_a_reading_session_does_not_write(two: Ids) -> None:
    with reading(scopes.System("test")) as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        person.name = "Mallory"
        with pytest.raises(ScopeError):
            session.flush()
