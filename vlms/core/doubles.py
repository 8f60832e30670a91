"""Turns a broken unique index into the refusal that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from vlms.core.db import Base
from vlms.core.errors import DomainError
from vlms.core.work import Work

_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")


@contextmanager
def refusing_doubles(work: Work, **refusals: DomainError) -> Iterator[None]:
    """Flush what the block changes; a broken unique index raises the refusal of its name.

    The transaction is lost by then: the refusal has to leave the unit of work. An index
    without a refusal raises the IntegrityError itself.
    """
    try:
        yield
        work.flush()
    except IntegrityError as error:
        refusal = refusals.get(broken_index(error) or "")
        if refusal is None:
            raise
        raise refusal from error


def broken_index(error: IntegrityError) -> str | None:
    """The name of the unique index or constraint that a statement broke; None for others."""
    told = getattr(error.orig, "diag", None)
    if told is not None:
        return str(told.constraint_name) if told.constraint_name else None
    columns = _SQLITE.search(str(error.orig))
    return _unique_over(columns[1]) if columns else None


def _unique_over(columns: str) -> str | None:
    """SQLite names the columns ("person.organisation_id, person.email"), not the index."""
    pairs = [column.strip().split(".") for column in columns.split(",")]
    table = Base.metadata.tables[pairs[0][0]]
    wanted = {name for _table, name in pairs}
    return next((name for name, found in _unique_columns(table) if found == wanted), None)


def _unique_columns(table: Table) -> Iterator[tuple[str, set[str]]]:
    for index in table.indexes:
        if index.unique:
            yield str(index.name), {column.name for column in index.columns}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), {column.name for column in constraint.columns}
