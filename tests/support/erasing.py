"""Looks through every column of every table for what names somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Table, select

from tests.support.owning import owner_engine
from vlms.core.db import Base
from vlms.privacy.rules.holdings import HOLDINGS


def places_naming(*needles: str) -> list[str]:
    """`table.column` of each that names one of them, without what is declared to be kept."""
    return sorted({where for where in _found(needles) if not _is_kept(where)})


def _found(needles: tuple[str, ...]) -> Iterator[str]:
    written = {each.lower() for needle in needles for each in (needle, json.dumps(needle)[1:-1])}
    with owner_engine().connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from _named_in(table, dict(row), written)


def _named_in(table: Table, row: dict[str, object], written: set[str]) -> Iterator[str]:
    for name, value in row.items():
        text = json.dumps(value, default=str, ensure_ascii=False).lower()
        if any(needle in text for needle in written):
            yield f"{table.name}.{name}"


def _is_kept(where: str) -> bool:
    table, _dot, column = where.partition(".")
    return table != "audit_detail" and column in HOLDINGS[table].kept
