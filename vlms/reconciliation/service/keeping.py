"""Differences are kept over matchings: found again, gone, or with other figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.core.parts import in_parts
from vlms.core.scoping import bulk_insert, guarded_update, seeing_unfinished
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.findings import Finding
from vlms.reconciliation.service.noting import write_note

# 2026-11: either takes some tenths of a second.
_NEW_AT_ONCE = 1_000
_CHANGED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """How many differences were new, changed, as before, and gone."""

    new_count: int
    changed_count: int
    same_count: int
    gone_count: int


@dataclass(frozen=True, slots=True)
class Known:
    """A difference as it stands."""

    id: UUID
    content_digest: str
    state: DifferenceState
    file_line_id: UUID | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a matching changes of the differences that a month has."""

    new: Sequence[Finding]
    others: Sequence[tuple[Known, Finding]]
    gone: Sequence[UUID]
    kept: Kept


def changes_of(session: Session, period_id: UUID, findings: Sequence[Finding]) -> Changes:
    """What is new, what is told otherwise, what is gone; the work on the others is left alone."""
    known = _known(session, period_id)
    new = [one for one in findings if one.identity not in known]
    found = [(known[one.identity], one) for one in findings if one.identity in known]
    changed = sum(_is_changed(*pair) for pair in found)
    identities = {one.identity for one in findings}
    gone = [
        there.id
        for identity, there in known.items()
        if identity not in identities and there.state is not DifferenceState.GONE
    ]
    kept = Kept(len(new), changed, len(findings) - len(new) - changed, len(gone))
    return Changes(new, [pair for pair in found if _is_told_otherwise(*pair)], gone, kept)


def pieces_of(period: Period, changes: Changes) -> Iterator[Callable[[Work], None]]:
    """The changes, some hundred at a time: so many that nobody waits long behind them."""
    for new in in_parts(changes.new, _NEW_AT_ONCE):
        yield partial(_add, period=period, findings=new)
    for pairs in in_parts(changes.others, _CHANGED_AT_ONCE):
        yield partial(_refresh, pairs=pairs)
    for ids in in_parts(changes.gone):
        yield partial(_take_away, ids=ids)


def _known(session: Session, period_id: UUID) -> Mapping[str, Known]:
    statement = select(
        Difference.identity_digest,
        Difference.id,
        Difference.content_digest,
        Difference.state,
        Difference.file_line_id,
    ).where(Difference.period_id == period_id)
    with seeing_unfinished(session):
        return {
            row.identity_digest: Known(row.id, row.content_digest, row.state, row.file_line_id)
            for row in session.execute(statement)
        }


def _is_changed(there: Known, one: Finding) -> bool:
    """Whether its figures are others than before, or it had gone."""
    return there.content_digest != one.content_digest or there.state is DifferenceState.GONE


def _is_told_otherwise(there: Known, one: Finding) -> bool:
    return _is_changed(there, one) or there.file_line_id != one.file_line_id


def _add(work: Work, period: Period, findings: Sequence[Finding]) -> None:
    bulk_insert(work.session, Difference, [_row(work, period, one) for one in findings])


def _take_away(work: Work, ids: Sequence[UUID]) -> None:
    guarded_update(
        work.session,
        Difference,
        Difference.id.in_(ids),
        state=DifferenceState.GONE,
        version=Difference.version + 1,
        settled_at=work.now,
    )


def _refresh(work: Work, pairs: Sequence[tuple[Known, Finding]]) -> None:
    for there, one in pairs:
        _refresh_one(work, there, one)


def _row(work: Work, period: Period, one: Finding) -> dict[str, Any]:
    return {
        **one.as_row(),
        "id": new_id(),
        "reseller_id": period.reseller_id,
        "period_id": period.id,
        "identity_digest": one.identity,
        "state": DifferenceState.OPEN,
        "version": 1,
        "owner_id": None,
        "reason": None,
        "dispute_reference": None,
        "found_at": work.now,
        "settled_at": None,
    }


def _refresh_one(work: Work, there: Known, one: Finding) -> None:
    """A settled one whose figures have changed, or that is back, is open again."""
    values: dict[str, Any] = {**one.as_row(), "version": Difference.version + 1}
    if _is_changed(there, one) and there.state is not DifferenceState.OPEN:
        values |= {"state": DifferenceState.OPEN, "settled_at": None, "reason": None}
    guarded_update(work.session, Difference, Difference.id == there.id, **values)
    if "state" in values:
        is_other = there.content_digest != one.content_digest
        said = _("Its figures have changed.") if is_other else _("It is there again.")
        write_note(work, there.id, str(said), DifferenceState.OPEN)
