"""Writes the journal with the work that it tells of, in the same transaction.

Rows that are added, changed or deleted are journalled by themselves, with the columns that
their table allows (`audited`). Guarded statements change rows behind the session's back:
who calls one tells :func:`journal`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from vlms.audit import chaining
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.numbers import number_entries
from vlms.core.db import Base
from vlms.core.scoping import bulk_insert, bulk_insert_counted
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work

Facts = Mapping[str, Any]
# Its table's name, its key, its organisation.
Record = tuple[str, UUID, UUID | None]
Change = tuple[Record, Facts, Facts]
# What is done, and to what.
Told = tuple[str, Record, Facts, Facts]
# So many rows of one flush are told by a statement or two, instead of one each.
_MANY = 20
ON_BEHALF_OF = "on_behalf_of"
_DIGESTED = ("salt", "actor_name", "before", "after")


def journal(
    work: Work,
    action: str,
    record: Record,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    reason: str | None = None,
) -> None:
    """Tell of one change; `record` is its table's name, its key and its organisation."""
    told = _detail(work, record, before or {}, after or {})
    entry = _entry(work, action, record, told)
    if reason is not None:
        entry["reason"] = reason
    work.session.add(AuditEntry(**entry, detail=AuditDetail(**told)))


def journal_many(
    work: Work, action: str, changes: Sequence[Change], reason: str | None = None
) -> None:
    """Tell of many changes that one statement made, by a statement or two."""
    if not changes:
        return
    work.flush()
    _write_many(work, [(action, *change) for change in changes], reason)


def _write_many(work: Work, told: Sequence[Told], reason: str | None) -> None:
    details = [_detail(work, record, before, after) for _act, record, before, after in told]
    entries = [
        {**_entry(work, action, record, detail), **({"reason": reason} if reason else {})}
        for (action, record, _before, _after), detail in zip(told, details, strict=True)
    ]
    columns = (AuditEntry.sequence, AuditEntry.detail_digest)
    keys = bulk_insert_counted(work.session, AuditEntry, columns, entries)
    chaining.will_chain(
        work.session,
        [chaining.entry_of(entry, keys[entry["detail_digest"]]) for entry in entries],
    )
    rows = [
        {**detail, "sequence": keys[entry["detail_digest"]]}
        for entry, detail in zip(entries, details, strict=True)
    ]
    bulk_insert(work.session, AuditDetail, rows)


def _detail(work: Work, record: Record, before: Facts, after: Facts) -> dict[str, Any]:
    return {
        "organisation_id": record[2],
        "salt": random_bytes(16),
        "actor_name": (work.actor.behind or work.actor).name,
        "before": _plain(before),
        "after": _plain({**after, **_on_behalf_of(work)}),
    }


def _on_behalf_of(work: Work) -> Facts:
    """As whom the actor was there, where that is somebody else (G7)."""
    return {ON_BEHALF_OF: work.actor.name} if work.actor.behind else {}


def _entry(work: Work, action: str, record: Record, told: dict[str, Any]) -> dict[str, Any]:
    kind, record_id, organisation_id = record
    return {
        "organisation_id": organisation_id,
        "actor_id": (work.actor.behind or work.actor).user_id,
        "action": action,
        "record_kind": kind,
        "record_id": record_id,
        "at": work.now,
        "reason": work.reason,
        "detail_digest": digest_of(told),
    }


def digest(detail: AuditDetail) -> bytes:
    """The salted SHA-256 of a detail, as its entry keeps it."""
    return digest_of({name: getattr(detail, name) for name in _DIGESTED})


def digest_of(detail: Facts) -> bytes:
    """The same from a detail's columns."""
    told = json.dumps(
        [detail[name] for name in _DIGESTED if name != "salt"], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(detail["salt"] + told.encode()).digest()


def _plain(facts: Facts) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in facts.items()}


def _plain_value(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case bytes():
            return value.hex()
    return value


def told_of(model: type[Base], values: Facts) -> dict[str, Any]:
    """What the journal tells of such a row."""
    told = {name: values.get(name) for name in model.audited}
    return {name: value for name, value in told.items() if value is not None}


def install() -> None:
    """Journal every audited row of every unit of work, and chain every entry."""
    chaining.install()
    if not event.contains(Session, "before_flush", _journal_rows):
        event.listen(Session, "before_flush", _journal_rows)
        event.listen(Session, "before_flush", number_entries)


def _journal_rows(session: Session, _context: Any, _instances: Any) -> None:
    work = session.info.get("work")
    if work is None:
        return
    told = [
        *(_told(work, row, "created", {}, _values(row)) for row in session.new if row.audited),
        *(_told(work, row, "deleted", _values(row), {}) for row in session.deleted if row.audited),
    ]
    for row in [row for row in session.dirty if row.audited]:
        before, after = _changes(row)
        if after:
            told.append(_told(work, row, "changed", before, after))
    if len(told) >= _MANY:
        _write_many(work, told, None)
        return
    for action, record, *facts in told:
        journal(work, action, record, before=facts[0], after=facts[1])


def _told(work: Work, row: Base, word: str, before: Facts, after: Facts) -> Told:
    kind = row.__tablename__
    if word == "created" and row.id is None:  # type: ignore[attr-defined]
        _give_key(row)
    organisation_id = getattr(row, row.visible.organisation or "organisation_id", None)
    record = (kind, row.id, organisation_id)  # type: ignore[attr-defined]
    return work.action or f"{kind}.{word}", record, before, after


def _give_key(row: Any) -> None:
    """The key that the flush would make is made now, so that the journal can name it."""
    row.id = new_id()


def _values(row: Base) -> dict[str, Any]:
    return told_of(type(row), {name: getattr(row, name) for name in row.audited})


def _changes(row: Base) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = inspect(row)
    for name in row.audited:
        history = state.attrs[name].history
        if history.has_changes():
            before[name] = history.deleted[0] if history.deleted else None
            after[name] = history.added[0] if history.added else None
    return before, after
