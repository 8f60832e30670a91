"""Takes the triggers away that refuse to change the journal: for tests and measurements alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_GUARDED = ("audit_detail", "audit_entry", "audit_head", "audit_link", "signed_head")
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """The tables' triggers are away until the end, as only their owner could have it."""
    if connection.dialect.name == "postgresql":
        _switch(connection, "DISABLE")
        yield
        _switch(connection, "ENABLE")
        return
    found = connection.execute(text(_TRIGGERS)).all()
    for name, _sql in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in found:
        connection.exec_driver_sql(sql)


def _switch(connection: Connection, how: str) -> None:
    for table in _GUARDED:
        connection.execute(text(f"ALTER TABLE {table} {how} TRIGGER USER"))
