"""The migration of invitations on an installation with links: each stays, a new word is known."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db

_AT = "'2026-01-01 00:00:00+00:00'"


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def link(number: int, purpose: str) -> str:
    return (
        "INSERT INTO one_time_link (id, purpose, subject_id, created_at, expires_at) VALUES"
        f" ('{number:032x}', '{purpose}', '{1:032x}', {_AT}, {_AT})"
    )


def mail(number: int, link_number: int) -> str:
    """A mail that carries a link: its reference holds while the table of links is made anew."""
    return (
        "INSERT INTO outbox_message (id, subject_id, template, facts, link_id, to_name, to_address,"
        " language, once_key, state, attempts, next_at, created_at) VALUES"
        f" ('{number:032x}', '{1:032x}', 'invitation', '{{}}', '{link_number:032x}', 'x', 'x',"
        f" 'en', 'k{number}', 'sent', 1, {_AT}, {_AT})"
    )


def purposes() -> list[str]:
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT purpose FROM one_time_link ORDER BY id"))
        return [row[0] for row in found]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_links_stay_and_invitations_are_known(kind: str, elsewhere: Path) -> None:
    own, before = revisions("invitations")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(link(1, "set_password"), mail(11, 1))
        with pytest.raises(IntegrityError):
            run(link(2, "join"))
        flask_migrate.upgrade(revision=own)
        run(link(2, "join"), mail(12, 2))
        assert purposes() == ["set_password", "join"]
        with pytest.raises(IntegrityError):
            run(link(3, "no such word"))
        flask_migrate.downgrade(revision=before)
        assert purposes() == ["set_password"]
        with pytest.raises(IntegrityError):
            run(link(2, "join"))
        flask_migrate.upgrade(revision=own)
