"""Assigns reserved codes after the organisation's delay, and calls assignments back (C2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import Select, select

from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.codes.events import CodeAssigned
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State, Step
from vlms.codes.rules.steps import check_delay, next_state
from vlms.codes.service.conditions import assign_due
from vlms.codes.service.parties import check_step
from vlms.codes.service.steps_together import lock_codes, take_step_on_all
from vlms.codes.service.telling import tell_people, tell_person
from vlms.codes.service.transition import take_step
from vlms.core.attempts import in_work
from vlms.core.errors import DomainError
from vlms.core.work import Work

WorkFactory = Callable[[], AbstractContextManager[Work]]
# So many a transaction, so that others are not kept waiting.
AT_ONCE = 200


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


def finish_many(work: Work, codes: Sequence[Code]) -> int:
    """The same for many that are due and locked; how many were assigned.

    Raises StepRefused when one of them has moved.
    """
    people = _people_of(work, codes)
    staying = [code for code in codes if people[code.id].left_at is None]
    for code in codes:
        check_delay(Step.ASSIGN, code.assign_due_at, work.now)
        if people[code.id].left_at is not None:
            _call_back_for_leaver(work, code)
    if staying:
        due = Code.assign_due_at <= work.now
        take_step_on_all(work, staying, Step.ASSIGN, due, assigned_at=work.now, assign_due_at=None)
        tell_people(work, [(code, people[code.id]) for code in staying])
    work.events += [CodeAssigned(code.id, people[code.id].id) for code in staying]
    return len(staying)


def finish_due_assignments(open_work: WorkFactory) -> int:
    """Finish what is due, some a unit of work; how many were assigned.

    One that cannot be finished (called back just now, expired) is left alone.
    """
    due = list(_due(open_work))
    return sum(
        _finish_some(open_work, due[first : first + AT_ONCE])
        for first in range(0, len(due), AT_ONCE)
    )


def _due(open_work: WorkFactory) -> Sequence[UUID]:
    with open_work() as work:
        return work.session.scalars(_due_codes(work).with_only_columns(Code.id)).all()


def _due_codes(work: Work) -> Select[Code]:
    statement = select(Code).where(
        Code.assign_due_at <= work.now,
        Code.state == State.RESERVED,
        Code.expires_at > work.now,
    )
    return statement.order_by(Code.assign_due_at, Code.id)


def _finish_some(open_work: WorkFactory, keys: Sequence[UUID]) -> int:
    """Together; where one of them stands in the way of the others, one by one."""

    def together(work: Work) -> int:
        return finish_many(work, lock_codes(work, _due_codes(work).where(Code.id.in_(keys))))

    try:
        return in_work(open_work, together)
    except DomainError:
        return sum(_finish_one(open_work, key) for key in keys)


def _finish_one(open_work: WorkFactory, code_id: UUID) -> int:
    try:
        code = in_work(open_work, lambda work: finish_assign(work, code_id))
    except DomainError:
        return 0
    return int(code.state is State.ASSIGNED)


def _people_of(work: Work, codes: Sequence[Code]) -> dict[UUID, Person]:
    """The person of each code, read again, since one may have left."""
    keys = {code.person_id for code in codes}
    wanted = select(Person).where(Person.id.in_(keys))
    fresh = work.session.scalars(wanted.execution_options(populate_existing=True))
    people = {person.id: person for person in fresh}
    return {code.id: people[code.person_id] for code in codes if code.person_id is not None}


def _call_back_for_leaver(work: Work, code: Code) -> Code:
    reason = "The person left before the assignment was final."
    return take_step(work, code, Step.CALL_BACK, reason=reason, assign_due_at=None)
