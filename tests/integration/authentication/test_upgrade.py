"""The migration keeps sessions of before: they were opened by a password and are complete."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db
from vlms.core.tokens import new_id

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
    own, before = revisions("getting_in")
    with old_database(kind, elsewhere):
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
