"""On whose behalf the actor may act on a code (C2 to C4)."""

from __future__ import annotations

from datetime import datetime

from vlms.codes.holder_queries import find_open_registration
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import Party, State, Step, has_expired, may
from vlms.codes.rules.steps import check_kind, check_party, next_state
from vlms.codes.service.transition import kind_of
from vlms.core.permissions import Role
from vlms.core.work import Work

_PARTIES = {
    Role.LICENSING_ADMIN: Party.ADMIN,
    Role.OPERATOR: Party.OPERATOR,
    Role.EXAM_DESK: Party.DESK,
    Role.EXAM_PROVIDER: Party.PROVIDER,
}


def parties_of(work: Work, code: Code) -> frozenset[Party]:
    """What the actor is to this code: by roles, and its holder if it is theirs.

    The command line acts for anybody.
    """
    parties = {party for role, party in _PARTIES.items() if role in work.actor.roles}
    if is_holder(work, code):
        parties.add(Party.HOLDER)
    return frozenset(parties)


def is_holder(work: Work, code: Code) -> bool:
    """Whether the code is the actor's own."""
    if work.actor.user_id is None:
        return Role.LEARNER in work.actor.roles
    return code.person is not None and code.person.user_id == work.actor.user_id


def check_actor(work: Work, code: Code, step: Step) -> None:
    """Raises NotForThisParty when the step belongs to somebody else."""
    parties = parties_of(work, code)
    if not any(may(party, step) for party in parties):
        check_party(next(iter(parties), Party.SYSTEM), step)


def check_step(
    work: Work, code: Code, step: Step, *, exam_starts_at: datetime | None = None
) -> None:
    """Say first what the rules say of a step: whose it is, its kind, the state, its expiry.

    The guarded statement decides again. Raises NotForThisParty and StepRefused.
    """
    check_actor(work, code, step)
    check_kind(step, kind_of(code))
    next_state(code.state, step, expired=is_expired(work, code, exam_starts_at))


def is_expired(work: Work, code: Code, exam_starts_at: datetime | None = None) -> bool:
    """C6: a registered code is judged by its exam's start, the one booked if none is given."""
    if exam_starts_at is None and code.state is State.REGISTERED:
        registration = find_open_registration(work.session, code.id)
        exam_starts_at = registration.starts_at if registration else None
    return has_expired(code.state, code.expires_at, work.now, exam_starts_at)
