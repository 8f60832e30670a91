"""Assigns reserved codes after the organisation's delay, and calls assignments back (C2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.queries import get_person
from vlms.codes.events import CodeAssigned
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State, Step
from vlms.codes.rules.steps import check_delay, next_state
from vlms.codes.service.conditions import assign_due
from vlms.codes.service.parties import check_step
from vlms.codes.service.telling import tell_person
from vlms.codes.service.transition import take_step
from vlms.core.attempts import retrying
from vlms.core.errors import DomainError
from vlms.core.work import Work

WorkFactory = Callable[[], AbstractContextManager[Work]]


def start_assign(work: Work, code_id: UUID) -> Code:
    """Begin to assign a reserved code; without a delay it is assigned at once (C2).

    Raises StepRefused: in another state, running already, or expiring before the delay is
    over; GivingRefused when the person has left.
    """
    code = get_code(work.session, code_id)
    check_step(work, code, Step.START_ASSIGN)
    due_at = assign_due(code, work.now)
    take_step(work, code, Step.START_ASSIGN, Code.assign_due_at.is_(None), assign_due_at=due_at)
    return finish_assign(work, code_id) if due_at <= work.now else code


def call_back(work: Work, code_id: UUID, reason: str | None = None) -> Code:
    """Stop an assignment while its delay runs; the code stays reserved (C2).

    Raises StepRefused when none is running or its time is over.
    """
    code = get_code(work.session, code_id)
    check_step(work, code, Step.CALL_BACK)
    return take_step(
        work, code, Step.CALL_BACK, Code.assign_due_at > work.now, reason=reason, assign_due_at=None
    )


def finish_assign(work: Work, code_id: UUID) -> Code:
    """Make a due assignment final, and write to the person in the same transaction (C2)."""
    code = get_code(work.session, code_id)
    check_delay(Step.ASSIGN, code.assign_due_at, work.now)
    person_id = code.person_id
    if person_id is None:
        next_state(code.state, Step.ASSIGN)
        raise AssertionError("a reserved code has its person")
    person = get_person(work.session, person_id)
    if person.left_at is not None:
        return _call_back_for_leaver(work, code)
    take_step(
        work,
        code,
        Step.ASSIGN,
        Code.assign_due_at <= work.now,
        assigned_at=work.now,
        assign_due_at=None,
    )
    tell_person(work, code, person)
    work.events.append(CodeAssigned(code.id, person.id))
    return code


def finish_due_assignments(open_work: WorkFactory) -> int:
    """Finish what is due, one a unit of work; how many were assigned.

    One that cannot be finished (called back just now, expired) is left alone.
    """
    return sum(retrying(lambda due=due: _finish_one(open_work, due)) for due in _due(open_work))  # type: ignore[misc]


def _due(open_work: WorkFactory) -> list[UUID]:
    with open_work() as work:
        statement = select(Code.id).where(
            Code.assign_due_at <= work.now,
            Code.state == State.RESERVED,
            Code.expires_at > work.now,
        )
        return list(work.session.scalars(statement.order_by(Code.assign_due_at)))


def _finish_one(open_work: WorkFactory, code_id: UUID) -> int:
    try:
        with open_work() as work:
            return int(finish_assign(work, code_id).state is State.ASSIGNED)
    except DomainError:
        return 0


def _call_back_for_leaver(work: Work, code: Code) -> Code:
    reason = "The person left before the assignment was final."
    return take_step(work, code, Step.CALL_BACK, reason=reason, assign_due_at=None)
