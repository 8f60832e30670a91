"""Finds the details of the journal that are on somebody, or by somebody (D1).

By the ids of records and actors alone, and by a whole address in the column that says whose
a record is. No name is looked for: it could be anybody's, or chosen to hit others. What
somebody did under a role, or with what is somebody else's, is an act of office: it stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, false, func, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import RoleGrant
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.core.permissions import Role
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
    if who.user_id is None:
        return on_them
    by_them = (AuditEntry.actor_id == who.user_id) & there
    return on_them | (by_them & ~_is_office() & ~_is_on_others(who))


def _is_office() -> ColumnElement[bool]:
    """Who did it had a role then, of whatever organisation, ended since or not."""
    is_held = or_(RoleGrant.ended_at.is_(None), RoleGrant.ended_at >= AuditEntry.at)
    return exists().where(
        RoleGrant.user_id == AuditEntry.actor_id,
        RoleGrant.role != Role.LEARNER,
        RoleGrant.granted_at <= AuditEntry.at,
        is_held,
    )


def _is_on_others(who: Concerned) -> ColumnElement[bool]:
    """It was done to a record of another person, as a manager does."""
    held = [place for place in places() if place.holding.person and place.keys == ("id",)]
    return or_(
        false(),
        *(
            exists().where(
                place.column("id") == AuditEntry.record_id,
                place.column(place.holding.person).not_in(sorted(who.person_ids)),
            )
            for place in held
        ),
    )


def _on_own_records(session: Session, changes: Sequence[Change]) -> Iterator[int]:
    """Details that tell a column of a record of theirs which is neutral now.

    A record that is theirs only because they made it is the organisation's: its details stay.
    """
    ids: dict[str, list[UUID]] = defaultdict(list)
    for change in changes:
        if change.is_own and change.place.is_on_them and change.place.keys == ("id",):
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
