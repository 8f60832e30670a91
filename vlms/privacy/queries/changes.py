"""What erasing writes: each row that changes or goes, and what stands there afterwards (D1).

The page that shows it and the act itself read the same list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, null
from sqlalchemy.orm import Session

from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.queries.rows import (
    Place,
    Values,
    in_pieces,
    is_about,
    is_own,
    list_rows,
    names_address,
    places,
)
from vlms.privacy.rules.naming import neutral_address, rewritten


@dataclass(frozen=True)
class Change:
    """One row: what is written there, or that it goes. `is_own`: it is the person's own."""

    place: Place
    row: Values
    values: dict[str, Any] = field(default_factory=dict)
    is_own: bool = False

    @property
    def is_gone(self) -> bool:
        return self.is_own and self.place.holding.gone


def list_changes(session: Session, who: Concerned) -> Sequence[Change]:
    """Their own rows first, then those about these, then addresses in others' texts."""
    own = [change for place in places() for change in _own(session, place, who)]
    done = {_identity(change) for change in own}
    ids = {
        change.row["id"]
        for change in own
        if change.place.holding.person and change.place.keys == ("id",)
    }
    others = [change for place in places() for change in _of_others(session, place, who, ids)]
    told = {_identity(change): change for change in others if _identity(change) not in done}
    return [change for change in (*own, *told.values()) if change.is_gone or change.values]


def _identity(change: Change) -> tuple[Any, ...]:
    return (change.place.name, *(change.row[name] for name in change.place.keys))


def _own(session: Session, place: Place, who: Concerned) -> Iterator[Change]:
    for row in list_rows(session, place, is_own(place, who)):
        values = {} if place.holding.gone else _neutral(place, row, who)
        yield Change(place, row, _searched(place, row, who, own=True) | values, is_own=True)


def _of_others(
    session: Session, place: Place, who: Concerned, own_ids: set[UUID]
) -> Iterator[Change]:
    """Of rows that are not theirs only what others wrote, never whom these name."""
    if not place.holding.searched:
        return
    if who.addresses:
        for row in list_rows(session, place, names_address(place, who)):
            yield Change(place, row, _searched(place, row, who, own=False))
    for piece in in_pieces(sorted(own_ids)):
        for row in list_rows(session, place, is_about(place, who, piece)):
            yield Change(place, row, _searched(place, row, who, own=True))


def _neutral(place: Place, row: Values, who: Concerned) -> dict[str, Any]:
    """What stands in columns of their own rows; what is empty already stays so."""
    holding = place.holding
    told = {name for name in holding.theirs if row[name] not in (None, "")}
    address = neutral_address(row["id"]) if holding.mail else ""
    return {
        **{name: who.named.word for name in holding.word.split() if name in told},
        **{name: address for name in holding.mail.split() if name in told},
        **{name: null() for name in holding.empty.split() if name in told},
    }


def _searched(place: Place, row: Values, who: Concerned, *, own: bool) -> dict[str, Any]:
    found = {}
    for name in place.holding.searched:
        after = rewritten(row[name], who.named, own=own)
        if after != row[name]:
            found[name] = _fitting(place, name, after)
    return found


def _fitting(place: Place, name: str, value: Any) -> Any:
    """A text no longer than its column."""
    longest = getattr(inspect(place.model).columns[name].type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value
