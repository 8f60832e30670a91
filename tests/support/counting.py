"""Counts the statements that a request asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from vlms.core.db import db
from vlms.core.told_scope import TELLING


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are run inside, one line each."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # PostgreSQL alone is told for whom a transaction works.
        if statement != TELLING:
            found.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
