"""The holder's own note of a result, and when a failed exam may be retaken (A4).

Outcomes are recorded by desk, provider and operator (C3); a note makes no code used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.queries import find_retake_term
from vlms.catalog.rules.retake import Retake, RetakeTerms, next_retake
from vlms.codes.errors import NotForThisParty
from vlms.codes.models import Outcome, Registration, StatedResult
from vlms.codes.rules.statement import check_statement
from vlms.codes.service.parties import is_holder
from vlms.core.clock import local_day
from vlms.core.errors import NotFound, Topic
from vlms.core.text import _
from vlms.core.work import Work

_LOST = frozenset(Outcome) - {Outcome.USED}


def state_result(
    work: Work, registration: Registration, result: StatedResult, stated_on: date
) -> Registration:
    """Note what the holder says of their exam; a later note replaces it.

    Raises NotForThisParty, StatementRefused, BadInput.
    """
    if not is_holder(work, registration.code):
        raise NotForThisParty("C3", _("Only the holder notes their own result."))
    zone = work.actor.time_zone
    day = local_day(registration.starts_at, zone)
    is_lost = registration.outcome in _LOST
    check_statement(day, stated_on, work.today(zone), is_lost=is_lost)
    work.does("registration.stated")
    registration.stated_result, registration.stated_on = result, stated_on
    work.flush()
    return registration


def may_state(registration: Registration, now: datetime) -> bool:
    """Whether its holder may note a result now."""
    return registration.starts_at <= now and registration.outcome not in _LOST


def get_own_registration(session: Session, code_id: UUID, registration_id: UUID) -> Registration:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(
        select(Registration).where(
            Registration.id == registration_id, Registration.code_id == code_id
        )
    )
    if found is None:
        raise NotFound(None, _("There is no such appointment."), ask=Topic.CODES)
    return found


def find_retake(
    session: Session, registrations: Sequence[Registration], zone: str
) -> Retake | None:
    """When the exam of the newest of these may be retaken; None unless it was failed.

    `registrations` are the holder's, of whatever codes; those of the same exam count.
    """
    taken = sorted((one for one in registrations if one.stated_result), key=_sat_at)
    if not taken or taken[-1].stated_result is not StatedResult.FAILED:
        return None
    last = taken[-1]
    attempts = [
        _sat_at(one)
        for one in taken
        if one.exam_number == last.exam_number and one.stated_result is StatedResult.FAILED
    ]
    term = find_retake_term(session, last.exam.family_key, local_day(_sat_at(last), zone))
    if term is None:
        return None
    waits = timedelta(hours=term.first_wait_hours), timedelta(days=term.later_wait_days)
    return next_retake(attempts, zone, RetakeTerms(*waits, term.yearly_limit))


def _sat_at(registration: Registration) -> datetime:
    started_at = registration.outcome_at if registration.outcome is Outcome.USED else None
    return started_at or registration.starts_at
