"""What charts count: one statement each, grouped by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, null, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, School
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import has_lapsed
from vlms.codes.rules.lifecycle import TERMINAL, State
from vlms.insights.rules.months import Course, Standing
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

_USED = (State.USED, State.ACTIVATED)
_LOST = (State.FORFEITED, State.VOID)


def _period(instant: Any, ends: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the first of these moments before which it happened; none: their count."""
    return case(*((instant < end, number) for number, end in enumerate(ends)), else_=len(ends))


def list_courses(session: Session, ends: Sequence[datetime]) -> list[Course]:
    """The codes that the scope sees, by when they were issued, assigned and ended."""
    end = case(
        (Code.state.in_(_USED), Standing.USED.value),
        (Code.state.in_(_LOST), Standing.LOST.value),
        else_=Standing.EXPIRED.value,
    )
    # A registered code is judged by its exam's start, so that it has not expired (C6).
    ended_at = case(
        (Code.state.in_(sorted(TERMINAL)), Code.ended_at),
        (Code.state == State.REGISTERED, null()),
        else_=Code.expires_at,
    )
    issued, assigned = _period(CodeBatch.issued_at, ends), _period(Code.assigned_at, ends)
    ended = _period(ended_at, ends)
    statement = (
        select(issued, assigned, ended, end, func.count(Code.id))
        .select_from(Code)
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .group_by(issued, assigned, ended, end)
    )
    return [
        Course(row[0], row[1], row[2], Standing(row[3]), row[4])
        for row in session.execute(statement)
    ]


def sum_spend(
    session: Session, begins: datetime, ends: Sequence[datetime]
) -> Mapping[str, list[int]]:
    """Net totals of placed, uncancelled orders in minor units, a currency and period each."""
    period = _period(Order.placed_at, ends)
    statement = (
        select(Order.currency, period, func.sum(Order.total_minor))
        .where(
            Order.placed_at >= begins,
            Order.placed_at < ends[-1],
            Order.state != OrderState.CANCELLED,
        )
        .group_by(Order.currency, period)
        .order_by(Order.currency)
    )
    spend: dict[str, list[int]] = {}
    for currency, number, total in session.execute(statement):
        spend.setdefault(currency, [0] * len(ends))[number] = int(total)
    return spend


@dataclass
class SchoolUse:
    """The codes of a school's people by how they stand now."""

    school_id: UUID
    name: str
    counts: dict[Standing, int] = field(default_factory=dict)


def count_by_school(session: Session, now: datetime) -> Sequence[SchoolUse]:
    """By the school's name; codes of people without a school, and unassigned ones, are not here."""
    standing = case(
        (Code.state.in_(_USED), Standing.USED.value),
        (Code.state.in_(_LOST), Standing.LOST.value),
        (has_lapsed(now), Standing.EXPIRED.value),
        else_=Standing.ASSIGNED.value,
    )
    is_given = and_(Code.assigned_at.is_not(None), Code.person_id == Person.id)
    statement = (
        select(School.id, School.name, standing, func.count(Code.id))
        .select_from(Code)
        .join(Person, is_given)
        .join(School, Person.school_id == School.id)
        .group_by(School.id, School.name, standing)
        .order_by(School.name)
    )
    found: dict[UUID, SchoolUse] = {}
    for school_id, name, kind, count in session.execute(statement):
        use = found.setdefault(school_id, SchoolUse(school_id, name))
        use.counts[Standing(kind)] = count
    return list(found.values())
