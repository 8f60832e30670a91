"""A period of one chain as lines of JSON, which an auditor checks without us and offline.

docs/verify_journal.py reads them, and shares no line with the application. First says what the
file is and from which place it starts; then come the entries, each with its place and its
detail; then all signed heads within; last its end, signed together with what the file is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from vlms.audit.heads import kept_between, public_key, signature_of
from vlms.audit.models import AuditDetail, AuditEntry, AuditLink
from vlms.audit.rules.chain import START, moment
from vlms.audit.rules.timing import Head

FORM = "vlms-journal-export-1"
SCRIPT = "docs/verify_journal.py"
PIECE = 500


@dataclass(frozen=True)
class Period:
    """From `since` on and before `until`; None is open. Times are those of the entries."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """Which chain, for whom it is told by a name, which period."""

    chain_id: UUID
    name: str
    period: Period


def export_lines(session: Session, asked: Asked, secret: bytes, now: datetime) -> Iterator[str]:
    """The file, line by line; for a session that sees the chain, at one moment."""
    first, last = _places(session, asked)
    start, end = (_head(session, asked.chain_id, each) for each in (first - 1, last))
    said = _said(asked, secret, now, start)
    yield _line("journal", said)
    for row in _rows(session, asked.chain_id, first, last):
        yield _line("entry", row)
    for head in kept_between(session, asked.chain_id, start.position, end.position):
        yield _line("head", json.loads(head.line))
    ended = {"position": end.position, "digest": end.digest.hex()}
    sealed = json.dumps([*said.values(), *ended.values()], separators=(",", ":"))
    signature = signature_of(secret, sealed.encode("ascii")).hex()
    yield _line("end", {**ended, "signature": signature})


def count_entries(session: Session, asked: Asked) -> int:
    """How many entries the file would have."""
    first, last = _places(session, asked)
    return last - first + 1


def _said(asked: Asked, secret: bytes, now: datetime, start: Head) -> Mapping[str, Any]:
    """What the file is; the end's signature covers these values in this order."""
    period = asked.period
    return {
        "form": FORM,
        "chain": str(asked.chain_id),
        "name": asked.name,
        "since": moment(period.since) if period.since else None,
        "until": moment(period.until) if period.until else None,
        "made_at": moment(now),
        "public_key": public_key(secret).hex(),
        "position": start.position,
        "digest": start.digest.hex(),
    }


def _line(kind: str, told: Mapping[str, Any]) -> str:
    return json.dumps({"line": kind, **told}, ensure_ascii=True) + "\n"


def _places(session: Session, asked: Asked) -> tuple[int, int]:
    """The first and last place of the period; for an empty one, the last before its end.

    Entries stand in the order of their commits: some of another time may stand between.
    """
    first, last = _bounds(session, asked.chain_id, asked.period)
    if first is not None and last is not None:
        return first, last
    before = _bounds(session, asked.chain_id, Period(None, asked.period.since))[1] or 0
    return before + 1, before


def _bounds(session: Session, chain_id: UUID, period: Period) -> tuple[int | None, int | None]:
    both = select(func.min(AuditLink.position), func.max(AuditLink.position)).join(
        AuditEntry, AuditEntry.sequence == AuditLink.sequence
    )
    within = _within(period)
    first, last = session.execute(both.where(AuditLink.chain_id == chain_id, *within)).one()
    return first, last


def _within(period: Period) -> list[ColumnElement[bool]]:
    found = []
    if period.since is not None:
        found.append(AuditEntry.at >= period.since)
    if period.until is not None:
        found.append(AuditEntry.at < period.until)
    return found


def _head(session: Session, chain_id: UUID, position: int) -> Head:
    """How the chain stood at this place; before the first, its beginning."""
    place = select(AuditLink.digest).where(
        AuditLink.chain_id == chain_id, AuditLink.position == position
    )
    return Head(position, session.scalar(place) or START)


def _rows(session: Session, chain_id: UUID, first: int, last: int) -> Iterator[Mapping[str, Any]]:
    for start in range(first, last + 1, PIECE):
        some = (
            select(AuditLink, AuditEntry, AuditDetail)
            .join(AuditEntry, AuditEntry.sequence == AuditLink.sequence)
            .outerjoin(AuditDetail, AuditDetail.sequence == AuditLink.sequence)
            .where(
                AuditLink.chain_id == chain_id,
                AuditLink.position.between(start, min(last, start + PIECE - 1)),
            )
            .order_by(AuditLink.position)
        )
        found = session.execute(some).all()
        yield from (_row(*each) for each in found)
        session.expunge_all()


def _row(link: AuditLink, entry: AuditEntry, detail: AuditDetail | None) -> Mapping[str, Any]:
    return {
        "position": link.position,
        "sequence": entry.sequence,
        "organisation_id": _key(entry.organisation_id),
        "actor_id": _key(entry.actor_id),
        "action": entry.action,
        "record_kind": entry.record_kind,
        "record_id": str(entry.record_id),
        "at": moment(entry.at),
        "reason": entry.reason,
        "detail_digest": entry.detail_digest.hex(),
        "previous": link.previous.hex(),
        "digest": link.digest.hex(),
        "detail": None if detail is None else _told(detail),
    }


def _told(detail: AuditDetail) -> Mapping[str, Any]:
    return {
        "salt": detail.salt.hex(),
        "actor_name": detail.actor_name,
        "before": detail.before,
        "after": detail.after,
    }


def _key(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def write_lines(lines: Iterable[str], write: Callable[[bytes], object]) -> int:
    """Write the file as ASCII; how many lines there were."""
    count = 0
    for line in lines:
        write(line.encode("ascii"))
        count += 1
    return count
