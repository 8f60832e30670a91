"""Row-level security of PostgreSQL, written from what the models say of who sees them.

The second guard beside the session's scope: whatever statement reaches the database, it sees and
changes only what the scope told with :mod:`vlms.core.told_scope` may. Without one it sees
nothing. What narrows an organisation's scope to agreements or schools is the session's alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, literal_column, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import ColumnElement

from vlms.core.db import Base
from vlms.core.scope import Visibility

# The setting within which a scope is told, and by which of its values every policy asks.
KIND, ORGANISATION, RESELLER, HOLDER, TEAM = (
    f"vlms.{name}" for name in ("scope", "organisation", "reseller", "holder", "team")
)
SETTINGS = (KIND, ORGANISATION, RESELLER, HOLDER, TEAM)
SYSTEM = "system"

# A subselect is evaluated once for a statement, not for each row; and unlike a comparison
# with an unknown value the planner takes a bare condition for as good as open.
_TOLD = f"(SELECT current_setting('{KIND}', true) <> '')"
_SYSTEM = f"(SELECT current_setting('{KIND}', true) = '{SYSTEM}')"
_READ = "vlms_read"
_POLICY = "CREATE POLICY {name} ON {table} FOR {verb}"


def _one(setting: str) -> str:
    return f"(SELECT nullif(current_setting('{setting}', true), '')::uuid)"


def _many(setting: str) -> str:
    return f"((SELECT nullif(current_setting('{setting}', true), ''))::uuid[])"


def models() -> tuple[type[Base], ...]:
    """Every table's class, by the tables' names."""
    found = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return tuple(found[name] for name in sorted(found))


def _compiled(condition: ColumnElement[Any]) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(condition.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _column(model: type[Base], name: str) -> str:
    return _compiled(getattr(model, name))


def _seen_by(model: type[Base], *, reads: bool) -> list[str]:
    """The conditions, one of which must hold, for who is not open to all."""
    visible = model.visible
    found = [_SYSTEM]
    if visible.organisation:
        found.append(f"{_column(model, visible.organisation)} = {_one(ORGANISATION)}")
    if visible.reseller:
        found.append(f"{_column(model, visible.reseller)} = {_one(RESELLER)}")
        # SQL in place of the key: the same condition as the session's, for whoever it is.
        former = model.former_sellers_read(cast(UUID, literal_column(_one(RESELLER))))
        if reads and former is not None:
            found.append(_compiled(former))
    if visible.holder:
        found.append(f"{_column(model, visible.holder)} = ANY ({_many(HOLDER)})")
    if visible.team and (reads or visible.team_writes):
        found.append(f"{_column(model, visible.team)} = ANY ({_many(TEAM)})")
    return found


def _read(model: type[Base]) -> str:
    return _TOLD if model.visible.everyone_reads else " OR ".join(_seen_by(model, reads=True))


def _change(model: type[Base]) -> str:
    return _TOLD if model.visible.everyone_changes else " OR ".join(_seen_by(model, reads=False))


def _append(model: type[Base]) -> str:
    if model.visible.everyone_appends or model.visible.everyone_changes:
        return _TOLD
    # A manager changes what is there and adds nothing.
    parts = [part for part in _seen_by(model, reads=False) if TEAM not in part]
    return " OR ".join(parts)


def statements(model: type[Base]) -> tuple[str, ...]:
    """What makes the policies of one table, which had none."""
    table = quoted(model.__tablename__)
    made = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"{_policy(_READ, table, 'SELECT')} USING ({_read(model)})",
        f"{_policy('vlms_append', table, 'INSERT')} WITH CHECK ({_append(model)})",
    ]
    if not model.visible.append_only:
        change = _change(model)
        made += [
            f"{_policy('vlms_change', table, 'UPDATE')} USING ({change}) WITH CHECK ({change})",
        ]
        if not model.visible.lasting:
            made.append(f"{_policy('vlms_remove', table, 'DELETE')} USING ({change})")
    elif model.visible.erasable:
        made.append(f"{_policy('vlms_remove', table, 'DELETE')} USING ({_SYSTEM})")
    return tuple(made)


def _policy(name: str, table: str, verb: str) -> str:
    return _POLICY.format(name=name, table=table, verb=verb)


def quoted(name: str) -> str:
    """A name as it is written in a statement, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def digest(made: Iterable[str]) -> str:
    """By which the policies that a table has are known again."""
    return hashlib.sha256("\n".join(made).encode()).hexdigest()[:32]


_STANDING = text(
    "SELECT c.relname, c.relrowsecurity, obj_description(p.oid, 'pg_policy') "
    "FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = :read "
    "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace"
)
_OLD = text(
    "SELECT polname FROM pg_policy WHERE polrelid = CAST(:table AS regclass) ORDER BY polname"
)


def _standing(connection: Connection) -> Mapping[str, str | None]:
    """The digests of the policies that stand, by table; None for a table without."""
    rows = connection.execute(_STANDING, {"read": _READ})
    return {name: told if is_on else None for name, is_on, told in rows}


def outdated(connection: Connection) -> list[type[Base]]:
    """The tables, of those that are there, whose policies are not what the models say."""
    stands = _standing(connection)
    return [
        model
        for model in models()
        if model.__tablename__ in stands
        and stands[model.__tablename__] != digest(statements(model))
    ]


def renew(connection: Connection) -> int:
    """Make the policies of every table that has not its own; of how many. As their owner."""
    changed = outdated(connection)
    for model in changed:
        table = quoted(model.__tablename__)
        for name in connection.execute(_OLD, {"table": table}).scalars().all():
            connection.exec_driver_sql(f"DROP POLICY {quoted(name)} ON {table}")
        made = statements(model)
        for statement in made:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"COMMENT ON POLICY {_READ} ON {table} IS '{digest(made)}'")
    return len(changed)


def rights(visible: Visibility) -> str:
    """What the application's role may do with such a table at all."""
    if visible.append_only:
        return "SELECT, INSERT, DELETE" if visible.erasable else "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if visible.lasting else "SELECT, INSERT, UPDATE, DELETE"
