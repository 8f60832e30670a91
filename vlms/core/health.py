"""Whether the database is there and migrated to this release."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from vlms.core.db import db
from vlms.core.row_security import outdated
from vlms.resources import resource_path


def is_ready() -> bool:
    """The database answers, and its revision and policies are this release's."""
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            is_postgres = connection.dialect.name == "postgresql"
            if is_postgres and outdated(connection):
                return False
    except SQLAlchemyError:
        return False
    return current == newest_revision()


def newest_revision() -> str | None:
    """The revision that this release needs."""
    config = Config()
    config.set_main_option("script_location", str(resource_path("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()
