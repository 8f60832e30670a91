"""Finds the rows that are somebody's, and those that tell of them, in every declared table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, cast, false, func, inspect, or_, select, true
from sqlalchemy.orm import Session

from vlms.accounts.models import RoleGrant
from vlms.core.db import Base
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.rules.holding import Holding
from vlms.privacy.rules.holdings import HOLDINGS
from vlms.privacy.rules.naming import written_as

T = TypeVar("T")
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A declared table and its class."""

    model: type[Base]
    holding: Holding

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    def column(self, name: str) -> ColumnElement[Any]:
        found: ColumnElement[Any] = getattr(self.model, name)
        return found

    @property
    def owner(self) -> ColumnElement[Any] | None:
        """The column that says which organisation's a row is; None where none says it."""
        visible = self.model.visible
        names = (visible.organisation, visible.reseller, "organisation_id")
        found = (name for name in names if name and hasattr(self.model, name))
        name = next(found, None)
        return None if name is None else self.column(name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its key's columns."""
        return tuple(str(column.key) for column in inspect(self.model).primary_key)

    @property
    def is_on_them(self) -> bool:
        """By a user alone only what is kept for them: what they wrote is the organisation's."""
        holding = self.holding
        kept_for_them = holding.gone or self.owner is None or self.model is RoleGrant
        return bool(holding.person or holding.address or (holding.user and kept_for_them))

    def key_of(self, row: Values) -> ColumnElement[bool]:
        """The condition for one row of it."""
        condition: ColumnElement[bool] = true()
        for name in self.keys:
            condition &= self.column(name) == row[name]
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
        is_theirs = place.column(holding.user) == who.user_id
        found |= is_theirs & (_is_there(place, who) | _is_nobodys(place, who.user_goes))
    if holding.address and who.addresses:
        is_theirs = _has_address(place, who)
        if holding.person:
            is_theirs &= place.column(holding.person).is_(None)
        found |= is_theirs & (_is_there(place, who) | _is_nobodys(place, who.is_alone))
    if holding.mcid:
        found |= _is_numbered(place, who) & _is_there(place, who)
    return found


def _is_numbered(place: Place, who: Concerned) -> ColumnElement[bool]:
    """Nobody stands there yet, and the MCID or the address of their profile does."""
    holding, own = place.holding, who.numbered
    found: ColumnElement[bool] = place.column(holding.mcid).in_(sorted(own.mcids))
    found |= func.lower(place.column(holding.address)).in_(sorted(own.mails))
    return found & place.column(holding.person).is_(None)


def _has_address(place: Place, who: Concerned) -> ColumnElement[bool]:
    """The address as the whole value, or as that of the one cell which says whose a list is."""
    column, cell = place.column(place.holding.address), place.holding.cell
    if cell is None:
        return func.lower(column).in_(sorted(who.addresses))
    number, count = cell
    said: ColumnElement[bool] = func.lower(column[number].as_string()).in_(sorted(who.addresses))
    last: ColumnElement[str] = column[count - 1].as_string()
    after: ColumnElement[str] = column[count].as_string()
    return said & last.is_not(None) & after.is_(None)


def is_about(place: Place, who: Concerned, own_ids: Collection[Any]) -> ColumnElement[bool]:
    """The condition for a row of somebody else's that tells of one of theirs."""
    if not (place.holding.about and own_ids):
        return false()
    return place.column(place.holding.about).in_(sorted(own_ids)) & _is_there(place, who)


def names_address(place: Place, who: Concerned) -> ColumnElement[bool]:
    """The condition for a text of their organisation to hold one of their addresses."""
    found = [_contains(place.column(name), who.addresses) for name in place.holding.searched]
    return or_(false(), *found) & _is_there(place, who)


def _contains(column: ColumnElement[Any], needles: frozenset[str]) -> ColumnElement[bool]:
    """Whether a text or JSON column holds one of these; what it holds exactly is read later."""
    text = func.lower(cast(column, String))
    written = {each.lower() for needle in needles for each in written_as(needle)}
    return or_(false(), *(text.contains(each, autoescape=True) for each in sorted(written)))


def _is_there(place: Place, who: Concerned) -> ColumnElement[bool]:
    """A row of an organisation in which they are looked for; a table of nobody's has none."""
    return false() if place.owner is None else place.owner.in_(sorted(who.organisation_ids))


def _is_nobodys(place: Place, goes: bool) -> ColumnElement[bool]:
    if not goes:
        return false()
    return true() if place.owner is None else place.owner.is_(None)


def list_rows(session: Session, place: Place, condition: ColumnElement[bool]) -> Sequence[Values]:
    """The keys and written columns of the rows under a condition."""
    names = dict.fromkeys((*place.keys, *place.holding.written))
    columns = [place.column(name).label(name) for name in names]
    found = session.execute(select(*columns).where(condition)).mappings()
    return [dict(row) for row in found]


def in_pieces(ids: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """So few at once that every database takes them in one statement."""
    for begin in range(0, len(ids), size):
        yield ids[begin : begin + size]
