"""Tables and documents that the tests write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from vlms.exports.table import Column, Kind, Table, Total

TAIPEI = ZoneInfo("Asia/Taipei")
MADE_AT = datetime(2026, 1, 1, 9, 0, tzinfo=TAIPEI)


def column(heading: str, place: int, kind: Kind = Kind.TEXT, **more: Any) -> Column[Any]:
    return Column(heading, lambda row: row[place], kind, **more)


def table(
    columns: Sequence[Column[Any]], rows: Iterable[Any], *, totals: Iterable[Total[Any]] = ()
) -> Table[Any]:
    return Table("Orders 訂單", columns, rows, MADE_AT, totals=tuple(totals))


def names_table(names: Iterable[str]) -> Table[Any]:
    return table([column("Name", 0)], [(name,) for name in names])
