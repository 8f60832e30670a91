"""Everything that is held on somebody, table by table (D2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import LargeBinary, inspect, or_, select
from sqlalchemy.orm import Session

from vlms.audit.models import AuditDetail, AuditEntry
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.queries.rows import Place, is_own, places
from vlms.privacy.rules.telling import is_told

Rows = Sequence[Mapping[str, Any]]
JOURNAL = "journal"


def of_organisation(who: Concerned) -> Concerned:
    """The same as far as the organisation goes: rows of no organisation are not its own."""
    return replace(who, user_goes=False, is_alone=False)


def list_held(session: Session, who: Concerned) -> Mapping[str, Rows]:
    """The rows that are theirs by table, and the entries of the journal on them."""
    found = {place.name: _rows(session, place, who) for place in places()}
    found[JOURNAL] = _entries(session, who)
    return {name: rows for name, rows in found.items() if rows}


def _rows(session: Session, place: Place, who: Concerned) -> Rows:
    if not place.is_on_them:
        return []
    columns = [place.column(name).label(name) for name in told_columns(place)]
    if not columns:
        return []
    keys = [place.column(name) for name in place.keys]
    found = session.execute(select(*columns).where(is_own(place, who)).order_by(*keys))
    return [dict(row) for row in found.mappings()]


def told_columns(place: Place) -> Sequence[str]:
    """The columns of a table that are told, in its order."""
    columns = inspect(place.model).columns
    return [
        column.key
        for column in columns
        if not isinstance(column.type, LargeBinary) and is_told(place.name, column.key)
    ]


def _entries(session: Session, who: Concerned) -> Rows:
    """The entries on their own records; not who did it, nor what they did themselves."""
    records = sorted(who.record_ids)
    columns = (AuditEntry.at, AuditEntry.action, AuditEntry.record_kind, AuditEntry.reason)
    there = AuditEntry.organisation_id.in_(sorted(who.organisation_ids))
    seen = or_(there, AuditEntry.organisation_id.is_(None)) if who.user_goes else there
    statement = (
        select(*columns, AuditDetail.before, AuditDetail.after)
        .select_from(AuditEntry)
        .outerjoin(AuditDetail, AuditDetail.sequence == AuditEntry.sequence)
        .where(AuditEntry.record_id.in_(records), seen)
        .order_by(AuditEntry.sequence)
    )
    return [dict(row) for row in session.execute(statement).mappings()]
