"""Seals anew, in small transactions, what a key sealed that is to go.

Each row is changed only if it still holds what was read: a text that was removed meanwhile
(C8) stays removed, and a change of the code's state is not touched. Killed anywhere, the next
run finds what is left by how it begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from vlms.core.attempts import OpenWork, in_work
from vlms.core.db import reading
from vlms.core.installation import InstallationFact, is_dropped, lock_masters, remember_change
from vlms.core.masters import current_ring, find_master
from vlms.core.scope import System
from vlms.core.scoping import guarded_update, seeing_unfinished
from vlms.core.work import Work
from vlms.keys.envelope import rewrap
from vlms.keys.errors import SealingKeyUnreadable
from vlms.keys.models import SealingKey
from vlms.keys.queries import GRACE, RESEALED, Span, list_spans
from vlms.keys.sealed import SealedTexts, sealed_texts
from vlms.keys.service.sealing_keys import SealingKeys
from vlms.keys.service.shredding import drop_shredded

PIECE = 200
# Others who wait for the database get in between two pieces.
_BREATH_SECONDS = 0.01
_log = structlog.get_logger()
Row = tuple[UUID, UUID | None, bytes]
Advance = Callable[[int], object]


@dataclass
class Result:
    """How many texts were sealed anew, how many do not open, and whether all was looked at."""

    resealed: int = 0
    unreadable: int = 0
    is_over: bool = True


class _Enough(Exception):
    """So many pieces as were asked for are done."""


@dataclass(frozen=True)
class Pace:
    """How many rows a transaction changes, after how many it is enough for this time.

    `advance` is called with how many more are done.
    """

    piece: int = PIECE
    most_pieces: int | None = None
    advance: Advance = lambda _count: None


def reseal(open_work: OpenWork, pace: Pace = Pace()) -> Result:
    """Wrap every data key by today's master key, and seal anew what retired keys sealed."""
    in_work(open_work, _rewrap_all)
    in_work(open_work, drop_shredded)
    spans = in_work(open_work, lambda work: list_spans(work.session, work.now))
    result = Result()
    budget = _Budget(pace.most_pieces)
    try:
        for span in spans:
            _look_through(open_work, span, result, (pace, budget))
    except _Enough:
        result.is_over = False
    return result


class _Budget:
    """How many pieces may still be taken; one in which nothing opens costs none."""

    def __init__(self, pieces: int | None) -> None:
        self._left = pieces

    def check(self) -> None:
        if self._left is not None and self._left <= 0:
            raise _Enough

    def spend(self, changed: int) -> None:
        if self._left is not None and changed:
            self._left -= 1


def _look_through(
    open_work: OpenWork, span: Span, result: Result, limits: tuple[Pace, _Budget]
) -> None:
    pace, budget = limits
    before = result.unreadable
    for texts in sealed_texts():
        last: UUID | None = None
        while rows := _read(texts, span, last, pace.piece):
            budget.check()
            last = rows[-1][0]
            done, bad = in_work(open_work, partial(_reseal_rows, texts=texts, rows=rows))
            result.resealed += done
            result.unreadable += bad
            budget.spend(done)
            pace.advance(done)
            time.sleep(_BREATH_SECONDS)
    if result.unreadable == before:
        in_work(open_work, lambda work: _note_empty(work, span))
    else:
        _log.error("sealed texts do not open", count=result.unreadable - before)


def _read(texts: SealedTexts, span: Span, last: UUID | None, most: int = PIECE) -> list[Row]:
    """The next rows of a span, without holding the database."""
    model, column = texts.model, texts.column
    columns: list[Any] = [model.id, column] + ([] if texts.owner is None else [texts.owner])
    statement = select(*columns).where(span.holds(column)).order_by(model.id).limit(most)
    if last is not None:
        statement = statement.where(model.id > last)
    with reading(System("sealing anew")) as session, seeing_unfinished(session):
        found = session.execute(statement).all()
    return [(row[0], None if texts.owner is None else row[2], row[1]) for row in found]


def _reseal_rows(work: Work, texts: SealedTexts, rows: Sequence[Row]) -> tuple[int, int]:
    """How many of the rows were changed, and how many do not open."""
    keys = SealingKeys(work.session, current_ring(work.keys), work.now)
    changed = bad = 0
    owned = sorted(rows, key=lambda row: str(row[1]))
    for owner_id, theirs in groupby(owned, key=lambda row: row[1]):
        opened = []
        for row_id, _owner, sealed in theirs:
            try:
                opened.append((row_id, sealed, keys.open(row_id, owner_id, sealed)))
            except (SealingKeyUnreadable, InvalidTag):
                bad += 1
        anew = keys.seal_all(owner_id, [(row_id, text) for row_id, _sealed, text in opened])
        for (row_id, sealed, _text), new in zip(opened, anew, strict=True):
            changed += _change(work, texts, (row_id, sealed), new)
    return changed, bad


def _change(work: Work, texts: SealedTexts, read: tuple[UUID, bytes], new: bytes) -> int:
    model, column = texts.model, texts.column
    with seeing_unfinished(work.session):
        as_read = (model.id == read[0], column == read[1])
        return guarded_update(work.session, model, *as_read, **{column.key: new})


def _note_empty(work: Work, span: Span) -> None:
    """Nothing of the span was left. A retired key is dropped when that is so a day later too."""
    if span.key_id is None:
        if work.session.get(InstallationFact, RESEALED) is None:
            work.session.add(InstallationFact(name=RESEALED, value=work.now.isoformat()))
        return
    key = work.session.get_one(SealingKey, span.key_id)
    here = SealingKey.id == key.id, SealingKey.dropped_at.is_(None)
    values: dict[str, Any] = {} if key.emptied_at else {"emptied_at": work.now}
    if key.retired_at is not None and key.retired_at <= work.now - GRACE:
        values |= {"wrapped": None, "dropped_at": work.now}
    if values:
        guarded_update(work.session, SealingKey, *here, **values)


def _rewrap_all(work: Work) -> int:
    """Every data key wrapped by today's master key; how many were not."""
    lock_masters(work.session)
    ring = current_ring(work.keys)
    if is_dropped(work.session, ring.master_id):
        _log.error("the master key of this key file was dropped on another machine")
        return 0
    remember_change(work.session, ring)
    stale = select(SealingKey).where(
        SealingKey.master_id != ring.master_id, SealingKey.wrapped.is_not(None)
    )
    count = 0
    for key in work.session.scalars(stale.order_by(SealingKey.id)).all():
        master, wrapped = find_master(ring, key.master_id), key.wrapped or b""
        if master is None:
            _log.error("the master key of a data key is not in the key file", key=str(key.id))
            continue
        try:
            new = rewrap(ring, (key.master_id, master), key.id, key.organisation_id, wrapped)
        except InvalidTag:
            _log.error("a data key does not open", key=str(key.id))
            continue
        same = SealingKey.id == key.id, SealingKey.wrapped == wrapped
        count += guarded_update(
            work.session, SealingKey, *same, wrapped=new, master_id=ring.master_id
        )
    return count
