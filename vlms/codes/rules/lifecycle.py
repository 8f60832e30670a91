"""The life of a code (C6): its states, its steps, and who may take them (C2 to C4).

A claim is a time on an assigned code and expiry a predicate; neither is a state.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from vlms.codes.rules.instants import as_utc


class State(StrEnum):
    """What a row says about its code."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    REGISTERED = "registered"
    USED = "used"
    FORFEITED = "forfeited"
    ACTIVATED = "activated"
    VOID = "void"


class Step(StrEnum):
    """What can be done with a code, or what the provider says has happened."""

    RESERVE = "reserve"
    CHANGE = "change"
    RELEASE = "release"
    START_ASSIGN = "start_assign"
    CALL_BACK = "call_back"
    ASSIGN = "assign"
    CLAIM = "claim"
    REGISTER = "register"
    MOVE = "move"
    CANCEL_IN_TIME = "cancel_in_time"
    PROVIDER_CANCEL = "provider_cancel"
    LATE_CANCEL = "late_cancel"
    NO_SHOW = "no_show"
    START_EXAM = "start_exam"
    ACTIVATE = "activate"
    VOID = "void"
    REPLACE = "replace"


class Party(StrEnum):
    """On whose behalf a step is taken."""

    HOLDER = "holder"
    DESK = "desk"
    ADMIN = "admin"
    OPERATOR = "operator"
    PROVIDER = "provider"
    SYSTEM = "system"


class Kind(StrEnum):
    """What a code is good for: one exam (C3) or one library (C4)."""

    EXAM = "exam"
    LIBRARY = "library"


TERMINAL = frozenset({State.USED, State.FORFEITED, State.ACTIVATED, State.VOID})
OPEN = frozenset(State) - TERMINAL
PERSONAL = frozenset(State) - {State.AVAILABLE, State.RESERVED, State.VOID}

NEXT = {
    (State.AVAILABLE, Step.RESERVE): State.RESERVED,
    (State.AVAILABLE, Step.VOID): State.VOID,
    (State.RESERVED, Step.CHANGE): State.RESERVED,
    (State.RESERVED, Step.RELEASE): State.AVAILABLE,
    (State.RESERVED, Step.START_ASSIGN): State.RESERVED,
    (State.RESERVED, Step.CALL_BACK): State.RESERVED,
    (State.RESERVED, Step.ASSIGN): State.ASSIGNED,
    (State.RESERVED, Step.VOID): State.VOID,
    (State.ASSIGNED, Step.CLAIM): State.ASSIGNED,
    (State.ASSIGNED, Step.REGISTER): State.REGISTERED,
    (State.ASSIGNED, Step.ACTIVATE): State.ACTIVATED,
    (State.ASSIGNED, Step.REPLACE): State.VOID,
    (State.REGISTERED, Step.MOVE): State.REGISTERED,
    (State.REGISTERED, Step.CANCEL_IN_TIME): State.ASSIGNED,
    (State.REGISTERED, Step.PROVIDER_CANCEL): State.ASSIGNED,
    (State.REGISTERED, Step.LATE_CANCEL): State.FORFEITED,
    (State.REGISTERED, Step.NO_SHOW): State.FORFEITED,
    (State.REGISTERED, Step.START_EXAM): State.USED,
}

_ADMIN = frozenset({Party.ADMIN})
_HOLDER = frozenset({Party.HOLDER})
_BOOKING = frozenset({Party.HOLDER, Party.DESK, Party.PROVIDER})
_OUTCOME = frozenset({Party.DESK, Party.PROVIDER, Party.OPERATOR})

WHO_MAY = {
    Step.RESERVE: _ADMIN,
    Step.CHANGE: _ADMIN,
    Step.RELEASE: _ADMIN,
    Step.START_ASSIGN: _ADMIN,
    Step.CALL_BACK: _ADMIN,
    # After the delay nobody is there: the system does it in the admin's name.
    Step.ASSIGN: _ADMIN | {Party.SYSTEM},
    Step.CLAIM: _HOLDER,
    Step.REGISTER: _BOOKING,
    Step.MOVE: _BOOKING,
    Step.CANCEL_IN_TIME: _BOOKING | _OUTCOME,
    Step.LATE_CANCEL: _BOOKING | _OUTCOME,
    Step.PROVIDER_CANCEL: _OUTCOME,
    Step.NO_SHOW: _OUTCOME,
    Step.START_EXAM: _OUTCOME,
    Step.ACTIVATE: _HOLDER,
    Step.VOID: _ADMIN | {Party.OPERATOR},
    # A replacement is a new code: nobody grants one to their own organisation.
    Step.REPLACE: frozenset({Party.OPERATOR}),
}

EXAM_STEPS = frozenset(
    {
        Step.REGISTER,
        Step.MOVE,
        Step.CANCEL_IN_TIME,
        Step.PROVIDER_CANCEL,
        Step.LATE_CANCEL,
        Step.NO_SHOW,
        Step.START_EXAM,
    }
)
LIBRARY_STEPS = frozenset({Step.ACTIVATE})


def may(party: Party, step: Step) -> bool:
    """Whether a step is this party's to take, in whatever state the code is."""
    return party in WHO_MAY[step]


def suits(step: Step, kind: Kind) -> bool:
    """Whether a code of this kind knows the step at all (C3, C4)."""
    return step not in (LIBRARY_STEPS if kind is Kind.EXAM else EXAM_STEPS)


def needs_case_number(state: State, step: Step) -> bool:
    """C6: past *available* a code is voided or replaced only with the provider's case number."""
    return step is Step.REPLACE or (step is Step.VOID and state is not State.AVAILABLE)


def has_expired(
    state: State, expires_at: datetime, now: datetime, exam_starts_at: datetime | None = None
) -> bool:
    """C6: whether nothing can be done with the code any more because its time is over.

    A registered code is judged by its exam's start, which ValueError asks for. For what
    is recorded later, `now` is the instant at which it happened (C3).
    """
    if state in TERMINAL or as_utc(now) < as_utc(expires_at):
        return False
    if state is not State.REGISTERED:
        return True
    if exam_starts_at is None:
        raise ValueError("a registered code is judged by its exam's start")
    return as_utc(exam_starts_at) >= as_utc(expires_at)


def forgets_text(state: State, expires_at: datetime, now: datetime, keep: timedelta) -> bool:
    """C8: whether the sealed text is to be removed: at the end, or `keep` after expiry.

    Never at registration, which can be cancelled; but an appointment of which nothing was
    ever recorded keeps no text for good.
    """
    return state in TERMINAL or as_utc(now) >= as_utc(expires_at) + keep
