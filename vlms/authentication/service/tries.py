"""How often somebody may be wrong at the second step: counted before what was typed is read.

A try is taken in a unit of work of its own, so that many at once are no more than the limit.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.authentication.errors import FactorRefused
from vlms.authentication.models import SignInSession
from vlms.authentication.rules.factor_roles import RULE
from vlms.authentication.rules.factor_tries import MOST_IN_SESSION, WINDOW, opens_again_at
from vlms.authentication.service.limits import (
    SECOND_STEPS,
    STEP_FAILURES,
    count_failed,
    uncount_failed,
)
from vlms.core.scoping import guarded_update
from vlms.core.text import _, ngettext
from vlms.core.tries import count_failure, uncount_failure
from vlms.core.work import Work


def take_try(work: Work, user_id: UUID, session_id: UUID) -> bool:
    """Whether this session has one left; one that has none is over, which the caller commits.

    It counts as a failure until `count_success` says otherwise.
    """
    count_failure(work, SECOND_STEPS)
    count_failed(work, STEP_FAILURES, user_id)
    taken = guarded_update(
        work.session,
        SignInSession,
        SignInSession.id == session_id,
        SignInSession.ended_at.is_(None),
        SignInSession.try_count < MOST_IN_SESSION,
        try_count=SignInSession.try_count + 1,
    )
    if taken != 1:
        over = SignInSession.id == session_id, SignInSession.ended_at.is_(None)
        guarded_update(work.session, SignInSession, *over, ended_at=work.now)
    return taken == 1


def count_success(work: Work, user_id: UUID) -> None:
    """What was typed was right."""
    uncount_failure(work, SECOND_STEPS)
    uncount_failed(work, STEP_FAILURES, user_id)


def check_hour(work: Work, user_id: UUID) -> None:
    """Raises FactorRefused after too many wrong tries in sessions that came no further.

    Whoever has the password begins a new session at will; a passkey goes on working.
    """
    tried = work.session.execute(
        select(SignInSession.created_at, SignInSession.try_count)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.complete_at.is_(None),
            SignInSession.created_at > work.now - WINDOW,
        )
        .order_by(SignInSession.created_at.desc())
    )
    opens_at = opens_again_at([(began, count) for began, count in tried])
    if opens_at is not None:
        minutes = -(-int((opens_at - work.now).total_seconds()) // 60)
        raise FactorRefused(
            RULE,
            _("Too many wrong codes were entered for this account."),
            reason="too_many_tries",
            way_out=ngettext(
                "Use a passkey, or try again in a minute.",
                "Use a passkey, or try again in %(number)s minutes.",
                max(minutes, 1),
            ),
        )
