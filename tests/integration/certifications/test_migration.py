"""The migration changes a table that others refer to, with all that is in it."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db

_FAMILY = "INSERT INTO exam_family (key, name_en, name_zh) VALUES ('F', 'F', 'F')"
_EXAM = "INSERT INTO exam (number, name_en, name_zh, family_key) VALUES ('70-410', 'x', 'x', 'F')"
_LINK = "INSERT INTO certification_exam (certification_key, exam_number) VALUES ('old', '70-410')"


def _certification(key: str, kind: str) -> str:
    return (
        "INSERT INTO certification (key, kind, name_en, name_zh)"
        f" VALUES ('{key}', '{kind}', 'x', 'x')"
    )


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kinds_are_added_to_a_catalogue_that_is_in_use_r1(kind: str, elsewhere: Path) -> None:
    own, before = revisions("certifications")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(_FAMILY, _EXAM, _certification("old", "mta"), _LINK)
        with pytest.raises(IntegrityError):
            run(_certification("early", "mcsa"))
        flask_migrate.upgrade(revision=own)
        run(_certification("new", "mcsa"))
        with pytest.raises(IntegrityError):
            run(_certification("wrong", "mcsx"))
        with db.engine.connect() as connection:
            links = connection.execute(text("SELECT count(*) FROM certification_exam")).scalar()
        assert links == 1
        # References are watched again once the migration is through.
        with pytest.raises(IntegrityError):
            run("DELETE FROM certification WHERE key = 'old'")
        run("DELETE FROM certification WHERE key = 'new'")
        flask_migrate.downgrade(revision=before)
        flask_migrate.upgrade(revision=own)
