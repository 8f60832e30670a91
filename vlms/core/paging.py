"""Pages of a list by keyset: the next page begins after the last row of this one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")

PAGE_SIZE = 50
# A list is counted no further than that: a page must not cost a walk through all rows.
COUNTED_MOST = 10_000
_MOST = 2**63 - 1


@dataclass(frozen=True)
class Listing:
    """What a list's address asks for: sort (`-name` is downwards), place, size."""

    sort: str
    after: str | None = None
    size: int = PAGE_SIZE

    @property
    def key(self) -> str:
        return self.sort.lstrip("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, how many the list has, and where the next page begins.

    `total_count` is exact up to COUNTED_MOST; beyond, `has_more` says that there are more.
    """

    rows: Sequence[Row]
    total_count: int
    listing: Listing
    next_after: str | None

    @property
    def has_more(self) -> bool:
        return self.total_count > COUNTED_MOST

    @property
    def shown_count(self) -> int:
        """How many rows there are, or as many as were counted."""
        return min(self.total_count, COUNTED_MOST)


SortColumns = Mapping[str, InstrumentedAttribute[Any]]


def page_of(
    session: Session, statement: Select[Row], columns: SortColumns, listing: Listing
) -> Page[Row]:
    """One page of `statement`, which selects one class; `columns` are never null.

    An unknown sort word or a broken place falls back to the first page by the first column.
    """
    key = statement.column_descriptions[0]["entity"].id
    counted = count_rows(session, statement.with_only_columns(key, maintain_column_froms=True))
    ordered = _ordered(statement, columns, key, listing)
    return _page(session.scalars(ordered).all(), counted, columns, listing)


def page_of_rows(
    session: Session,
    statement: Select[Any],
    columns: Mapping[str, ColumnElement[Any]],
    key: ColumnElement[UUID],
    listing: Listing,
) -> Page[Any]:
    """The same of a statement that selects columns; `key` is one of them and is called id."""
    counted = count_rows(session, statement.with_only_columns(key, maintain_column_froms=True))
    ordered = _ordered(statement, columns, key, listing)
    return _page(session.execute(ordered).all(), counted, columns, listing)


def _ordered(statement: Any, columns: Mapping[str, Any], key: Any, listing: Listing) -> Any:
    """From the place on, one row more than the page has."""
    column, is_descending = _column(columns, listing), listing.is_descending
    place = _read_place(listing.after, column)
    if place is not None:
        statement = statement.where(_beyond(column, key, place, listing))
    order = [column.desc(), key.desc()] if is_descending else [column.asc(), key.asc()]
    return statement.order_by(*order).limit(listing.size + 1)


def _page(
    found: Sequence[Any], counted: int, columns: Mapping[str, Any], listing: Listing
) -> Page[Any]:
    rows = found[: listing.size]
    more = len(found) > listing.size
    next_after = _place_after(rows[-1], _column(columns, listing).key) if more else None
    return Page(rows, counted, listing, next_after)


def _column(columns: Mapping[str, Any], listing: Listing) -> Any:
    return columns[listing.key if listing.key in columns else next(iter(columns))]


def _beyond(column: Any, key: Any, place: tuple[Any, UUID], listing: Listing) -> Any:
    value, row_id = place
    # The first condition is a range of the index; an OR alone would be none.
    if listing.is_descending:
        return and_(column <= value, or_(column < value, and_(column == value, key < row_id)))
    return and_(column >= value, or_(column > value, and_(column == value, key > row_id)))


def _place_after(row: Any, column: str) -> str:
    return _write_place(getattr(row, column), row.id)


def _write_place(value: Any, row_id: UUID) -> str:
    if isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, UUID):
        value = value.hex
    place = json.dumps([value, row_id.hex])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read_place(after: str | None, column: Any) -> tuple[Any, UUID] | None:
    """The place in an address, which anybody may have written: only what the column can hold."""
    if not after:
        return None
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        return _read_value(value, column.type.python_type), UUID(row_id)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _read_value(value: Any, kind: type[Any]) -> Any:
    """Raises ValueError, TypeError or OverflowError for what is no value of this kind."""
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value).astimezone(UTC)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, int):
        return _read_whole(value)
    if kind is str:
        return _read_line(value)
    return kind(value)


def _read_whole(value: Any) -> int:
    if type(value) is not int or not -_MOST <= value <= _MOST:
        raise ValueError("no number that a database holds")
    return value


def _read_line(value: Any) -> str:
    # No database holds a NUL, and half a surrogate pair cannot be encoded.
    if "\0" in value:
        raise ValueError("no text that a database holds")
    text: str = value.encode().decode()
    return text


def count_rows(session: Session, statement: Select[Any], most: int = COUNTED_MOST) -> int:
    """How many rows a statement would give; it stops counting at one beyond `most`."""
    some = statement.order_by(None).limit(most + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(some)) or 0)
