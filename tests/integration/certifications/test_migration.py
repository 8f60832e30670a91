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


_AT = "'2026-01-01 00:00:00+00:00'"
_PLACE, _PERSON, _HELD = (f"'{number:032x}'" for number in (1, 2, 3))
# A customer's person with a certification from an exam's result, and a try to renew it.
_TRANSCRIPT = (
    "INSERT INTO organisation (id, slug, kind, name, search_name, country, time_zone,"
    " language, assign_delay_minutes, has_roc_years, created_at)"
    f" VALUES ({_PLACE}, 'x', 'customer', 'x', 'x', 'US', 'UTC', 'en', 30, false, {_AT})",
    "INSERT INTO person (id, organisation_id, name, search_name, language, created_at)"
    f" VALUES ({_PERSON}, {_PLACE}, 'x', 'x', 'en', {_AT})",
    "INSERT INTO held_certification (id, organisation_id, person_id, certification_key,"
    " earned_on, expires_on, source, created_at, version)"
    f" VALUES ({_HELD}, {_PLACE}, {_PERSON}, 'old', '2025-01-01', '2026-01-01', 'exam', {_AT}, 2)",
    "INSERT INTO renewal_attempt (id, organisation_id, person_id, held_id, expired_on,"
    f" attempted_at, has_passed, created_at) VALUES ({_HELD}, {_PLACE}, {_PERSON}, {_HELD},"
    f" '2026-01-01', {_AT}, false, {_AT})",
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_transcripts_stay_and_say_where_they_are_from(kind: str, elsewhere: Path) -> None:
    own, before = revisions("renewals")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(_certification("old", "associate"), *_TRANSCRIPT)
        flask_migrate.upgrade(revision=own)
        with db.engine.connect() as connection:
            held = connection.execute(text("SELECT is_derived, told_for FROM held_certification"))
            assert [(bool(one), day) for one, day in held] == [(True, None)]
            tried = connection.execute(text("SELECT source FROM renewal_attempt")).scalars()
            assert tried.all() == ["entry"]
        with pytest.raises(IntegrityError):
            run("UPDATE renewal_attempt SET source = 'rumour'")
        flask_migrate.downgrade(revision=before)
        flask_migrate.upgrade(revision=own)
