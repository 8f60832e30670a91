"""The tests' database as the role that owns its tables, beside the application's own one."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy import Engine, create_engine

from vlms.core.database_roles import role_of, secure
from vlms.core.db import Base, db, engine_options

_OWNER = "tests.owner"


def owner_engine() -> Engine:
    """The current application's database as its owner, whom no policies hold."""
    found: Engine = current_app.extensions.get(_OWNER, db.engine)
    return found


def install_tables(app: Flask, owner_url: str | None) -> None:
    """Make all tables and, on PostgreSQL, their policies; within the application's context."""
    if owner_url is not None:
        app.extensions[_OWNER] = create_engine(owner_url, **engine_options(owner_url))
    with owner_engine().begin() as connection:
        Base.metadata.create_all(connection)
        role = role_of(app.config["SETTINGS"].database_url) if owner_url else None
        secure(connection, role)
