"""`vlms db`: make, migrate and check the database."""

from __future__ import annotations

import sys
import tempfile

import click
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import current_app
from flask_migrate import revision as make_revision
from flask_migrate import upgrade as run_upgrade

from vlms.core.commands import with_app
from vlms.core.db import Base, db
from vlms.core.installation import remember_keys
from vlms.core.keys import load_keys
from vlms.core.loading import load
from vlms.settings import Settings, read_settings


@click.group("db")
def db_group() -> None:
    """Make, migrate and check the database."""


@db_group.command()
@with_app
def upgrade() -> None:
    """Bring the database to this release; makes it when there is none."""
    run_upgrade()
    settings: Settings = current_app.config["SETTINGS"]
    remember_keys(load_keys(settings.key_file, settings.keys))
    click.echo(f"The database is up to date: {db.engine.url.render_as_string()}")


@db_group.command()
@click.argument("message")
@with_app
def revision(message: str) -> None:
    """Write a migration from what the models say and the database lacks."""
    make_revision(message=message, autogenerate=True)


@db_group.command()
def check() -> None:
    """Exit 1 unless the migrations make exactly what the models say."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"VLMS_INSTANCE": folder})
        with load("vlms.app:create_app")(settings).app_context():
            run_upgrade()
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                differences = compare_metadata(context, Base.metadata)
            db.engine.dispose()
    for difference in differences:
        click.echo(f"not in step: {difference}", err=True)
    sys.exit(1 if differences else 0)
