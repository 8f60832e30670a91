"""PostgreSQL keeps tenants apart by itself, whatever statement reaches it (threat 5).

The twin here is a session without the scope that the product's sessions have: it sends raw SQL
as the application's role. As the tables' owner the same statements see everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import QueuePool

from tests.support.clock import StillClock
from tests.support.demo import Played, play_demo
from tests.support.making import make_organisation, make_person, making
from tests.support.owning import owner_engine
from vlms.accounts.models import Person
from vlms.core import scope as scopes
from vlms.core.db import db, reading, transaction
from vlms.core.row_security import models, outdated
from vlms.core.work import Actor

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
Ids = tuple[UUID, UUID]
PEOPLE = text("SELECT count(*) FROM person")


@pytest.fixture
def two(app: Flask, clock: StillClock) -> Ids:
    """Two organisations with three persons each."""
    with making(clock()) as work:
        found = [make_organisation(work, slug) for slug in ("contoso", "fabrikam")]
        for organisation in found:
            for name in ("Ann", "Bo", "Cy"):
                make_person(work, organisation, name)
        return found[0].id, found[1].id


@pytest.fixture
def played(app: Flask, clock: StillClock) -> Played:
    return play_demo(clock)


@contextmanager
def told(scope: scopes.Scope) -> Iterator[Connection]:
    """A connection on which raw SQL works for a scope, with nothing else that holds it."""
    with transaction(scope) as session:
        yield session.connection()


def counts(connection: Connection) -> dict[str, int]:
    names = [model.__tablename__ for model in models()]
    return {
        name: int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0) for name in names
    }


def test_a_connection_that_tells_no_scope_sees_nothing_of_any_table(played: Played) -> None:
    with db.engine.connect() as connection:
        assert not any(counts(connection).values())
    with owner_engine().connect() as connection:
        found = counts(connection)
    assert sum(map(bool, found.values())) > 40, "the negative control sees what is there"


def test_raw_sql_stays_inside_the_organisation(two: Ids) -> None:
    with told(scopes.Organisation(two[0])) as connection:
        assert connection.scalar(PEOPLE) == 3
    with told(scopes.System("test")) as connection:
        assert connection.scalar(PEOPLE) == 6
    with owner_engine().connect() as connection:
        assert connection.scalar(PEOPLE) == 6


def test_a_connection_keeps_no_scope_for_who_takes_it_next(two: Ids) -> None:
    with told(scopes.System("test")) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    with ExitStack() as opened:
        taken = [opened.enter_context(db.engine.connect()) for _each in range(pool.checkedin())]
        assert number in [one.scalar(text("SELECT pg_backend_pid()")) for one in taken]
        assert {one.scalar(PEOPLE) for one in taken} == {0}


def test_another_scope_in_the_same_session_is_told_at_once(two: Ids) -> None:
    with (
        making(StillClock()(), Actor("x"), scopes.Organisation(two[0])) as work,
        work.as_system("answers an event"),
    ):
        assert len(work.session.scalars(select(Person)).all()) == 6
        assert work.session.connection().scalar(PEOPLE) == 6
    with transaction(scopes.Organisation(two[0])) as session:
        with session.begin_nested() as part:
            session.info["scope"] = scopes.System("within a savepoint")
            assert len(session.scalars(select(Person)).all()) == 6
            part.rollback()
        session.info["scope"] = scopes.Organisation(two[1])
        session.scalars(select(Person)).all()
        assert session.connection().scalar(PEOPLE) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET name = 'Mallory' WHERE organisation_id = :theirs",
        "DELETE FROM person WHERE organisation_id = :theirs",
    ],
)
def test_rows_of_another_tenant_are_not_there_to_be_changed(two: Ids, statement: str) -> None:
    values = {"theirs": two[1]}
    with told(scopes.Organisation(two[0])) as connection:
        assert connection.execute(text(statement), values).rowcount == 0
    with owner_engine().connect() as connection:
        assert connection.execute(text(statement), values).rowcount == 3
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO school (id, organisation_id, name) VALUES (:id, :theirs, 'Mallory')",
        "UPDATE person SET organisation_id = :theirs",
    ],
)
def test_nothing_is_written_into_another_tenant(two: Ids, statement: str) -> None:
    values = {"theirs": two[1], **({"id": uuid4()} if ":id" in statement else {})}
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        told(scopes.Organisation(two[0])) as connection,
    ):
        connection.execute(text(statement), values)
    with owner_engine().connect() as connection:
        assert connection.execute(text(statement), values).rowcount > 0
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_detail SET actor_name = 'x'",
        "TRUNCATE audit_detail",
        "UPDATE audit_link SET position = -position",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "UPDATE signed_head SET position = 0",
        "DELETE FROM signed_head",
        "TRUNCATE signed_head",
        "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
    ],
)
def test_the_role_has_no_right_to_rewrite_the_journal(two: Ids, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        told(scopes.System("test")) as connection,
    ):
        connection.execute(text(statement))
    with owner_engine().connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))
        connection.rollback()


def test_details_are_removed_by_the_system_alone(two: Ids) -> None:
    """What an erased person's entries told; the entries stay, and say that it was erased."""
    statement = text("DELETE FROM audit_detail")
    with told(scopes.Organisation(two[0])) as connection:
        assert connection.execute(statement).rowcount == 0
    with told(scopes.System("test")) as connection:
        assert connection.execute(statement).rowcount > 0


def test_both_guards_show_each_scope_the_same_rows(played: Played) -> None:
    """Every table, as the session reads it and as raw SQL under the policies alone."""
    compared = 0
    for scope in _scopes(played):
        for model in models():
            mapper = model.__mapper__
            key = [mapper.get_property_by_column(column) for column in mapper.primary_key]
            with reading(scope) as session:
                by_session = {
                    tuple(row)
                    for row in session.execute(select(*(one.class_attribute for one in key)))
                }
                columns = ", ".join(f'"{column.name}"' for column in mapper.primary_key)
                statement = text(f'SELECT {columns} FROM "{model.__tablename__}"')
                by_policy = {tuple(row) for row in session.connection().execute(statement)}
            assert by_session <= by_policy, (scope, model)
            if model.is_finished() is None:
                assert by_session == by_policy, (scope, model)
            compared += len(by_session)
    assert compared > 500


def _scopes(played: Played) -> list[scopes.Scope]:
    cast = played.stage.cast
    with reading(scopes.System("test")) as session:
        people = session.execute(select(Person.id, Person.manager_id)).all()
    managed = frozenset(key for key, manager in people if manager is not None)
    user = next(iter(cast.users.values())).id
    organisations = [organisation.id for organisation in cast.organisations.values()]
    return [
        *(scopes.Organisation(key) for key in organisations),
        *(scopes.Reseller(key) for key in organisations),
        scopes.Holder(user, frozenset(key for key, _manager in people[::3])),
        scopes.Team(user, managed or frozenset(key for key, _manager in people[::2])),
        scopes.System("test"),
    ]


def test_the_policies_that_stand_are_those_of_the_models(app: Flask) -> None:
    with owner_engine().connect() as connection:
        assert outdated(connection) == []
        connection.execute(text("DROP POLICY vlms_read ON person"))
        assert outdated(connection) == [Person], "a table without its policies is found"
        connection.rollback()
