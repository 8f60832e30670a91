"""Finds the details of the journal that are on somebody, or by somebody (D1).

By the ids of records and actors alone, and by a whole address in the column that says whose
a record is. No name is looked for: it could be anybody's, or chosen to hit others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, false, func, or_, select
from sqlalchemy.orm import Session

from vlms.audit.models import AuditDetail, AuditEntry
from vlms.privacy.queries.changes import Change
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.queries.rows import Place, in_pieces, places
from vlms.privacy.rules.naming import written_as

ERASED = ("person.erased", "user.erased")
"""The entries that tell of erasing itself; they name nobody."""


def list_details(session: Session, who: Concerned, changes: Sequence[Change]) -> Sequence[int]:
    """Where in the journal the details go; the entries stay whole."""
    found = {row[0] for row in _read(session, _is_theirs(who))}
    found |= set(_on_own_records(session, changes))
    if who.addresses:
        for place in places():
            found |= set(_at_their_address(session, place, who))
    return sorted(found)


def _is_theirs(who: Concerned) -> ColumnElement[bool]:
    on_them = AuditEntry.record_id.in_(sorted(who.record_ids))
    there: ColumnElement[bool] = AuditEntry.organisation_id.in_(sorted(who.organisation_ids))
    if who.user_goes:
        there |= AuditEntry.organisation_id.is_(None)
    return on_them | ((AuditEntry.actor_id == who.user_id) & there if who.user_id else false())


def _on_own_records(session: Session, changes: Sequence[Change]) -> Iterator[int]:
    """Details that tell a column of a record of theirs which is neutral now."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for change in changes:
        if change.is_own and change.place.keys == ("id",):
            ids[change.place.name].append(change.row["id"])
    for place in places():
        told = _told_columns(place)
        for piece in in_pieces(sorted(ids[place.name]) if told else []):
            for sequence, *sides in _read(session, AuditEntry.record_id.in_(piece)):
                if any(side.get(name) for side in sides for name in told):
                    yield sequence


def _told_columns(place: Place) -> frozenset[str]:
    holding = place.holding
    own = holding.written if holding.gone else holding.theirs
    return frozenset(own) & frozenset(place.model.audited)


def _at_their_address(session: Session, place: Place, who: Concerned) -> Iterator[int]:
    """Details of records, there or gone, that were theirs by their address."""
    column = place.holding.address
    if not column or column not in place.model.audited:
        return
    holds = or_(*(_contains(side, who) for side in (AuditDetail.before, AuditDetail.after)))
    there = AuditEntry.organisation_id.in_(sorted(who.organisation_ids))
    is_kind = AuditEntry.record_kind == place.name
    for sequence, *sides in _read(session, is_kind & there & holds):
        if any(str(side.get(column)).lower() in who.addresses for side in sides):
            yield sequence


def _contains(column: Any, who: Concerned) -> ColumnElement[bool]:
    text = func.lower(cast(column, String))
    written = sorted({each for address in who.addresses for each in written_as(address)})
    return or_(false(), *(text.contains(each, autoescape=True) for each in written))


def _read(session: Session, condition: ColumnElement[bool]) -> Sequence[Any]:
    statement = (
        select(AuditDetail.sequence, AuditDetail.before, AuditDetail.after)
        .join(AuditEntry, AuditEntry.sequence == AuditDetail.sequence)
        .where(condition, AuditEntry.action.not_in(ERASED))
    )
    return session.execute(statement).all()
