"""Finds the rows that are somebody's, and those that name them, in every declared table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, cast, false, func, inspect, or_, select, true
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from vlms.core.db import Base
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.rules.holding import Holding
from vlms.privacy.rules.holdings import HOLDINGS
from vlms.privacy.rules.naming import written_as

T = TypeVar("T")
_OWNERS = ("organisation_id", "reseller_id")


@dataclass(frozen=True)
class Place:
    """A declared table and its class."""

    model: type[Base]
    holding: Holding

    def column(self, name: str) -> ColumnElement[Any]:
        found: ColumnElement[Any] = getattr(self.model, name)
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its key's columns."""
        return tuple(str(column.key) for column in inspect(self.model).primary_key)

    def key_of(self, row: Row[Any]) -> ColumnElement[bool]:
        """The condition for one row of it."""
        condition: ColumnElement[bool] = true()
        for name in self.keys:
            condition &= self.column(name) == getattr(row, name)
        return condition


@cache
def places() -> tuple[Place, ...]:
    """Every declared table that the installation has."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return tuple(
        Place(models[name], holding) for name, holding in HOLDINGS.items() if name in models
    )


def is_own(place: Place, who: Concerned) -> ColumnElement[bool]:
    """The condition for a row being theirs."""
    holding = place.holding
    found: ColumnElement[bool] = false()
    if holding.person:
        found |= place.column(holding.person).in_(sorted(who.person_ids))
    if holding.user and who.user_id:
        found |= (place.column(holding.user) == who.user_id) & _is_there(place, who)
    if holding.address and who.addresses:
        address = func.lower(place.column(holding.address))
        found |= address.in_(sorted(who.addresses)) & _is_there(place, who, shared=True)
    return found


def names_them(place: Place, who: Concerned) -> ColumnElement[bool]:
    """The condition for one of the columns naming them, in rows of where they are looked for."""
    needles = who.named.needles(own=False)
    found = [contains(place.column(name), needles) for name in place.holding.written]
    return or_(false(), *found) & _is_there(place, who)


def contains(column: ColumnElement[Any], needles: frozenset[str]) -> ColumnElement[bool]:
    """Whether a text or JSON column holds one of these, in whatever case."""
    text = func.lower(cast(column, String))
    written = {each.lower() for needle in needles for each in written_as(needle)}
    return or_(false(), *(text.contains(each, autoescape=True) for each in sorted(written)))


def _is_there(place: Place, who: Concerned, *, shared: bool = False) -> ColumnElement[bool]:
    """Of an organisation in which they are looked for; of none only when the user goes too."""
    owners = [name for name in _OWNERS if hasattr(place.model, name)]
    nobodys = true() if who.user_goes or (shared and who.user_id is None) else false()
    if not owners:
        return nobodys
    found: ColumnElement[bool] = false()
    for name in owners:
        found |= place.column(name).in_(sorted(who.organisation_ids))
    return found | (place.column(owners[0]).is_(None) & nobodys)


def list_rows(session: Session, place: Place, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The keys and written columns of the rows under a condition."""
    names = dict.fromkeys((*place.keys, *place.holding.written))
    columns = [place.column(name).label(name) for name in names]
    return session.execute(select(*columns).where(condition)).all()


def count_rows(session: Session, place: Place, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(place.model).where(condition)) or 0


def in_pieces(ids: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """So few at once that every database takes them in one statement."""
    for begin in range(0, len(ids), size):
        yield ids[begin : begin + size]
