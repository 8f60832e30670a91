"""The migration of locations on an installation with people: one headquarters, an id once (K5)."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db

_AT = "'2026-01-01 00:00:00+00:00'"
_PLACE, _PERSON, _HEAD, _BRANCH = (f"'{number:032x}'" for number in range(1, 5))
_PEOPLE = (
    "INSERT INTO organisation (id, slug, kind, name, search_name, country, time_zone, language,"
    " assign_delay_minutes, has_roc_years, created_at) VALUES"
    f" ({_PLACE}, 'contoso', 'customer', 'x', 'x', 'US', 'UTC', 'en', 30, false, {_AT})",
    "INSERT INTO person (id, organisation_id, name, search_name, language, created_at)"
    f" VALUES ({_PERSON}, {_PLACE}, 'Lin', 'lin', 'en', {_AT})",
)


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def location(key: str, mpn_id: str, head: str) -> str:
    return (
        "INSERT INTO partner_location (id, organisation_id, mpn_id, name, city, country,"
        f" is_headquarters, created_at) VALUES ({key}, {_PLACE}, '{mpn_id}', 'x', 'x', 'TW',"
        f" {head}, {_AT})"
    )


def belonging(number: int, place: str) -> str:
    return (
        "INSERT INTO partner_location_person (id, organisation_id, person_id, location_id)"
        f" VALUES ('{number:032x}', {_PLACE}, {_PERSON}, {place})"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_headquarters_each_id_once_and_each_person_once(kind: str, elsewhere: Path) -> None:
    own, before = revisions("locations")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(*_PEOPLE)
        flask_migrate.upgrade(revision=own)
        run(location(_HEAD, "1", "true"), location(_BRANCH, "2", "false"), belonging(9, _HEAD))
        for wrong in (
            location(f"'{5:032x}'", "2", "false"),
            location(f"'{6:032x}'", "3", "true"),
            belonging(10, _BRANCH),
        ):
            with pytest.raises(IntegrityError):
                run(wrong)
        flask_migrate.downgrade(revision=before)
        flask_migrate.upgrade(revision=own)
