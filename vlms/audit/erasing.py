"""Erases what the journal tells of a person; that it happened stays for ever.

Entries are never touched: their digests cover a salted digest of the detail, so that the
chain holds without it. Which details went stands in the reason of an entry of its own; a
detail that is gone without one is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select

from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.rules.chain import NOBODYS, Entry
from vlms.audit.service import journal
from vlms.core.appending import erase
from vlms.core.work import Work

ERASED = "audit_detail.erased"
_PIECE = 500
_REASON_LENGTH = 1000
_RANGE = re.compile(r"(\d{1,19})(?:-(\d{1,19}))?")


def erase_details(work: Work, sequences: Collection[int]) -> int:
    """Remove these entries' details and tell so in their chains; how many there were.

    For a System scope: who erases a person reaches all organisations that knew them.
    """
    work.flush()
    wanted = sorted(set(sequences))
    count = 0
    for start in range(0, len(wanted), _PIECE):
        count += _erase(work, wanted[start : start + _PIECE])
    return count


def _erase(work: Work, sequences: Sequence[int]) -> int:
    found = work.session.execute(
        select(AuditDetail.sequence, AuditEntry.organisation_id)
        .join(AuditEntry, AuditEntry.sequence == AuditDetail.sequence)
        .where(AuditDetail.sequence.in_(sequences))
        .order_by(AuditDetail.sequence)
    ).all()
    by_organisation: dict[UUID | None, list[int]] = {}
    for sequence, organisation_id in found:
        by_organisation.setdefault(organisation_id, []).append(sequence)
    erase(work.session, AuditDetail, AuditDetail.sequence.in_([row[0] for row in found]))
    for organisation_id, some in by_organisation.items():
        record = ("audit_detail", organisation_id or NOBODYS, organisation_id)
        for reason in ranges(some):
            journal(work, ERASED, record, after={"count": len(some)}, reason=reason)
    return len(found)


def ranges(sequences: Sequence[int]) -> Iterator[str]:
    """Rising numbers as `3-7,9`, in as many texts as a reason's length asks for."""
    line = ""
    for first, last in _runs(sequences):
        told = str(first) if first == last else f"{first}-{last}"
        if len(line) + len(told) + 1 > _REASON_LENGTH:
            yield line
            line = ""
        line = f"{line},{told}" if line else told
    if line:
        yield line


def _runs(sequences: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for sequence in sequences:
        if last is not None and sequence == last + 1:
            last = sequence
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = sequence
    if first is not None and last is not None:
        yield first, last


def told_erased(entry: Entry) -> Collection[int]:
    """The entries whose details this one says were erased."""
    if entry.action != ERASED:
        return ()
    found: set[int] = set()
    for told in (entry.reason or "").split(","):
        match = _RANGE.fullmatch(told)
        if match:
            first = int(match[1])
            found.update(range(first, min(int(match[2] or first), first + _PIECE * 1000) + 1))
    return found
