"""Puts the entries of a transaction into their chains, at its very end.

An entry is inserted while the work runs, and never touched again; its place is a row beside
it. A chain's head is locked only when all else is done, so that long work lets others write.
Heads are locked in one order everywhere: two transactions never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction, object_session

from vlms.audit.models import AuditEntry, AuditHead, AuditLink
from vlms.audit.rules.chain import START, Entry, chain_of, link_digest
from vlms.core.appending import insert_unless_there
from vlms.core.scoping import bulk_insert, guarded_update

_WAITING = "journal_unchained"
_MARKS = "journal_unchained_marks"


class ChainMoved(RuntimeError):
    """Somebody else has written on a head that this transaction holds: never in our own code."""


def will_chain(session: Session, entries: Iterable[Entry]) -> None:
    """Entries that were inserted; they get their places at the transaction's end."""
    session.info.setdefault(_WAITING, []).extend(entries)


def entry_of(values: Mapping[str, Any], sequence: int) -> Entry:
    """An entry from the values of its row."""
    return Entry(
        sequence,
        values["organisation_id"],
        values["actor_id"],
        values["action"],
        values["record_kind"],
        values["record_id"],
        values["at"],
        values["reason"],
        values["detail_digest"],
    )


def install() -> None:
    """Chain the entries of every session; asked for more than once, it is done once."""
    if not event.contains(Session, "before_commit", _chain):
        event.listen(AuditEntry, "after_insert", _inserted)
        event.listen(Session, "before_commit", _chain)
        event.listen(Session, "after_transaction_create", _mark)
        event.listen(Session, "after_soft_rollback", _forget)


def _inserted(_mapper: Any, _connection: Any, row: AuditEntry) -> None:
    session = object_session(row)
    assert session is not None
    will_chain(session, [entry_of(vars(row), row.sequence)])


def _mark(session: Session, begun: SessionTransaction) -> None:
    if begun.nested:
        waiting = session.info.get(_WAITING, ())
        session.info.setdefault(_MARKS, {})[begun] = len(waiting)


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What a savepoint took back was never written; nor what the whole transaction did."""
    if ended.nested:
        count = session.info.get(_MARKS, {}).pop(ended, 0)
        del session.info.get(_WAITING, [])[count:]
    elif ended.parent is None:
        session.info.pop(_WAITING, None)
        session.info.pop(_MARKS, None)


def _chain(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    waiting = session.info.pop(_WAITING, None)
    session.info.pop(_MARKS, None)
    if waiting:
        write_links(session, waiting)


def write_links(session: Session, entries: Sequence[Entry]) -> None:
    """Give these entries the next places of their chains, each chain under its lock."""
    by_chain: dict[UUID, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        by_chain.setdefault(chain_of(entry.organisation_id), []).append(entry)
    links: list[dict[str, Any]] = []
    for chain_id in sorted(by_chain):
        links += _extend(session, chain_id, by_chain[chain_id])
    bulk_insert(session, AuditLink, links)


def _extend(session: Session, chain_id: UUID, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    position, digest = seen = _locked_head(session, chain_id)
    links = []
    for entry in entries:
        position, previous = position + 1, digest
        digest = link_digest(previous, chain_id, position, entry)
        links.append(
            {
                "sequence": entry.sequence,
                "chain_id": chain_id,
                "position": position,
                "previous": previous,
                "digest": digest,
            }
        )
    as_seen = (AuditHead.position == seen[0], AuditHead.digest == seen[1])
    own = AuditHead.chain_id == chain_id
    if guarded_update(session, AuditHead, own, *as_seen, position=position, digest=digest) != 1:
        raise ChainMoved(str(chain_id))
    return links


def _locked_head(session: Session, chain_id: UUID) -> tuple[int, bytes]:
    """How far the chain reaches; nobody else extends it until this transaction ends."""
    head = select(AuditHead.position, AuditHead.digest).where(AuditHead.chain_id == chain_id)
    found = session.execute(head.with_for_update()).one_or_none()
    if found is None:
        begun = {"chain_id": chain_id, "position": 0, "digest": START}
        insert_unless_there(session, AuditHead, [begun])
        found = session.execute(head.with_for_update()).one()
    return found[0], found[1]
