"""Checks the journal as it lies in the database: chain by chain, a piece at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session

from vlms.audit import triggers
from vlms.audit.chaining import entry_of
from vlms.audit.erasing import told_erased
from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink
from vlms.audit.rules.chain import NOBODYS, chain_of
from vlms.audit.rules.holding import Fault, Link, Wrong, check_chain
from vlms.audit.rules.timing import Head
from vlms.audit.service import digest_of

PIECE = 1000
# What SQLite gives back as it is, though no moment, key or number can be made of it.
_UNREADABLE = (ValueError, TypeError, AttributeError)
Heads = Mapping[UUID, Sequence[Head]]
_PLACE = (AuditLink.position, AuditLink.sequence, AuditLink.previous, AuditLink.digest)
_ENTRY = (
    AuditEntry.sequence,
    AuditEntry.organisation_id,
    AuditEntry.actor_id,
    AuditEntry.action,
    AuditEntry.record_kind,
    AuditEntry.record_id,
    AuditEntry.at,
    AuditEntry.reason,
    AuditEntry.detail_digest,
)
# As text: what no longer is JSON must be told, not raised.
_DETAIL = (
    AuditDetail.organisation_id,
    AuditDetail.salt,
    AuditDetail.actor_name,
    cast(AuditDetail.before, Text),
    cast(AuditDetail.after, Text),
)


def _joined(places: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        places.add_columns(*_ENTRY, *_DETAIL)
        .outerjoin(AuditEntry, AuditEntry.sequence == AuditLink.sequence)
        .outerjoin(AuditDetail, AuditDetail.sequence == AuditLink.sequence)
    )


# Built once: a check runs the same statement for each chain, however many there are.
_PLACES = (
    select(*_PLACE)
    .where(AuditLink.chain_id == bindparam("chain"), AuditLink.position > bindparam("last"))
    .order_by(AuditLink.position)
    .limit(PIECE)
)
_JOINED = _joined(_PLACES)


@dataclass
class Report:
    """What a check has seen, and the first bad row of each chain that does not hold."""

    chains: int = 0
    entries: int = 0
    erased: int = 0
    # Heads in the file outside from before signings ended with a line; of those, without a
    # counterpart in the database.
    older: int = 0
    older_alone: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def check_journal(
    session: Session,
    noted: Heads | None = None,
    tick: Callable[[], None] = lambda: None,
    signings: Collection[datetime] = (),
) -> Report:
    """For a System scope: every chain, against `noted` heads too; whether the guards stand.

    `tick` is called for each piece, so that who waits knows that it goes on. At each of the
    moments `signings` the heads of all chains were signed.
    """
    noted = noted or {}
    report = Report(faults=_unguarded(session))
    own, beyond = _own_heads(session), _beyond(session)
    chains = set(session.scalars(select(AuditLink.chain_id).distinct()))
    for chain_id in sorted({*chains, *own, *noted}):
        heads = [*own.get(chain_id, ()), *noted.get(chain_id, ())]
        links = links_of(session, chain_id, tick)
        checked = check_chain(chain_id, links, heads, told_erased, signings=signings)
        report.chains += 1
        report.entries += checked.count
        report.erased += checked.erased
        fault = _first(checked.fault, beyond.get(chain_id))
        report.faults += _in_order(fault, checked.backdated)
    report.faults += _unchained(session)
    return report


def _in_order(*faults: Fault | None) -> list[Fault]:
    return sorted((each for each in faults if each), key=lambda each: each.position or 0)


def links_of(session: Session, chain_id: UUID, tick: Callable[[], None]) -> Iterator[Link]:
    """A chain's places with what stands there, in the order of the positions."""
    last = -(2**62)
    while piece := _read(session, chain_id, last):
        yield from piece
        tick()
        if len(piece) < PIECE:
            return
        last = piece[-1].position


def _read(session: Session, chain_id: UUID, last: int) -> list[Link]:
    after = {"chain": chain_id, "last": last}
    try:
        return [_link(row, chain_id) for row in session.execute(_JOINED, after)]
    except _UNREADABLE:
        return [_one(session, *place, chain_id) for place in session.execute(_PLACES, after).all()]


def _one(
    session: Session, position: int, sequence: int, previous: bytes, linked: bytes, chain_id: UUID
) -> Link:
    """One place of a piece in which something cannot be read: without its entry if it is that."""
    place = select(*_PLACE).where(AuditLink.sequence == sequence)
    try:
        return _link(session.execute(_joined(place)).one(), chain_id)
    except _UNREADABLE:
        return Link(position, sequence, previous, linked, None, b"")


def _link(row: Row[Any], chain_id: UUID) -> Link:
    position, sequence_there, previous, linked = row[: len(_PLACE)]
    rest = row[len(_PLACE) :]
    sequence, *values = rest[: len(_ENTRY)]
    named = {column.key: value for column, value in zip(_ENTRY[1:], values, strict=True)}
    entry = None if sequence is None else entry_of(named, sequence)
    detail = _told(rest[len(_ENTRY) :], chain_id)
    return Link(position, sequence_there, previous, linked, entry, detail)


def _told(columns: Sequence[Any], chain_id: UUID) -> bytes | None:
    """The digest of a detail; of one in another organisation's name, or unreadable, nothing."""
    organisation_id, salt, actor_name, before, after = columns
    if salt is None:
        return None
    if chain_of(organisation_id) != chain_id:
        return b""
    try:
        told = {"before": json.loads(before), "after": json.loads(after)}
    except ValueError:
        return b""
    return digest_of({"salt": salt, "actor_name": actor_name, **told})


def _own_heads(session: Session) -> Heads:
    heads = session.execute(select(AuditHead.chain_id, AuditHead.position, AuditHead.digest))
    return {chain_id: [Head(position, digest)] for chain_id, position, digest in heads}


def _first(fault: Fault | None, beyond: Fault | None) -> Fault | None:
    """Of two faults of a chain the first; at one place, that it stands behind the head."""
    if fault is None or beyond is None:
        return fault or beyond
    return beyond if (beyond.position or 0) <= (fault.position or 0) else fault


def _beyond(session: Session) -> dict[UUID, Fault]:
    """The first place behind each chain's head, which nobody of ours has written."""
    behind = (
        select(AuditLink.chain_id, func.min(AuditLink.position))
        .outerjoin(AuditHead, AuditHead.chain_id == AuditLink.chain_id)
        .where(AuditLink.position > func.coalesce(AuditHead.position, 0))
        .group_by(AuditLink.chain_id)
    )
    return {
        chain_id: Fault(Wrong.INSERTED, chain_id, position, _sequence(session, chain_id, position))
        for chain_id, position in session.execute(behind).all()
    }


def _sequence(session: Session, chain_id: UUID, position: int) -> int | None:
    own = (AuditLink.chain_id == chain_id, AuditLink.position == position)
    return session.scalar(select(AuditLink.sequence).where(*own))


def _unchained(session: Session) -> list[Fault]:
    """Entries that stand in no chain: whoever inserted them did not go through us."""
    statement = (
        select(AuditEntry.organisation_id, func.min(AuditEntry.sequence))
        .outerjoin(AuditLink, AuditLink.sequence == AuditEntry.sequence)
        .where(AuditLink.sequence.is_(None))
        .group_by(AuditEntry.organisation_id)
        .order_by(func.min(AuditEntry.sequence))
    )
    return [
        Fault(Wrong.INSERTED, chain_of(organisation_id), None, sequence)
        for organisation_id, sequence in session.execute(statement)
    ]


def _unguarded(session: Session) -> list[Fault]:
    gone = triggers.missing(session)
    return [Fault(Wrong.UNGUARDED, NOBODYS, None, None)] if gone else []
