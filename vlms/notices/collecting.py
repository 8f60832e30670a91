"""Once a week, one mail with the notices of those who want them collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.notices.models import Mailing, MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.notices.queries import find_wording
from vlms.notices.rendering import write_letter
from vlms.notices.service import give_up


def collect_notices(held: HeldJob) -> None:
    """The job: a mail for each address whose collection is due, one unit of work each."""
    is_more = True
    while is_more:
        with held.work() as work:
            is_more = collect_next(work)


def collect_next(work: Work) -> bool:
    """Write the collection of one address; whether there was one to write."""
    due = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.mailing == Mailing.WEEKLY,
            OutboxMessage.next_at <= work.now,
        )
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
    )
    first = work.session.scalar(due.limit(1))
    if first is None:
        return False
    _write(
        work, work.session.scalars(due.where(OutboxMessage.to_address == first.to_address)).all()
    )
    return True


def _write(work: Work, due: Sequence[OutboxMessage]) -> None:
    collected = [(message, line) for message in due if (line := _line(work, message))]
    if not collected:
        return
    last = collected[-1][0]
    facts = {"notices": [line for _message, line in collected]}
    key = f"weekly_notices:{last.id}"
    to = Recipient(last.to_name, last.to_address, last.language, last.person_id)
    # Of several organisations none may read what the others wrote.
    places = {message.organisation_id for message, _line in collected}
    place_id = last.organisation_id if len(places) == 1 else None
    post(work, Mail("weekly_notices", last.id, key, place_id, facts=facts), to)
    for message, _each in collected:
        waiting = (OutboxMessage.id == message.id, OutboxMessage.state == MessageState.WAITING)
        sent = {"state": MessageState.SENT, "sent_at": work.now}
        guarded_update(work.session, OutboxMessage, *waiting, **sent)


def _line(work: Work, message: OutboxMessage) -> dict[str, Any] | None:
    """The notice's subject and address; None for one that cannot be written, which is given up."""
    try:
        letter = write_letter(message, "", find_wording(work.session, message))
    except Exception as error:
        # Whatever is wrong with one message, the others are not to wait for it.
        give_up(work, message, type(error).__name__)
        return None
    return {"subject": letter.subject, "path": message.facts.get("path")}
