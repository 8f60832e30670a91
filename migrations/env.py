"""Runs the migrations on the application's own engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from vlms.core.db import Base, Instant, UnitPrice

database = current_app.extensions["migrate"].db


# What our column types are to the database; a migration must not depend on our code.
PLAIN = {Instant: "sa.DateTime(timezone=True)", UnitPrice: "sa.BigInteger()"}


def render(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as the plain ones that they are stored in."""
    return PLAIN.get(type(item), False) if kind == "type" else False


@contextmanager
def unchained_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite copy a table that others refer to: dropping the old one is no deletion then.

    Its own procedure for it (sqlite.org/lang_altertable.html, 7): off before the transaction, on
    after it, and a look at every reference at its end.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        # All is committed by now; within a transaction the next line would do nothing.
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = ON")


def check_keys(connection: Connection) -> None:
    """Nothing is committed that refers to what is not there."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows refer to what is not there: {broken[:5]}")


def run() -> None:
    """Migrate in one transaction; SQLite's tables are changed by copying (batch mode)."""
    with database.engine.connect() as connection, unchained_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_keys(connection)


run()
