"""A command on a database that is not of this release says so in one sentence, with the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.support.owning import owner_engine
from vlms.cli import cli
from vlms.core.health import DatabaseNotReady, check_database, newest_revision

MADE = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"


@pytest.fixture
def revision(app: Flask) -> Iterator[None]:
    """A table for the revision, which these databases are made without."""
    with owner_engine().begin() as connection:
        connection.execute(text(MADE))
        if connection.dialect.name == "postgresql":
            connection.execute(text("GRANT SELECT ON alembic_version TO PUBLIC"))
    yield
    with owner_engine().begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


def test_a_database_without_tables_names_the_way_out(app: Flask) -> None:
    with pytest.raises(DatabaseNotReady, match=r"has no tables yet\. Make them: vlms db upgrade"):
        check_database()


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("0001", "of an older release: at 0001, this program needs .*vlms db upgrade"),
        ("9999", "of a newer release: at 9999, this program knows .*Run the release"),
    ],
)
def test_another_release_s_database_is_told(
    app: Flask, revision: None, found: str, told: str
) -> None:
    with owner_engine().begin() as connection:
        values = {"found": found}
        connection.execute(text("INSERT INTO alembic_version VALUES (:found)"), values)
    with pytest.raises(DatabaseNotReady, match=told):
        check_database()
    with owner_engine().begin() as connection:
        values = {"found": newest_revision()}
        connection.execute(text("UPDATE alembic_version SET version_num = :found"), values)
    check_database()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [("keys", "list"), ("audit", "verify"), ("worker", "--once")])
def test_commands_refuse_with_it_and_never_with_the_driver_s_words(
    app: Flask, elsewhere: Path, words: tuple[str, ...]
) -> None:
    found = CliRunner().invoke(cli, words, env={"VLMS_INSTANCE": str(elsewhere)})
    assert isinstance(found.exception, DatabaseNotReady), found.exception
    assert not isinstance(found.exception, OperationalError)
