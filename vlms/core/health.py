"""Whether the database is there and migrated to this release."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.row_security import outdated
from vlms.core.text import _
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


class DatabaseNotReady(DomainError):
    """The database is not there, or not of this release."""

    reason = "database_not_ready"


def check_database() -> None:
    """Raises DatabaseNotReady unless the database answers and is of this release."""
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            is_outdated = connection.dialect.name == "postgresql" and outdated(connection)
    except SQLAlchemyError as error:
        raise DatabaseNotReady(
            None,
            _("The database does not answer, or lets nobody in with these settings."),
            way_out=_("See that it runs, and what VLMS_DATABASE_URL says."),
        ) from error
    needed = newest_revision() or ""
    if found != needed or is_outdated:
        raise _not_ready(found, needed)


def _not_ready(found: str | None, needed: str) -> DatabaseNotReady:
    if found is None:
        return DatabaseNotReady(
            None,
            _("The database has no tables yet."),
            way_out=_("Make them: vlms db upgrade"),
        )
    if found == needed:
        return DatabaseNotReady(
            None,
            _("The database's policies that keep tenants apart are not of this release."),
            way_out=_("Renew them: vlms db upgrade"),
        )
    if found > needed:
        return DatabaseNotReady(
            None,
            _(
                "The database is of a newer release: at %(found)s, this program knows %(needed)s.",
                found=found,
                needed=needed,
            ),
            way_out=_("Run the release that migrated it, or put back a backup of before."),
        )
    return DatabaseNotReady(
        None,
        _(
            "The database is of an older release: at %(found)s, this program needs %(needed)s.",
            found=found,
            needed=needed,
        ),
        way_out=_("Back it up, then bring it to this release: vlms db upgrade"),
    )


def newest_revision() -> str | None:
    """The revision that this release needs."""
    config = Config()
    config.set_main_option("script_location", str(resource_path("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()
