"""What is done about a mail that did not arrive: a right address, or the same once more (C2)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from vlms.accounts.models import Person
from vlms.accounts.service import correct_address
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.service.parties import Standing
from vlms.codes.service.telling_again import conditions_to_tell
from vlms.core.acts import Act, possible, require
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage

CORRECT, RESEND = "correct", "resend"


def correct_and_tell(work: Work, code_id: UUID, email: str, reason: str) -> Person:
    """The right address of a code's person, and a new link to each code that waits for a claim.

    Raises NotFound, why nobody is told of this code again, and what `correct_address` does.
    """
    code = get_code(work.session, code_id)
    require(conditions_to_tell(code, work.now))
    assert code.person_id is not None, "an assigned code has a person"
    return correct_address(work, code.person_id, email, reason)


def acts_on_arrival(look: Standing, message: OutboxMessage, code: Code) -> list[Act]:
    """What this reader can do now about the mail that told of a code."""
    return possible(_acts(look, message, code))


def _acts(look: Standing, message: OutboxMessage, code: Code) -> Iterator[Act]:
    """Those that the reader's roles allow, possible or not."""
    conditions = tuple(conditions_to_tell(code, look.now))
    if look.actor.may(Permission.EDIT_PEOPLE):
        correct, values = _("Correct the address"), {"code_id": code.id}
        yield Act(CORRECT, correct, "pencil", "arrivals.correct", conditions, values)
    if look.actor.may(Permission.RESEND_MESSAGES):
        again, values = _("Send again"), {"message_id": message.id}
        yield Act(RESEND, again, "send", "messages.resend", conditions, values)
