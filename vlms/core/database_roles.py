"""The two roles of PostgreSQL: one owns the tables and migrates, the other one works.

The policies of tables do not hold for their owner, nor for a superuser: the application works
as neither, and does not start as one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url

from vlms.core.errors import DomainError
from vlms.core.row_security import models, quoted, renew, rights
from vlms.core.text import Text, _

_WHAT_IT_IS = (
    "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
)
_TABLES = (
    "SELECT bool_or(pg_has_role(relowner, 'MEMBER')), bool_or(NOT relrowsecurity) FROM pg_class "
    "WHERE relname = ANY (%s) AND relkind IN ('r', 'p') "
    "AND relnamespace = current_schema()::regnamespace"
)
_SEQUENCES = "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA"


class RoleRefused(DomainError):
    """The application would work as a role for which the tables' policies do not hold."""

    reason = "database_role"


def watch_role(engine: Engine) -> None:
    """Check the role of each new connection; raises RoleRefused. SQLite has no roles."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def _check(connection: Any, _record: Any) -> None:
        try:
            check_role(connection)
        finally:
            connection.rollback()


def check_role(connection: Any) -> None:
    """Ask over a driver's connection what its role is and owns; raises RoleRefused."""
    is_super, bypasses, makes_roles = connection.execute(_WHAT_IT_IS).fetchone()
    names = [model.__tablename__ for model in models()]
    owns, is_open = connection.execute(_TABLES, (names,)).fetchone()
    if is_super:
        raise _refused(_("The database role is a superuser: tenants are not kept apart for it."))
    if bypasses or makes_roles:
        raise _refused(_("The database role may bypass the policies that keep tenants apart."))
    if owns:
        raise _refused(_("The database role owns tables: tenants are not kept apart for it."))
    if is_open:
        raise _refused(_("Some tables have no policies that keep tenants apart."))


def _refused(sentence: Text) -> RoleRefused:
    return RoleRefused(
        None,
        sentence,
        way_out=_(
            'Make two roles ("vlms db roles" prints the statements), name the owner in '
            "VLMS_DATABASE_OWNER_URL and the other one in VLMS_DATABASE_URL, and run "
            '"vlms db upgrade". VLMS_SINGLE_DATABASE_ROLE=1 goes on without this guard.'
        ),
    )


def secure(connection: Connection, role: str | None) -> int:
    """Renew the policies, and what the application's role may do; as the owner.

    Returns of how many tables the policies have changed. Nothing is done on SQLite.
    """
    if connection.dialect.name != "postgresql":
        return 0
    changed = renew(connection)
    schema = connection.scalar(text("SELECT current_schema()"))
    if role is not None and schema is not None:
        for statement in grants(role, schema):
            connection.exec_driver_sql(statement)
        if connection.scalar(text("SELECT to_regclass('alembic_version')")):
            connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {quoted(role)}")
    return changed


def grants(role: str, schema: str) -> list[str]:
    """What gives the application's role its rights, and takes every other one from it."""
    to, inside = quoted(role), quoted(schema)
    found = [
        f"GRANT USAGE ON SCHEMA {inside} TO {to}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {inside} FROM {to}",
        f"GRANT {_SEQUENCES} {inside} TO {to}",
    ]
    for model in models():
        found.append(f"GRANT {rights(model.visible)} ON {quoted(model.__tablename__)} TO {to}")
    return found


def role_of(url: str) -> str | None:
    """The role that an address of a database names."""
    return make_url(url).username


def making_roles(owner: str, role: str, database: str) -> list[str]:
    """What a superuser runs once, in the database, before the first `vlms db upgrade`."""
    first, second, where = quoted(owner), quoted(role), quoted(database)
    plain = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
    return [
        f"CREATE ROLE {first} {plain};",
        f"CREATE ROLE {second} {plain};",
        f"REVOKE ALL ON DATABASE {where} FROM PUBLIC;",
        f"ALTER DATABASE {where} OWNER TO {first};",
        f"GRANT CONNECT ON DATABASE {where} TO {second};",
        f"ALTER SCHEMA public OWNER TO {first};",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
        f"GRANT USAGE ON SCHEMA public TO {second};",
    ]
