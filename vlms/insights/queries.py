"""What the home pages count; every number is the length of a list that can be opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import TERMINAL, State
from vlms.codes.rules.shown_state import Shown, word
from vlms.core.clock import local_day
from vlms.core.text import Text
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

HORIZONS = (30, 60, 90)
_RUNNING = (
    OrderState.DRAFT,
    OrderState.AWAITING_APPROVAL,
    OrderState.PLACED,
    OrderState.PROCESSED,
    OrderState.ACKNOWLEDGED,
    OrderState.INVOICED,
    OrderState.FULFILLED,
)
# Neither given to its end nor used: what lapses if nothing is done.
_AT_STAKE = (State.AVAILABLE, State.RESERVED, State.ASSIGNED)


@dataclass(frozen=True)
class CodeCount:
    """How many codes are in a state, and the list's filter that shows them."""

    shown: Shown
    word: Text
    count: int


@dataclass(frozen=True)
class Running:
    """An agreement and the days that are left in it, in its own zone."""

    agreement: Agreement
    days_left: int


def count_codes(session: Session, now: datetime) -> list[CodeCount]:
    """Codes by the state that pages show; an expired one counts as expired."""
    is_over = case((Code.expires_at <= now, 1), else_=0)
    statement = select(Code.state, is_over, func.count()).group_by(Code.state, is_over)
    counts: Counter[Shown] = Counter()
    for state, over, count in session.execute(statement):
        # A registered code is judged by its exam's start, which was checked when it registered.
        lapsed = over and state not in TERMINAL and state is not State.REGISTERED
        counts[Shown.EXPIRED if lapsed else Shown(state.value)] += count
    return [CodeCount(shown, word(shown), counts[shown]) for shown in Shown if counts[shown]]


def count_lapsing(session: Session, now: datetime) -> dict[int, int]:
    """How many unused codes lapse within 30, 60 and 90 days."""
    return {days: _lapsing_by(session, now, timedelta(days=days)) for days in HORIZONS}


def _lapsing_by(session: Session, now: datetime, horizon: timedelta) -> int:
    statement = select(func.count(Code.id)).where(
        Code.state.in_(_AT_STAKE), Code.expires_at > now, Code.expires_at <= now + horizon
    )
    return int(session.scalar(statement) or 0)


def list_running(session: Session, now: datetime) -> list[Running]:
    """Agreements that have not ended, the next to end first."""
    found = session.scalars(select(Agreement).order_by(Agreement.last_day, Agreement.id))
    left = (
        Running(agreement, (agreement.last_day - local_day(now, agreement.time_zone)).days)
        for agreement in found
    )
    return [running for running in left if running.days_left >= 0]


def list_open_orders(session: Session, limit: int = 10) -> Sequence[Order]:
    """Orders that are not closed or cancelled, newest first."""
    statement = (
        select(Order).where(Order.state.in_(_RUNNING)).order_by(Order.id.desc()).limit(limit)
    )
    return session.scalars(statement).all()
