"""A chain: each entry's digest covers all of the entry, its place and the digest before it.

The form is documented for auditors in docs/operations.md and written once more, by itself, in
docs/verify_journal.py: whoever changes it gives it another name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

FORM = "vlms-journal-1"
# The chain of entries that are of no organisation; and what the first of a chain follows.
NOBODYS = UUID(int=0)
START = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """All that an entry keeps; of its detail, the salted digest."""

    sequence: int
    organisation_id: UUID | None
    actor_id: UUID | None
    action: str
    record_kind: str
    record_id: UUID
    at: datetime
    reason: str | None
    detail_digest: bytes


def chain_of(organisation_id: UUID | None) -> UUID:
    """The chain in which an organisation's entries stand."""
    return organisation_id or NOBODYS


def written_down(chain_id: UUID, position: int, entry: Entry) -> str:
    """An entry at its place, as one line of JSON that reads the same everywhere."""
    fields = (
        FORM,
        str(chain_id),
        position,
        entry.sequence,
        _text(entry.organisation_id),
        _text(entry.actor_id),
        entry.action,
        entry.record_kind,
        str(entry.record_id),
        moment(entry.at),
        entry.reason,
        entry.detail_digest.hex(),
    )
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"))


def link_digest(previous: bytes, chain_id: UUID, position: int, entry: Entry) -> bytes:
    """The SHA-256 of the digest before it, then of the entry as it is written down."""
    line = written_down(chain_id, position, entry)
    return hashlib.sha256(previous + line.encode("ascii")).digest()


def moment(at: datetime) -> str:
    """A moment in UTC with its microseconds, always in the same number of digits."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
