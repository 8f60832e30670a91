"""Sends messages again, and keeps what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.service import journal
from vlms.core.backoff import pause_after
from vlms.core.errors import Conflict, DomainError
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.notices.directory import directory
from vlms.notices.models import Mailing, MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.notices.queries import find_wording, get_message

# Longer than any attempt takes; a worker that was killed within one frees its message so.
CLAIM = timedelta(minutes=2)


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that this worker alone may send now; `attempt` fences the others off."""

    message: OutboxMessage
    attempt: int


ResendCheck = Callable[[Session, OutboxMessage, datetime], DomainError | None]
_RESEND_CHECKS: dict[str, ResendCheck] = {}
ResendWay = Callable[[Work, OutboxMessage], OutboxMessage]
_RESEND_WAYS: dict[str, ResendWay] = {}


def add_resend_check(template: str, check: ResendCheck) -> None:
    """Let the domain that messages of this kind are about say why one is not sent again."""
    _RESEND_CHECKS[template] = check


def add_resend_way(template: str, way: ResendWay) -> None:
    """Let that domain write such a message anew, with what is true now and a link of its own."""
    _RESEND_WAYS[template] = way


def why_not_again(session: Session, message: OutboxMessage, now: datetime) -> DomainError | None:
    """Why a message is not sent again now; None when it can be."""
    check = _RESEND_CHECKS.get(message.template)
    return check(session, message, now) if check else None


def resend(work: Work, message_id: UUID) -> OutboxMessage:
    """Write the message once more, with a new link, to the person's present address (O5).

    The older link ends, and the older message is not sent any more if it still waits.
    Raises NotFound, and the refusal of `why_not_again`.
    """
    earlier = get_message(work.session, message_id)
    refusal = why_not_again(work.session, earlier, work.now)
    if refusal is not None:
        raise refusal
    work.does("message.resent")
    give_up(work, earlier, "replaced")
    return _RESEND_WAYS.get(earlier.template, _write_again)(work, earlier)


def _write_again(work: Work, earlier: OutboxMessage) -> OutboxMessage:
    link_id = None
    if earlier.link_id is not None:
        link_id = directory().renew_link(work, earlier.link_id)
    wording = find_wording(work.session, earlier)
    mail = Mail(
        earlier.template,
        earlier.subject_id,
        f"again:{earlier.id}:{new_id()}",
        organisation_id=earlier.organisation_id,
        agreement_id=earlier.agreement_id,
        link_id=link_id,
        facts=earlier.facts,
        letter_id=wording.letter_id if wording else None,
    )
    again = post(work, mail, recipient_now(work.session, earlier))
    assert again is not None
    return again


def recipient_now(session: Session, message: OutboxMessage) -> Recipient:
    """To whom it goes when it is sent again: the person's name and address as they are now."""
    person_id = message.person_id
    now = directory().find_recipient(session, person_id) if person_id else None
    return now or Recipient(message.to_name, message.to_address, message.language, person_id)


def claim_message(work: Work) -> ClaimedMessage | None:
    """Take the message that has been due for longest; None when none is, or another took it.

    It is due again when the claim is over, so that a killed worker leaves nothing unsent.
    """
    message = work.session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.mailing == Mailing.NOW,
            OutboxMessage.next_at <= work.now,
        )
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return None
    claimed = ClaimedMessage(message, message.attempts + 1)
    taken = guarded_update(
        work.session,
        OutboxMessage,
        OutboxMessage.id == message.id,
        OutboxMessage.attempts == message.attempts,
        OutboxMessage.state == MessageState.WAITING,
        OutboxMessage.next_at <= work.now,
        attempts=claimed.attempt,
        next_at=work.now + CLAIM,
    )
    return claimed if taken == 1 else None


def note_sent(work: Work, claimed: ClaimedMessage) -> None:
    """The mail server has it."""
    _note(work, claimed, MessageState.SENT, sent_at=work.now, last_error=None)


def note_failure(work: Work, claimed: ClaimedMessage, word: str, *, is_final: bool) -> None:
    """Try again later, or never: `word` says why, without address or text."""
    pause = None if is_final else pause_after(claimed.attempt)
    if pause is None:
        _note(work, claimed, MessageState.DEAD, last_error=word)
    else:
        _note(work, claimed, MessageState.WAITING, last_error=word, next_at=work.now + pause)


def give_up(work: Work, message: OutboxMessage, word: str) -> None:
    """Do not send it any more, if it still waits."""
    if message.state is MessageState.WAITING:
        note_failure(work, ClaimedMessage(message, message.attempts), word, is_final=True)


def _note(
    work: Work, claimed: ClaimedMessage, state: MessageState, **values: datetime | str | None
) -> None:
    message = claimed.message
    mine = (OutboxMessage.id == message.id, OutboxMessage.attempts == claimed.attempt)
    waiting = OutboxMessage.state == MessageState.WAITING
    if guarded_update(work.session, OutboxMessage, *mine, waiting, state=state, **values) != 1:
        raise Conflict(None, _("This message is just being sent by another worker."))
    if state is not MessageState.WAITING:
        journal(
            work,
            f"message.{state.value}",
            ("outbox_message", message.id, message.organisation_id),
            before={"state": MessageState.WAITING},
            after={"state": state},
        )
