"""How a code stands as far as reports go, and how it stands after one of their rows (C3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vlms.codes.rules.lifecycle import NEXT, State, Step
from vlms.giving.rules.report_words import ExamResult, Fate, Why


@dataclass(frozen=True)
class Appointment:
    """A registration: `told_at` is when it was made or last moved, `ended` how it ended."""

    exam: str
    starts_at: datetime
    told_at: datetime
    ended: Step | None = None
    ended_at: datetime | None = None

    @property
    def last_at(self) -> datetime:
        return self.ended_at or self.told_at


@dataclass(frozen=True)
class Standing:
    """How a code stands; `appointments` are the oldest first, `result` is the used one's."""

    state: State
    since: datetime | None
    expires_at: datetime
    appointments: tuple[Appointment, ...] = ()
    result: tuple[ExamResult | None, str | None] = (None, None)

    @property
    def open(self) -> Appointment | None:
        return next((one for one in self.appointments if one.ended is None), None)

    @property
    def used(self) -> Appointment | None:
        return next((one for one in self.appointments if one.ended is Step.START_EXAM), None)

    @property
    def last_at(self) -> datetime | None:
        """When the last thing happened that is recorded of it."""
        return max((one.last_at for one in self.appointments), default=self.since)


class Kind(StrEnum):
    REGISTER = "register"
    MOVE = "move"
    END = "end"
    RESULT = "result"


@dataclass(frozen=True)
class Act:
    """One thing to record, as having happened `at` an instant."""

    kind: Kind
    at: datetime
    exam: str = ""
    starts_at: datetime | None = None
    step: Step | None = None
    result: tuple[ExamResult | None, str | None] = (None, None)


@dataclass(frozen=True)
class Verdict:
    """`acts` when it changes something, `why` when somebody has to decide."""

    fate: Fate
    acts: tuple[Act, ...] = ()
    why: Why | None = None
    is_overtaken: bool = False


SAME = Verdict(Fate.SAME)
OVERTAKEN = Verdict(Fate.SAME, is_overtaken=True)


def after(standing: Standing, verdict: Verdict) -> Standing:
    """How the code stands once the row is recorded; a dry run goes on from there."""
    for act in verdict.acts:
        standing = _after(standing, act)
    return standing


def _after(standing: Standing, act: Act) -> Standing:
    if act.kind is Kind.RESULT:
        return replace(standing, result=act.result)
    if act.kind is Kind.REGISTER:
        assert act.starts_at is not None
        made = Appointment(act.exam, act.starts_at, act.at)
        found = (*standing.appointments, made)
        return replace(standing, state=State.REGISTERED, appointments=found)
    now_open = standing.open
    assert now_open is not None
    if act.kind is Kind.MOVE:
        changed = replace(now_open, starts_at=act.starts_at or now_open.starts_at, told_at=act.at)
        state = standing.state
    else:
        assert act.step is not None
        changed = replace(now_open, ended=act.step, ended_at=act.at)
        state = NEXT[(standing.state, act.step)]
    others = tuple(changed if one is now_open else one for one in standing.appointments)
    return replace(standing, state=state, appointments=others)
