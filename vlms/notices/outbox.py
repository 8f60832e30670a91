"""Writes mail into the outbox, in the transaction of the work that it tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.core.doubles import broken_index
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.notices.models import Mailing, MessageState, OutboxMessage
from vlms.notices.queries import list_told
from vlms.notices.ways import Going, Way, find_ways, next_collection


@dataclass(frozen=True)
class Recipient:
    name: str
    address: str
    language: Language
    person_id: UUID | None = None


@dataclass(frozen=True)
class Mail:
    """One mail: `template` is a file's name in templates/mail, `facts` plain JSON values.

    `once_key` names the occasion: a second mail with the same key is not written. It never
    holds a code; `link_id` is the one-time link that it carries. `letter_id` names one of the
    organisation's own letters; without it, its usual one for this template is taken, if any.
    """

    template: str
    subject_id: UUID
    once_key: str
    organisation_id: UUID | None = None
    agreement_id: UUID | None = None
    link_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    letter_id: UUID | None = None


def post(work: Work, mail: Mail, to: Recipient) -> OutboxMessage | None:
    """Put a mail into the outbox; None when this occasion has been told before.

    Who switched this kind off, whose mail bounces, or who has no address at all finds it
    among their notices; no mail is sent.
    """
    (message,) = _messages(work, [(mail, to)]) or (None,)
    if message is None:
        return None
    # A message is told as written, not as the act that it tells of; sent again is its own act.
    is_about_mail = work.action.startswith("message.")
    with work.doing(work.action if is_about_mail else "outbox_message.created"):
        return message if _are_first(work, [message]) else None


def post_many(work: Work, mails: Sequence[tuple[Mail, Recipient]]) -> list[OutboxMessage]:
    """The same for many at once, by few statements; the messages that were written."""
    messages = _messages(work, mails)
    with work.doing("outbox_message.created"):
        if _are_first(work, messages):
            return messages
    written = (post(work, mail, to) for mail, to in mails)
    return [message for message in written if message is not None]


def _messages(work: Work, mails: Sequence[tuple[Mail, Recipient]]) -> list[OutboxMessage]:
    """A message for each occasion that nobody has told of yet, not added so far.

    Asked of everything: a key is unique in the system, and choices and letters are not the
    writer's, whatever the writer sees.
    """
    with work.as_system("whether an occasion has been told, and how"):
        told = list_told(work.session, [mail.once_key for mail, _to in mails])
        new = {mail.once_key: (mail, to) for mail, to in mails if mail.once_key not in told}
        ways = find_ways(work.session, [_going(mail, to) for mail, to in new.values()])
    return [
        _message(work, mail, to, way) for (mail, to), way in zip(new.values(), ways, strict=True)
    ]


def _going(mail: Mail, to: Recipient) -> Going:
    place = mail.organisation_id, mail.letter_id
    has_link = mail.link_id is not None
    return Going(mail.template, to.address, to.language, *place, to.person_id, has_link)


def _message(work: Work, mail: Mail, to: Recipient, way: Way) -> OutboxMessage:
    return OutboxMessage(
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
        state=MessageState.DEAD if way.mailing is Mailing.NEVER else MessageState.WAITING,
        attempts=0,
        next_at=next_collection(work.now) if way.mailing is Mailing.WEEKLY else work.now,
        created_at=work.now,
        last_error=way.why,
        mailing=way.mailing,
        letter_version_id=way.wording_id,
    )


def _are_first(work: Work, messages: Sequence[OutboxMessage]) -> bool:
    """Add them all, unless somebody else tells of one of their occasions at this moment."""
    work.flush()
    try:
        with work.session.begin_nested():
            work.session.add_all(messages)
    except IntegrityError as error:
        if broken_index(error) != "uq_outbox_message_once":
            raise
        return False
    return True
