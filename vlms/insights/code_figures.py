"""Counts codes; every number is the length of a list that can be opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from vlms.codes.models import Code
from vlms.codes.queries import LAPSING, WAITING, has_lapsed, lapses_within
from vlms.codes.rules.shown_state import Shown

HORIZONS = (30, 60, 90)


@dataclass(frozen=True)
class CodeFigures:
    """Codes by the state that pages show, and those that lapse within so many days.

    `unclaimed` are assigned and never claimed, `in_delay` reserved while their assignment can
    still be called back (C2), `taken_out` available ones that left as a file (C8).
    """

    by_state: Mapping[Shown, int]
    lapsing: Mapping[int, int]
    unclaimed: int
    in_delay: int
    taken_out: int

    @property
    def in_stock(self) -> int:
        """What can still be given."""
        return self.by_state.get(Shown.AVAILABLE, 0) - self.taken_out

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def count_codes(session: Session, now: datetime) -> CodeFigures:
    """The codes that the scope sees."""
    over = case((has_lapsed(now), 1), else_=0)
    soon = [func.sum(case((lapses_within(days, now), 1), else_=0)) for days in HORIZONS]
    statement = select(Code.state, over, func.count(Code.id), *soon).group_by(Code.state, over)
    by_state: Counter[Shown] = Counter()
    lapsing: Counter[int] = Counter(dict.fromkeys(HORIZONS, 0))
    for state, is_over, count, *within in session.execute(statement):
        by_state[Shown.EXPIRED if is_over else Shown(state.value)] += count
        lapsing.update(dict(zip(HORIZONS, map(int, within), strict=True)))
    return CodeFigures(
        by_state,
        lapsing,
        _count(session, WAITING["unclaimed"], now),
        _count(session, WAITING["in_delay"], now),
        _count(session, WAITING["taken_out"], now),
    )


def _count(session: Session, waits: ColumnElement[bool], now: datetime) -> int:
    statement = select(func.count(Code.id)).where(waits, Code.expires_at > now)
    return int(session.scalar(statement) or 0)


def count_unused(
    session: Session, agreement_ids: Collection[UUID], now: datetime
) -> Mapping[UUID, int]:
    """Codes that would lapse with each of these agreements, if nobody used them."""
    statement = (
        select(Code.agreement_id, func.count(Code.id))
        .where(Code.agreement_id.in_(agreement_ids), Code.state.in_(LAPSING), Code.expires_at > now)
        .group_by(Code.agreement_id)
    )
    return {agreement_id: count for agreement_id, count in session.execute(statement)}
