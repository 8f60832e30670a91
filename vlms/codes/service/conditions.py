"""What must hold for each step of a code (C2 to C6), one condition after the other.

Services raise the refusal of the first that does not hold; pages show all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from vlms.accounts.models import Person
from vlms.codes.errors import GivingRefused, StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.first_day import check_usable
from vlms.codes.rules.lifecycle import (
    EXAM_STEPS,
    LIBRARY_STEPS,
    NEXT,
    TERMINAL,
    WHO_MAY,
    Party,
    State,
    Step,
)
from vlms.codes.rules.steps import check_delay, check_kind, next_state
from vlms.codes.service.transition import kind_of
from vlms.core.acts import Condition, condition
from vlms.core.errors import Topic
from vlms.core.text import Text, _

YOURS: dict[frozenset[Party], tuple[str, Text]] = {
    WHO_MAY[Step.RESERVE]: ("C2", _("You are a licensing admin of the organisation.")),
    WHO_MAY[Step.ASSIGN]: ("C2", _("You are a licensing admin of the organisation.")),
    WHO_MAY[Step.VOID]: (
        "C6",
        _("You are a licensing admin of the organisation, or the operator."),
    ),
    WHO_MAY[Step.REPLACE]: ("C6", _("You act for the operator.")),
    WHO_MAY[Step.CLAIM]: ("C8", _("You are the person who holds the code.")),
    WHO_MAY[Step.REGISTER]: ("C3", _("You hold the code, or act for the exam desk.")),
    WHO_MAY[Step.NO_SHOW]: ("C3", _("You act for the exam desk, the provider or the operator.")),
    WHO_MAY[Step.LATE_CANCEL]: (
        "C3",
        _("You hold the code, or act for the exam desk, the provider or the operator."),
    ),
}
_IN_STATE: dict[frozenset[State], Text] = {
    frozenset({State.AVAILABLE}): _("The code is available: it belongs to nobody."),
    frozenset({State.RESERVED}): _("The code is reserved for a person."),
    frozenset({State.ASSIGNED}): _("The code is assigned to a person and not registered."),
    frozenset({State.REGISTERED}): _("The code is registered for an exam."),
    frozenset({State.AVAILABLE, State.RESERVED}): _("Nobody has been given the code yet."),
}


def step_conditions(code: Code, step: Step, now: datetime, *, expired: bool) -> Iterator[Condition]:
    """What a step asks of the code; `expired` as of the instant that the step is about."""
    if step in EXAM_STEPS | LIBRARY_STEPS:
        is_exam = step in EXAM_STEPS
        sentence = _("The code is for an exam.") if is_exam else _("The code is for a library.")
        suits = condition(
            sentence, "C3" if is_exam else "C4", lambda: check_kind(step, kind_of(code))
        )
        yield suits
        if not suits.is_met:
            return
    for found in _standing(code, step, expired=expired):
        yield found
        if not found.is_met:
            return
    yield from _further(code, step, now)


def _standing(code: Code, step: Step, *, expired: bool) -> Iterator[Condition]:
    """Each is asked only while the one before it holds."""
    ended = code.state in TERMINAL
    yield condition(
        _("The code has not been used up, forfeited or made void."),
        "C6",
        lambda: next_state(code.state, step) if ended else None,
    )
    yield condition(
        _("The code has not expired."),
        "C5",
        lambda: next_state(code.state, step, expired=True) if expired else None,
    )
    states = frozenset(before for before, taken in NEXT if taken is step)
    yield condition(_IN_STATE[states], "C6", lambda: next_state(code.state, step))


def _further(code: Code, step: Step, now: datetime) -> Iterator[Condition]:
    checks = _FURTHER.get(step, ())
    for rule, sentence, check in checks:
        found = condition(sentence, rule, lambda check=check: check(code, step, now))  # type: ignore[misc]
        yield found
        if not found.is_met and step is Step.CALL_BACK:
            # What was not begun has no time that could be over.
            return


def check_present(person: Person) -> None:
    """Raises GivingRefused for somebody who has left (C2)."""
    if person.left_at is not None:
        raise GivingRefused(
            "C2",
            _("%(name)s has left the organisation.", name=person.name),
            reason="person_left",
            field="person",
            way_out=_("Choose somebody else; a code that is given to a person stays with them."),
            ask=Topic.CODES,
        )


def assign_due(code: Code, now: datetime) -> datetime:
    """When an assignment that begins now is final (C2)."""
    return now + timedelta(minutes=code.organisation.assign_delay_minutes)


def _check_delay(code: Code, step: Step, now: datetime) -> None:
    check_delay(step, code.assign_due_at, now)


def _check_stays(code: Code, _step: Step, _now: datetime) -> None:
    if code.person is not None:
        check_present(code.person)


def _check_in_time(code: Code, _step: Step, now: datetime) -> None:
    if assign_due(code, now) >= code.expires_at:
        raise _refused(
            "code_expires_in_delay",
            _("The code expires before the time in which it can be called back is over."),
            _("Assign a code that ends later."),
        )


def _check_not_late(code: Code, _step: Step, now: datetime) -> None:
    if code.assign_due_at is not None and code.assign_due_at <= now:
        raise _refused(
            "code_call_back_late",
            _("The time in which the assignment could be called back is over."),
            _("The code belongs to its person now; another person needs another code."),
        )


def _check_begun(code: Code, _step: Step, now: datetime) -> None:
    check_usable(code.usable_at, now, code.time_zone)


def _refused(reason: str, sentence: Text, way_out: Text) -> StepRefused:
    return StepRefused("C2", sentence, reason=reason, way_out=way_out, ask=Topic.CODES)


_Check = tuple[str, Text, Callable[[Code, Step, datetime], None]]
_NOT_RUNNING: _Check = ("C2", _("No assignment of it has been started."), _check_delay)
_FURTHER: dict[Step, tuple[_Check, ...]] = {
    Step.CHANGE: (_NOT_RUNNING,),
    Step.RELEASE: (_NOT_RUNNING,),
    Step.START_ASSIGN: (
        _NOT_RUNNING,
        ("C2", _("Its person is still in the organisation."), _check_stays),
        ("C2", _("It lasts longer than the time to call it back."), _check_in_time),
    ),
    Step.CALL_BACK: (
        ("C2", _("Its assignment has been started."), _check_delay),
        ("C2", _("The time to call it back is not over."), _check_not_late),
    ),
    Step.ACTIVATE: (("O1", _("The agreement has begun."), _check_begun),),
}
