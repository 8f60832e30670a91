"""`vlms db`: make, migrate and check the database."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import revision as make_revision
from flask_migrate import upgrade as run_upgrade

from vlms.core.commands import with_app
from vlms.core.database_roles import making_roles, role_of, secure
from vlms.core.db import Base, db
from vlms.core.installation import remember_keys
from vlms.core.keys import load_keys
from vlms.core.loading import load
from vlms.core.row_security import models, statements
from vlms.settings import Settings, read_settings


@click.group("db")
def db_group() -> None:
    """Make, migrate and check the database."""


@contextmanager
def _as_owner() -> Iterator[Settings]:
    """The application as the role that owns the tables, where the settings name one."""
    settings = read_settings(os.environ)
    owner = settings.database_owner_url or settings.database_url
    own = replace(settings, database_url=owner, single_database_role=True)
    with load("vlms.app:create_app")(own).app_context():
        yield settings


@db_group.command()
def upgrade() -> None:
    """Bring the database to this release; makes it when there is none."""
    with _as_owner() as settings:
        run_upgrade()
        role = role_of(settings.database_url) if settings.database_owner_url else None
        with db.engine.begin() as connection:
            changed = secure(connection, role)
        if changed:
            click.echo(f"Policies that keep tenants apart were renewed: {changed} tables.")
        remember_keys(load_keys(settings.key_file, settings.keys))
        click.echo(f"The database is up to date: {db.engine.url.render_as_string()}")


@db_group.command()
def policies() -> None:
    """Print the policies of all tables, as "vlms db upgrade" makes them on PostgreSQL."""
    load("vlms.tables:TABLES")
    for model in models():
        for statement in statements(model):
            click.echo(f"{statement};")


@db_group.command()
@click.option("--owner", default="vlms_owner", show_default=True, help="Owns the tables.")
@click.option("--role", default="vlms", show_default=True, help="The application works as this.")
@click.option("--database", default="vlms", show_default=True, help="The database's name.")
def roles(owner: str, role: str, database: str) -> None:
    """Print what a superuser runs in the database to make its two roles."""
    for statement in making_roles(owner, role, database):
        click.echo(statement)


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
