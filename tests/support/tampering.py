"""Changes the journal past the application, as who owns the database could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from tests.support.guards import unguarded
from tests.support.owning import owner_engine
from vlms.audit.checking import Heads, Report, check_journal
from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink
from vlms.core.db import Base, reading
from vlms.core.scope import System

ENTRY, DETAIL, LINK, HEAD = (
    Base.metadata.tables[model.__tablename__]
    for model in (AuditEntry, AuditDetail, AuditLink, AuditHead)
)


def check(noted: Heads | None = None) -> Report:
    with reading(System("test")) as session:
        return check_journal(session, noted)


def check_on(connection: Connection, noted: Heads | None = None) -> Report:
    """The same as the connection sees it, before it commits."""
    with Session(connection, info={"scope": System("test"), "read_only": True}) as session:
        return check_journal(session, noted)


@contextmanager
def tampering(*, keep: bool = True) -> Iterator[Connection]:
    """A connection on which nothing is refused: no trigger, no foreign key."""
    with owner_engine().connect() as connection:
        raw = connection.connection
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        try:
            with unguarded(connection):
                yield connection
            connection.commit() if keep else connection.rollback()
        finally:
            connection.rollback()
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys = ON")


def change(connection: Connection, model: type[Base], sequence: int, **values: Any) -> None:
    table = Base.metadata.tables[model.__tablename__]
    connection.execute(update(table).where(table.c.sequence == sequence).values(**values))


def remove(connection: Connection, sequence: int) -> None:
    """An entry with all that belongs to it."""
    for table in (LINK, DETAIL, ENTRY):
        connection.execute(delete(table).where(table.c.sequence == sequence))


def insert_like(connection: Connection, sequence: int, new: int, **values: Any) -> None:
    """Another entry like this one, without a place."""
    found = connection.execute(select(ENTRY).where(ENTRY.c.sequence == sequence)).one()
    connection.execute(insert(ENTRY).values({**found._mapping, "sequence": new, **values}))
