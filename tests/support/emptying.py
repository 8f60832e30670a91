"""Empties all tables between two tests, as quickly as it can be done.

Few of the tables hold anything after a test. Truncating all of them made PostgreSQL forget what
it knew of each table, and took longer than most tests.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table, text

from tests.support.guards import unguarded
from vlms.core.db import Base


def empty_all(connection: Connection) -> None:
    """Leave no row in any table; keys that the database counts up begin at one again."""
    found = _filled(connection)
    if connection.dialect.name == "postgresql":
        _empty_postgres(connection, found)
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    with unguarded(connection):
        for table in reversed(found):
            connection.execute(table.delete())


def _filled(connection: Connection) -> list[Table]:
    tables = Base.metadata.sorted_tables
    return [tables[number] for (number,) in connection.exec_driver_sql(_which_are_filled())]


@cache
def _which_are_filled() -> str:
    asked = (
        f'SELECT {number} AS number WHERE EXISTS (SELECT 1 FROM "{table.name}")'
        for number, table in enumerate(Base.metadata.sorted_tables)
    )
    return " UNION ALL ".join(asked) + " ORDER BY number"


def _empty_postgres(connection: Connection, tables: list[Table]) -> None:
    # Neither foreign keys nor triggers are asked: everything goes.
    said = ["SET LOCAL session_replication_role = replica"]
    for table in tables:
        said.append(f'DELETE FROM "{table.name}"')
        if (column := table.autoincrement_column) is not None:
            counter = f"pg_get_serial_sequence('\"{table.name}\"', '{column.name}')"
            said.append(f"SELECT setval({counter}, 1, false) WHERE {counter} IS NOT NULL")
    connection.exec_driver_sql("; ".join(said))
