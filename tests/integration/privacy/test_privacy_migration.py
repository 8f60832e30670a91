"""The migration keeps people, and guards those who are erased from then on (D1)."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db
from vlms.core.tokens import new_id

AT = "2026-03-02 09:00:00"


def write(statement: str, **values: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement), {"at": AT, **values})


def insert_people() -> None:
    place = new_id().hex
    write(
        "INSERT INTO organisation (id, slug, kind, name, search_name, country, time_zone,"
        " language, assign_delay_minutes, has_roc_years, created_at) VALUES (:id, 'contoso',"
        " 'customer', 'Contoso', 'contoso', 'US', 'UTC', 'en', 30, false, :at)",
        id=place,
    )
    for name in ("amy", "ben"):
        write(
            "INSERT INTO person (id, organisation_id, name, search_name, email, language,"
            " created_at) VALUES (:id, :place, :name, :name, :email, 'en', :at)",
            id=new_id().hex,
            place=place,
            name=name,
            email=f"{name}@x.example",
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_people_who_are_there_stay_and_are_guarded(kind: str, elsewhere: Path) -> None:
    own, before = revisions("privacy")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        insert_people()
        flask_migrate.upgrade(revision=own)
        with pytest.raises(IntegrityError):
            write("UPDATE person SET erased_at = :at WHERE name = 'amy'")
        write("UPDATE person SET erased_at = :at, left_at = :at, email = NULL WHERE name = 'amy'")
        with pytest.raises(IntegrityError):
            write("UPDATE person SET email = 'amy@x.example' WHERE name = 'amy'")
        with db.engine.connect() as connection:
            names = connection.execute(text("SELECT name FROM person ORDER BY name")).scalars()
            assert names.all() == ["amy", "ben"]
        flask_migrate.downgrade(revision=before)
        write("UPDATE person SET email = 'amy@x.example' WHERE name = 'amy'")
