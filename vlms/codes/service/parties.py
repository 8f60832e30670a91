"""On whose behalf the actor may act on a code (C2 to C4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from vlms.codes.holder_queries import find_open_registration
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import WHO_MAY, Party, State, Step, has_expired, may
from vlms.codes.rules.steps import check_party
from vlms.codes.service.conditions import YOURS, step_conditions
from vlms.core.acts import Condition, condition, require
from vlms.core.permissions import Role
from vlms.core.work import Actor


class Standing(Protocol):
    """Who looks at a code and when: a unit of work, or a page that only shows."""

    session: Session
    actor: Actor
    now: datetime


@dataclass
class Look:
    """The standing of a page that only shows."""

    session: Session
    actor: Actor
    now: datetime


_PARTIES = {
    Role.LICENSING_ADMIN: Party.ADMIN,
    Role.OPERATOR: Party.OPERATOR,
    Role.EXAM_DESK: Party.DESK,
    Role.EXAM_PROVIDER: Party.PROVIDER,
}


def parties_of(work: Standing, code: Code) -> frozenset[Party]:
    """What the actor is to this code: by roles, and its holder if it is theirs.

    The command line acts for anybody.
    """
    parties = {party for role, party in _PARTIES.items() if role in work.actor.roles}
    if is_holder(work, code):
        parties.add(Party.HOLDER)
    return frozenset(parties)


def is_holder(work: Standing, code: Code) -> bool:
    """Whether the code is the actor's own."""
    if work.actor.user_id is None:
        return Role.LEARNER in work.actor.roles
    return code.person is not None and code.person.user_id == work.actor.user_id


def check_actor(work: Standing, code: Code, step: Step) -> None:
    """Raises NotForThisParty when the step belongs to somebody else."""
    parties = parties_of(work, code)
    if not any(may(party, step) for party in parties):
        check_party(next(iter(parties), Party.SYSTEM), step)


def check_step(
    work: Standing,
    code: Code,
    step: Step,
    *,
    exam_starts_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Say first what the rules say of a step: whose it is, its kind, the state, its expiry.

    The guarded statement decides again. Raises NotForThisParty and StepRefused.
    """
    conditions = conditions_of(
        work, code, step, exam_starts_at=exam_starts_at, happened_at=happened_at
    )
    require(conditions)


def conditions_of(
    work: Standing,
    code: Code,
    step: Step,
    *,
    exam_starts_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> Iterator[Condition]:
    """All that a step asks: whose it is, then what the code must be when it happened (C3)."""
    rule, sentence = YOURS[WHO_MAY[step]]
    yield condition(sentence, rule, lambda: check_actor(work, code, step))
    expired = is_expired(work, code, exam_starts_at, happened_at)
    yield from step_conditions(code, step, work.now, expired=expired)


def is_expired(
    work: Standing,
    code: Code,
    exam_starts_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> bool:
    """C6: a registered code is judged by its exam's start, the one booked if none is given."""
    if exam_starts_at is None and code.state is State.REGISTERED:
        registration = find_open_registration(work.session, code.id)
        exam_starts_at = registration.starts_at if registration else None
    return has_expired(code.state, code.expires_at, happened_at or work.now, exam_starts_at)
