"""The migration of sign-in providers keeps sessions of before: no provider has opened them."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db
from vlms.core.tokens import new_id

AT = "2026-03-02 09:00:00"


def write(statement: str, **values: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement), {"at": AT, **values})


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sessions_that_are_there_stay(kind: str, elsewhere: Path) -> None:
    own, before = revisions("sign_in_providers")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        user_id = new_id().hex
        write(
            'INSERT INTO "user" (id, email, name, language, time_zone, created_at)'
            " VALUES (:id, 'ann@contoso.example', 'Ann', 'en', 'UTC', :at)",
            id=user_id,
        )
        write(
            "INSERT INTO sign_in_session (id, user_id, secret_digest, created_at, expires_at,"
            " last_seen_at, proofs, try_count) VALUES (:id, :user_id, :digest, :at, :at, :at,"
            " '[]', 0)",
            id=new_id().hex,
            user_id=user_id,
            digest="d" * 64,
        )
        for to in (own, before, own):
            step = flask_migrate.downgrade if to == before else flask_migrate.upgrade
            step(revision=to)
            with db.engine.connect() as connection:
                kept = connection.execute(text("SELECT secret_digest FROM sign_in_session"))
                assert kept.scalars().all() == ["d" * 64]
        with db.engine.connect() as connection:
            opened = connection.execute(text("SELECT provider_id FROM sign_in_session"))
            assert opened.scalars().all() == [None]
