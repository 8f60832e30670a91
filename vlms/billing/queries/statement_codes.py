"""How codes of order lines stood at an instant; what happened later changes nothing of it (I18)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from vlms.billing.rules.statement import CodeStanding
from vlms.codes.models import Code, CodeBatch, Outcome, Registration
from vlms.codes.rules.lifecycle import State

_BY_REGISTRATION = (State.USED, State.FORFEITED)
_BY_THEMSELVES = (State.ACTIVATED, State.VOID)
_LOST_OR_USED = (
    Outcome.CANCELLED_LATE,
    Outcome.NO_SHOW,
    Outcome.USED,
)


def count_codes_at(
    session: Session, line_ids: Select[UUID], at: datetime
) -> Mapping[UUID, Counter[CodeStanding]]:
    """How many codes of each line stood how: as far as that had been recorded by then.

    Whether a free code was reserved then is not kept, nor when an appointment was made.
    """
    ended = _has_ended(at)
    expired = ~ended & (Code.expires_at <= at) & ~_awaits_outcome(at)
    given = ~ended & ~expired & (Code.assigned_at <= at)
    statement = (
        select(
            CodeBatch.order_line_id,
            Code.state,
            func.count(Code.id),
            *(func.sum(case((is_so, 1), else_=0)) for is_so in (ended, expired, given)),
        )
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .where(CodeBatch.order_line_id.in_(line_ids), CodeBatch.issued_at <= at)
        .group_by(CodeBatch.order_line_id, Code.state)
    )
    found: dict[UUID, Counter[CodeStanding]] = defaultdict(Counter)
    for line_id, state, count, *sums in session.execute(statement):
        ended_count, expired_count, given_count = map(int, sums)
        counts = found[line_id]
        if ended_count:
            counts[CodeStanding(state.value)] += ended_count
        counts[CodeStanding.EXPIRED] += expired_count
        counts[CodeStanding.GIVEN] += given_count
        counts[CodeStanding.FREE] += count - ended_count - expired_count - given_count
    return found


def _has_ended(at: datetime) -> ColumnElement[bool]:
    """Used, lost, activated or void, and that was recorded by then."""
    return or_(
        Code.state.in_(_BY_THEMSELVES) & (Code.ended_at <= at),
        Code.state.in_(_BY_REGISTRATION) & Code.id.in_(_final(Registration.recorded_at <= at)),
    )


def _awaits_outcome(at: datetime) -> ColumnElement[bool]:
    """Registered codes do not expire before their exam (C3), whose outcome comes later."""
    return or_(
        Code.state == State.REGISTERED,
        Code.state.in_(_BY_REGISTRATION) & Code.id.in_(_final(Registration.recorded_at > at)),
    )


def _final(recorded: ColumnElement[bool]) -> Select[UUID]:
    return select(Registration.code_id).where(Registration.outcome.in_(_LOST_OR_USED), recorded)
