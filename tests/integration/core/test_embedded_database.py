"""The embedded database: its version and settings."""

from __future__ import annotations

import pytest
from flask import Flask

from vlms.core.db import db


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_version_is_one_whose_log_holds(app: Flask) -> None:
    """Older ones may lose pages when two connections write and check-point at one moment."""
    module = db.engine.dialect.dbapi
    assert module is not None
    assert tuple(map(int, module.sqlite_version.split("."))) >= (3, 51, 3)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_committed_stays_and_what_is_removed_is_gone(app: Flask) -> None:
    with db.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
