"""The migration keeps sessions of before: they were opened by a password and are complete."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

from tests.support import postgres
from vlms.app import create_app
from vlms.core.db import db
from vlms.core.tokens import new_id
from vlms.resources import resource_path
from vlms.settings import read_settings

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def revisions() -> tuple[str, str]:
    """The migration's own and the one before."""
    (file,) = (Path(resource_path("migrations")) / "versions").glob("*_getting_in.py")
    spec = importlib.util.spec_from_file_location("getting_in", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.revision, module.down_revision


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'old.sqlite3'}"
        return
    server = postgres.start()
    name = f"old_{new_id().hex[-12:]}"
    try:
        yield postgres.create_database(server, name)
    finally:
        postgres.drop_database(server, name)


def insert_old_session() -> None:
    user_id, when = new_id().hex, WHEN.isoformat(" ")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO "user" (id, email, name, language, time_zone, created_at)'
                " VALUES (:id, 'ann@contoso.example', 'Ann', 'en', 'UTC', :at)"
            ),
            {"id": user_id, "at": when},
        )
        connection.execute(
            text(
                "INSERT INTO sign_in_session (id, user_id, secret_digest, created_at, expires_at)"
                " VALUES (:id, :user_id, :digest, :at, :at)"
            ),
            {"id": new_id().hex, "user_id": user_id, "digest": "d" * 64, "at": when},
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sessions_of_before_are_complete_and_seen_when_they_were_opened(
    kind: str, elsewhere: Path
) -> None:
    own, before = revisions()
    elsewhere.mkdir(parents=True)
    with empty_database(kind, elsewhere) as url:
        environment = {
            "VLMS_INSTANCE": str(elsewhere),
            "VLMS_DATABASE_URL": url,
            "VLMS_SINGLE_DATABASE_ROLE": "1",
        }
        app = create_app(replace(read_settings(environment), testing=True))
        with app.app_context(), closing(db.session):
            flask_migrate.upgrade(revision=before)
            insert_old_session()
            flask_migrate.upgrade(revision=own)
            with db.engine.connect() as connection:
                found = connection.execute(
                    text(
                        "SELECT created_at = last_seen_at, created_at = complete_at,"
                        " created_at = proved_at, proofs FROM sign_in_session"
                    )
                ).one()
            assert [bool(each) for each in found[:3]] == [True, True, True]
            assert "password" in str(found[3])
            flask_migrate.downgrade(revision=before)
            flask_migrate.upgrade(revision=own)
            db.session.remove()
            db.engine.dispose()
