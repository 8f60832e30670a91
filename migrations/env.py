"""Runs the migrations on the application's own engine."""

from alembic import context
from flask import current_app

from vlms.core.db import Base, Instant, UnitPrice

database = current_app.extensions["migrate"].db


# What our column types are to the database; a migration must not depend on our code.
PLAIN = {Instant: "sa.DateTime(timezone=True)", UnitPrice: "sa.BigInteger()"}


def render(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as the plain ones that they are stored in."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def run() -> None:
    """Migrate in one transaction; SQLite's tables are changed by copying (batch mode)."""
    with database.engine.connect() as connection:
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


run()
