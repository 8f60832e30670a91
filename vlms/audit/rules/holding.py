"""Whether a chain holds; if not, which row is the first that is wrong, and what is wrong."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vlms.audit.rules.chain import START, Entry, chain_of, link_digest
from vlms.audit.rules.timing import Floors, Head


class Wrong(StrEnum):
    """What is wrong with a row."""

    EDITED = "edited"
    MISSING = "missing"
    MOVED = "moved"
    INSERTED = "inserted"
    TRUNCATED = "truncated"
    DETAIL_EDITED = "detail_edited"
    DETAIL_MISSING = "detail_missing"
    REWRITTEN = "rewritten"
    BACKDATED = "backdated"
    FORGED_HEAD = "forged_head"
    UNGUARDED = "unguarded"
    NOT_OUTSIDE = "not_outside"
    NOT_INSIDE = "not_inside"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Fault:
    """The first bad row of a chain; `sequence` is None where the row is gone."""

    wrong: Wrong
    chain_id: UUID
    position: int | None
    sequence: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """One place of a chain as it was found; `detail` is the digest of the detail that is there.

    An entry that is there and cannot be read is None beside an empty digest.
    """

    position: int
    sequence: int
    previous: bytes
    digest: bytes
    entry: Entry | None
    detail: bytes | None


@dataclass
class Checked:
    """What a walk along a chain has found; a backdated row does not end it."""

    chain_id: UUID
    count: int = 0
    digest: bytes = START
    erased: int = 0
    fault: Fault | None = None
    backdated: Fault | None = None
    gone: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)


def check_chain(
    chain_id: UUID,
    links: Iterable[Link],
    heads: Iterable[Head] = (),
    erased: Callable[[Entry], Collection[int]] = lambda _entry: (),
    starting: Head | None = None,
    signings: Iterable[datetime] = (),
) -> Checked:
    """Walk a chain in the order of its positions up to its first bad row.

    `heads` are noted elsewhere: signed, or the chain's own. `erased` tells which details an
    entry says were erased; a detail that is gone without such an entry is a fault. A part of
    a chain is checked from the place before it, `starting`. `signings` are moments at which
    the heads of all chains were signed.
    """
    heads = list(heads)
    found = Checked(chain_id)
    if starting is not None:
        found.count, found.digest = starting.position, starting.digest
    noted, floors = _by_position(heads), Floors(heads, signings)
    for link in links:
        wrong = _first_wrong(found, link) or _not_as_noted(noted, link)
        if wrong is not None:
            found.fault = _fault(found, link, wrong)
            return found
        found.count, found.digest = link.position, link.digest
        assert link.entry is not None
        if found.backdated is None and floors.is_backdated(link.position, link.entry.at):
            found.backdated = _fault(found, link, Wrong.BACKDATED)
        found.told.update(erased(link.entry))
        if link.detail is None:
            found.gone[link.sequence] = link.position
    found.erased = len(found.gone)
    found.fault = _cut_off(found, noted) or _unexplained(found)
    return found


def _by_position(heads: Iterable[Head]) -> Mapping[int, Sequence[bytes]]:
    noted: dict[int, list[bytes]] = {}
    for head in heads:
        noted.setdefault(head.position, []).append(head.digest)
    return noted


def _first_wrong(found: Checked, link: Link) -> Wrong | None:
    if link.position != found.count + 1:
        return Wrong.MISSING if link.position > found.count + 1 else Wrong.INSERTED
    if link.entry is None:
        return Wrong.EDITED if link.detail == b"" else Wrong.MISSING
    follows = hmac.compare_digest(link.previous, found.digest)
    fits = _fits(found.chain_id, link, link.entry)
    if not (follows and fits):
        return Wrong.EDITED if follows else Wrong.REWRITTEN if fits else Wrong.MOVED
    if link.detail not in (None, link.entry.detail_digest):
        return Wrong.DETAIL_EDITED
    return None


def _fits(chain_id: UUID, link: Link, entry: Entry) -> bool:
    if chain_of(entry.organisation_id) != chain_id or entry.sequence != link.sequence:
        return False
    digest = link_digest(link.previous, chain_id, link.position, entry)
    return hmac.compare_digest(digest, link.digest)


def _not_as_noted(noted: Mapping[int, Sequence[bytes]], link: Link) -> Wrong | None:
    if any(digest != link.digest for digest in noted.get(link.position, ())):
        return Wrong.REWRITTEN
    return None


def _fault(found: Checked, link: Link, wrong: Wrong) -> Fault:
    is_gone = wrong is Wrong.MISSING
    position = found.count + 1 if is_gone else link.position
    return Fault(wrong, found.chain_id, position, None if is_gone else link.sequence)


def _cut_off(found: Checked, noted: Mapping[int, Sequence[bytes]]) -> Fault | None:
    if max(noted, default=0) > found.count:
        return Fault(Wrong.TRUNCATED, found.chain_id, found.count + 1, None)
    return None


def _unexplained(found: Checked) -> Fault | None:
    """The first detail that is gone though no entry says that it was erased."""
    for sequence in _sorted(found.gone.keys() - found.told, found.gone):
        return Fault(Wrong.DETAIL_MISSING, found.chain_id, found.gone[sequence], sequence)
    return None


def _sorted(sequences: Collection[int], places: Mapping[int, int]) -> Iterator[int]:
    yield from sorted(sequences, key=places.__getitem__)
