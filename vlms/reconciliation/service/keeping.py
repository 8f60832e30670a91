"""Differences are kept over matchings: found again, gone, or with other figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from vlms.core.scoping import bulk_insert, guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.months import AT_ONCE
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.findings import Finding
from vlms.reconciliation.service.noting import write_note

_PIECE = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """How many differences were new, changed, as before, and gone."""

    new_count: int
    changed_count: int
    same_count: int
    gone_count: int


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    content_digest: str
    state: DifferenceState
    file_line_id: UUID | None


def keep_findings(work: Work, period: Period, findings: Sequence[Finding]) -> Kept:
    """Write what is new, change what has changed, leave the work on the others alone."""
    known = _known(work, period)
    new = [one for one in findings if one.identity not in known]
    for some in _pieces(new, _PIECE):
        bulk_insert(work.session, Difference, [_row(work, period, one) for one in some])
    changed = 0
    for one in findings:
        there = known.get(one.identity)
        if there is not None:
            changed += _refresh(work, there, one)
    found = {one.identity for one in findings}
    gone = [
        there.id
        for identity, there in known.items()
        if identity not in found and there.state is not DifferenceState.GONE
    ]
    for ids in _pieces(gone, AT_ONCE):
        guarded_update(
            work.session,
            Difference,
            Difference.id.in_(ids),
            state=DifferenceState.GONE,
            version=Difference.version + 1,
            settled_at=work.now,
        )
    return Kept(len(new), changed, len(findings) - len(new) - changed, len(gone))


def _known(work: Work, period: Period) -> Mapping[str, _Known]:
    statement = select(
        Difference.identity_digest,
        Difference.id,
        Difference.content_digest,
        Difference.state,
        Difference.file_line_id,
    ).where(Difference.period_id == period.id)
    return {
        row.identity_digest: _Known(row.id, row.content_digest, row.state, row.file_line_id)
        for row in work.session.execute(statement)
    }


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


def _refresh(work: Work, there: _Known, one: Finding) -> bool:
    """Whether its figures are others than before; a settled one is then open again."""
    is_changed = there.content_digest != one.content_digest
    is_back = there.state is DifferenceState.GONE
    if not (is_changed or is_back or there.file_line_id != one.file_line_id):
        return False
    values: dict[str, Any] = {**one.as_row(), "version": Difference.version + 1}
    if (is_changed or is_back) and there.state is not DifferenceState.OPEN:
        values |= {"state": DifferenceState.OPEN, "settled_at": None, "reason": None}
    guarded_update(work.session, Difference, Difference.id == there.id, **values)
    if "state" in values:
        said = _("Its figures have changed.") if is_changed else _("It is there again.")
        write_note(work, there.id, str(said), DifferenceState.OPEN)
    return is_changed or is_back


def _pieces(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some
