"""Writes mail into the outbox, in the transaction of the work that it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.doubles import broken_index
from vlms.core.language import Language
from vlms.core.sign_in_names import has_no_mail
from vlms.core.work import Work
from vlms.notices.models import MessageState, OutboxMessage


@dataclass(frozen=True)
class Recipient:
    name: str
    address: str
    language: Language
    person_id: UUID | None = None


@dataclass(frozen=True)
class Mail:
    """One mail: `template` is a folder's name in templates/mail, `facts` plain JSON values.

    `once_key` names the occasion: a second mail with the same key is not written. It never
    holds a code; `link_id` is the one-time link that it carries.
    """

    template: str
    subject_id: UUID
    once_key: str
    organisation_id: UUID | None = None
    agreement_id: UUID | None = None
    link_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def post(work: Work, mail: Mail, to: Recipient) -> OutboxMessage | None:
    """Put a mail into the outbox; None when this occasion has been told before.

    None too for who signs in by student number: no mail can reach them.
    """
    if has_no_mail(to.address):
        return None
    if _was_told(work, mail.once_key):
        return None
    message = OutboxMessage(
        organisation_id=mail.organisation_id,
        agreement_id=mail.agreement_id,
        subject_id=mail.subject_id,
        person_id=to.person_id,
        template=mail.template,
        facts=dict(mail.facts),
        link_id=mail.link_id,
        to_name=to.name,
        to_address=to.address,
        language=to.language,
        once_key=mail.once_key,
        state=MessageState.WAITING,
        attempts=0,
        next_at=work.now,
        created_at=work.now,
    )
    # A message is told as written, not as the act that it tells of; sent again is its own act.
    is_about_mail = work.action.startswith("message.")
    with work.doing(work.action if is_about_mail else "outbox_message.created"):
        return message if _is_first(work, message) else None


def _is_first(work: Work, message: OutboxMessage) -> bool:
    """Add it, unless somebody else tells of the same occasion at this moment."""
    work.flush()
    try:
        with work.session.begin_nested():
            work.session.add(message)
    except IntegrityError as error:
        if broken_index(error) != "uq_outbox_message_once":
            raise
        return False
    return True


def _was_told(work: Work, once_key: str) -> bool:
    """Asked of all messages: a key is unique in the system, whatever its writer sees of it."""
    known = select(OutboxMessage.id).where(OutboxMessage.once_key == once_key)
    with work.as_system("whether an occasion has been told"):
        return work.session.scalar(known) is not None
