"""What is done about a mail that did not arrive: a right address, or the same once more (C2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.accounts.service import correct_address
from vlms.codes.errors import GivingRefused
from vlms.codes.holder_queries import list_waiting
from vlms.codes.models import Code
from vlms.codes.service.parties import Standing
from vlms.codes.service.telling_again import condition_of_leavers, conditions_to_tell
from vlms.core.acts import Act, Condition, condition, in_turn, possible, require
from vlms.core.errors import Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage

CORRECT, RESEND = "correct", "resend"


def correct_and_tell(work: Work, person_id: UUID, email: str, reason: str) -> Person:
    """The right address, and a new link to each code that waits for a claim.

    Raises GivingRefused for who has left or for whom no code waits, and what
    `correct_address` does.
    """
    person = get_person(work.session, person_id)
    waiting = {code.person_id for code in list_waiting(work.session, [person_id], work.now)}
    require(_conditions_to_correct(person, waiting))
    return correct_address(work, person_id, email, reason)


def acts_on_arrivals(
    look: Standing, messages: Sequence[OutboxMessage], codes: Mapping[UUID, Code]
) -> dict[UUID, list[Act]]:
    """What this reader can do now about each of some mails; `codes` are what they are about."""
    people = [message.person_id for message in messages if message.person_id is not None]
    waiting = {code.person_id for code in list_waiting(look.session, people, look.now)}
    return {
        message.id: possible(_acts(look, message, codes[message.subject_id], waiting))
        for message in messages
    }


def _acts(
    look: Standing, message: OutboxMessage, code: Code, waiting: AbstractSet[UUID | None]
) -> Iterator[Act]:
    """Those that the reader's roles allow, possible or not."""
    if look.actor.may(Permission.EDIT_PEOPLE) and code.person is not None:
        yield Act(
            CORRECT,
            _("Correct the address"),
            "pencil",
            "arrivals.correct",
            tuple(_conditions_to_correct(code.person, waiting)),
            {"person_id": code.person.id},
        )
    if look.actor.may(Permission.RESEND_MESSAGES):
        yield Act(
            RESEND,
            _("Send again"),
            "send",
            "messages.resend",
            tuple(conditions_to_tell(code, look.now)),
            {"message_id": message.id},
        )


def _conditions_to_correct(
    person: Person, waiting: AbstractSet[UUID | None]
) -> Iterator[Condition]:
    return in_turn(
        (
            condition_of_leavers(person),
            condition(
                _("A code waits for the person's claim."), "C2", lambda: _check_any(person, waiting)
            ),
        )
    )


def _check_any(person: Person, waiting: AbstractSet[UUID | None]) -> None:
    if person.id not in waiting:
        raise GivingRefused(
            "C2",
            _("No code of %(name)s waits for a claim, so nothing would be sent.", name=person.name),
            reason="nothing_waits",
            way_out=_("Correct the address on the person's own page."),
            ask=Topic.CODES,
        )
