"""Unused codes by agreement, product and last day: how many, what they cost, how they went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import LAPSING
from vlms.codes.rules.lifecycle import State
from vlms.core.money import Money
from vlms.planning.outlook import Part, Stock
from vlms.planning.queries.code_values import Shares, count_valued, shares_of
from vlms.planning.queries.histories import HISTORY_DAYS, Window, history_of, window_of
from vlms.planning.rules.at_risk import Counted

# Nobody can use these any more, though they did not lapse.
GONE = (State.USED, State.ACTIVATED, State.FORFEITED)
_UNASSIGNED = (State.AVAILABLE, State.RESERVED)
Key = tuple[UUID, UUID]


@dataclass
class _Sums:
    """Codes and minor units by state, of what ends on one day."""

    counts: Counter[State] = field(default_factory=Counter)
    minors: Counter[State] = field(default_factory=Counter)

    def counted(self, currency: str) -> Counted:
        return Counted(
            sum(self.counts[state] for state in _UNASSIGNED),
            self.counts[State.ASSIGNED],
            self.counts[State.REGISTERED],
            Money(sum(self.minors[state] for state in _UNASSIGNED), currency),
            Money(self.minors[State.ASSIGNED], currency),
        )


def list_code_stocks(session: Session, organisation_id: UUID, now: datetime) -> list[Stock]:
    """The stocks of an organisation's codes that can still be used, by agreement and product."""
    is_wanted = [Code.organisation_id == organisation_id]
    shares = shares_of(session, organisation_id)
    live = (Code.state.in_((*LAPSING, State.REGISTERED)), Code.expires_at > now, *is_wanted)
    found = _by_stock(shares, _live(session, shares, live))
    uses = _uses(session, is_wanted, now)
    begun = shares.first_issues()
    return [
        _stock(batch, parts, uses[key], window_of(batch.line.order.agreement, begun[key], now))
        for key, (batch, parts) in found.items()
    ]


def _live(
    session: Session, shares: Shares, live: Sequence[ColumnElement[bool]]
) -> Iterable[tuple[UUID, date, State, int, int]]:
    """Batch, last day, state, number of codes and what they bear in minor units."""
    kinds = select(Code.batch_id, Code.last_day, Code.state).where(*live)
    for (batch_id, day, state), count, minor in count_valued(session, shares, kinds):
        yield batch_id, day, state, count, minor


def _by_stock(
    shares: Shares, live: Iterable[tuple[UUID, date, State, int, int]]
) -> dict[Key, tuple[CodeBatch, dict[date, _Sums]]]:
    """By agreement and product, with a batch of each that knows both."""
    found: dict[Key, tuple[CodeBatch, dict[date, _Sums]]] = {}
    for batch_id, day, state, count, minor in live:
        batch = shares.batches[batch_id]
        key = batch.agreement_id, batch.product_id
        _batch, parts = found.setdefault(key, (batch, defaultdict(_Sums)))
        parts[day].counts[state] += count
        parts[day].minors[state] += minor
    return found


def _uses(
    session: Session, is_wanted: Sequence[ColumnElement[bool]], now: datetime
) -> Mapping[Key, Sequence[tuple[datetime, int]]]:
    """When codes of each stock went, and how many."""
    statement = (
        select(Code.agreement_id, Code.product_id, Code.ended_at, func.count(Code.id))
        .where(*is_wanted, Code.state.in_(GONE), Code.ended_at > now - timedelta(days=HISTORY_DAYS))
        .group_by(Code.agreement_id, Code.product_id, Code.ended_at)
    )
    found: dict[Key, list[tuple[datetime, int]]] = defaultdict(list)
    for agreement_id, product_id, ended_at, count in session.execute(statement):
        if ended_at is not None:
            found[agreement_id, product_id].append((ended_at, count))
    return found


def _stock(
    batch: CodeBatch,
    parts: Mapping[date, _Sums],
    uses: Sequence[tuple[datetime, int]],
    window: Window,
) -> Stock:
    agreement = batch.line.order.agreement
    counted = [Part(day, parts[day].counted(agreement.currency)) for day in sorted(parts)]
    there = sum(part.counted.unused + part.counted.booked for part in counted)
    history = history_of(uses, there, window)
    return Stock(agreement, batch.product, history, counted)
