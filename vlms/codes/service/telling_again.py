"""Whether a person is told once more of a code (C2): while it waits for their claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.codes.errors import GivingRefused, StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State, Step, has_expired
from vlms.codes.service.conditions import step_conditions
from vlms.core.acts import Condition, condition, in_turn
from vlms.core.errors import DomainError, Topic
from vlms.core.text import _
from vlms.notices.models import OutboxMessage
from vlms.notices.service import add_resend_check

TEMPLATE = "code_assigned"


def conditions_to_tell(code: Code, now: datetime) -> Iterator[Condition]:
    """What the mail with the claim link asks of the code and its person, one after the other."""
    return in_turn(_conditions(code, now))


def _conditions(code: Code, now: datetime) -> Iterator[Condition]:
    expired = code.state is not State.REGISTERED and has_expired(code.state, code.expires_at, now)
    yield from step_conditions(code, Step.CLAIM, now, expired=expired)
    yield condition(_("Its person has not claimed it yet."), "C2", lambda: _check_unclaimed(code))
    yield condition(_("Its person has not left."), "C2", lambda: _check_stays(code.person))


def _check_unclaimed(code: Code) -> None:
    if code.claimed_at is not None:
        raise StepRefused(
            "C2",
            _("The person has claimed the code: it stands among their own codes."),
            reason="code_claimed",
            way_out=_("They sign in to see it; no link is needed any more."),
            ask=Topic.CODES,
        )


def _check_stays(person: Person | None) -> None:
    """C2: the code of somebody who has left stays theirs, but nobody writes to them of it."""
    if person is not None and person.left_at is not None:
        raise GivingRefused(
            "C2",
            _("%(name)s has left the organisation.", name=person.name),
            reason="person_left",
            way_out=_("The code stays theirs. Take them back in the directory if they never left."),
            ask=Topic.CODES,
        )


def _why_not_again(session: Session, message: OutboxMessage, now: datetime) -> DomainError | None:
    code = session.get(Code, message.subject_id)
    if code is None:
        return None
    found = (one.refusal for one in conditions_to_tell(code, now))
    return next((refusal for refusal in found if refusal is not None), None)


add_resend_check(TEMPLATE, _why_not_again)
