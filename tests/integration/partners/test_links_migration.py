"""The migration of links on an installation with people: what may stand once stands once (K1)."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db

_AT = "'2026-01-01 00:00:00+00:00'"
_PLACE, _USER, _PERSON, _PROFILE = (f"'{number:032x}'" for number in range(1, 5))
_PEOPLE = (
    "INSERT INTO organisation (id, slug, kind, name, search_name, country, time_zone, language,"
    " assign_delay_minutes, has_roc_years, created_at) VALUES"
    f" ({_PLACE}, 'contoso', 'customer', 'x', 'x', 'US', 'UTC', 'en', 30, false, {_AT})",
    'INSERT INTO "user" (id, email, name, language, time_zone, created_at) VALUES'
    f" ({_USER}, 'lin@contoso.example', 'Lin', 'en', 'UTC', {_AT})",
    "INSERT INTO person (id, organisation_id, user_id, name, search_name, language, created_at)"
    f" VALUES ({_PERSON}, {_PLACE}, {_USER}, 'Lin', 'lin', 'en', {_AT})",
)


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def profile(key: str, mcid: str) -> str:
    return (
        "INSERT INTO certification_profile (id, user_id, mcid, account_kind, proved_at,"
        f" is_learning_linked, link_count) VALUES ({key}, {_USER}, '{mcid}', 'personal', {_AT},"
        " false, 0)"
    )


def association(number: int, ended: str, why: str) -> str:
    return (
        "INSERT INTO mcid_association (id, organisation_id, person_id, user_id, profile_id,"
        " started_at, assessments_ended_at, exams_ended_at, ended_at, end_reason) VALUES"
        f" ('{number:032x}', {_PLACE}, {_PERSON}, {_USER}, {_PROFILE}, {_AT}, {ended}, {ended},"
        f" {ended}, {why})"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_user_has_two_links_and_no_mcid_two_users_k1(kind: str, elsewhere: Path) -> None:
    own, before = revisions("links")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(*_PEOPLE)
        flask_migrate.upgrade(revision=own)
        run(profile(_PROFILE, "990123456"), association(10, "NULL", "NULL"))
        run(association(11, _AT, "'swapped'"), association(12, _AT, "'left'"))
        for wrong in (
            profile(f"'{5:032x}'", "990123456"),
            association(13, "NULL", "NULL"),
            association(14, _AT, "NULL"),
        ):
            with pytest.raises(IntegrityError):
                run(wrong)
        flask_migrate.downgrade(revision=before)
        flask_migrate.upgrade(revision=own)
