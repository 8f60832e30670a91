"""Changes the journal past the application, as who owns the database could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, delete, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from tests.support.guards import unguarded
from tests.support.owning import owner_engine
from vlms.audit.checking import Heads, Report, check_journal
from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink
from vlms.audit.rules.holding import Fault, Wrong
from vlms.audit.rules.timing import Head
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


def first_faults(report: Report) -> dict[UUID, Fault]:
    """The first bad row of each chain; that the guards are away is no chain's."""
    found: dict[UUID, Fault] = {}
    for fault in report.faults:
        if fault.wrong is not Wrong.UNGUARDED:
            found.setdefault(fault.chain_id, fault)
    return found


def heads_noted(at: datetime) -> dict[UUID, list[Head]]:
    """Where all chains stand, as if signed at this moment and kept elsewhere."""
    with owner_engine().connect() as connection:
        rows = connection.execute(select(HEAD.c.chain_id, HEAD.c.position, HEAD.c.digest)).all()
    return {chain_id: [Head(position, digest, at)] for chain_id, position, digest in rows}


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


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    """What is done within leaves nothing, and the connection goes on."""
    with connection.begin_nested() as point:
        yield
        point.rollback()


def vacuum() -> None:
    """Let PostgreSQL forget the rows of what was taken back, which it reads past ever slower."""
    if owner_engine().dialect.name == "postgresql":
        with owner_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM audit_entry, audit_detail, audit_link, audit_head"))


def change(connection: Connection, model: type[Base], sequence: int, **values: Any) -> None:
    table = Base.metadata.tables[model.__tablename__]
    connection.execute(update(table).where(table.c.sequence == sequence).values(**values))


def remove(connection: Connection, sequence: int) -> None:
    """An entry with all that belongs to it."""
    for table in (LINK, DETAIL, ENTRY):
        connection.execute(delete(table).where(table.c.sequence == sequence))


def insert_like(connection: Connection, row: Row[Any], table: Table, **values: Any) -> None:
    """Another row of this table like that one."""
    connection.execute(insert(table).values({**row._mapping, **values}))
