"""Two statements that append-only tables need, and no other way offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from vlms.core.db import Base
from vlms.core.scope import System
from vlms.core.scoping import ScopeError
from vlms.core.told_scope import tell_scope


def insert_unless_there(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those whose keys are not there yet; of two who do it at once, the second waits.

    Raises ScopeError for a table that the scope may not append to wherever it likes.
    """
    visible = model.visible
    free = visible.everyone_changes and visible.everyone_appends
    if not (free or isinstance(session.info.get("scope"), System)):
        raise ScopeError(f"{model.__name__} is not everybody's")
    tell_scope(session)
    connection = session.connection()
    insert = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    connection.execute(insert(model).on_conflict_do_nothing(), [dict(row) for row in rows])


def erase(session: Session, model: type[Base], condition: ColumnElement[bool]) -> int:
    """Delete rows of a table that is append-only to all else; for a System scope alone."""
    if not (model.visible.erasable and isinstance(session.info.get("scope"), System)):
        raise ScopeError("only the system erases, and only what is erasable")
    session.flush()
    tell_scope(session)
    result = session.connection().execute(delete(model).where(condition))
    assert isinstance(result, CursorResult)
    session.expire_all()
    return int(result.rowcount)
