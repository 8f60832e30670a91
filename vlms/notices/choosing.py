"""What recipients decide of their notices: read, wanted by mail, collected for the week, or not."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, select

from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, DomainError, NotFound
from vlms.core.links import SWITCH_OFF, read_link
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.kinds import KINDS, is_compulsory
from vlms.notices.models import Mailing, NoticeChoice, OutboxMessage
from vlms.notices.notice_queries import Own, get_notice


class StaysOn(DomainError):
    """This kind of notice cannot be switched off."""

    reason = "notice_stays_on"


def choose(work: Work, own: Own, wanted: Mapping[str, Mailing]) -> None:
    """Keep how a user wants each kind, at their own address and for their directory entries.

    Not for the addresses of these: an admin enters whatever address they like, and other
    people may read mail there. Raises StaysOn, NotFound.
    """
    for template, mailing in wanted.items():
        choose_for(work, own.address, template, mailing)
        for person_id in sorted(own.person_ids):
            _keep(work, NoticeChoice(person_id=person_id, template=template, mailing=mailing))


def choose_for(work: Work, address: str, template: str, mailing: Mailing) -> None:
    """Keep how an address wants a kind of notice.

    Raises NotFound for what is no kind, StaysOn for one that is compulsory, Conflict.
    """
    kind = KINDS.get(template)
    if kind is None:
        raise NotFound(None, _("There is no such kind of notice."))
    if kind.stays_on is not None and mailing is not Mailing.NOW:
        raise StaysOn(None, _("%(kind)s is always mailed.", kind=kind.title), way_out=kind.stays_on)
    _keep(work, NoticeChoice(address=address, template=template, mailing=mailing))


def _keep(work: Work, wanted: NoticeChoice) -> None:
    """Change what was chosen before, or add it where it is not what holds anyway."""
    whose = (
        NoticeChoice.address == wanted.address
        if wanted.person_id is None
        else NoticeChoice.person_id == wanted.person_id
    )
    known = work.session.scalar(
        select(NoticeChoice).where(whose, NoticeChoice.template == wanted.template)
    )
    work.does("notice_choice.changed")
    if known is not None:
        known.mailing = wanted.mailing
    elif wanted.mailing is not Mailing.NOW:
        faster = Conflict(None, _("This was just chosen elsewhere."))
        with refusing_doubles(work, uq_notice_choice=faster, uq_notice_choice_person=faster):
            work.session.add(wanted)


def get_declinable(work: Work, token: str) -> OutboxMessage:
    """The message whose mail carried this switch-off link. Raises NotFound for any other text."""
    message_id = read_link(work.keys.link, token, SWITCH_OFF)
    message = message_id and work.session.get(OutboxMessage, message_id)
    if not message or is_compulsory(message.template):
        raise NotFound(
            None,
            _("This link does not open anything any more."),
            way_out=_("Sign in and choose under My notices."),
        )
    return message


def mark_read(work: Work, own: Own, message_id: UUID) -> None:
    """It was opened; the first time stays. Raises NotFound."""
    message = get_notice(work.session, own, message_id)
    _mark(work, OutboxMessage.id == message.id)


def mark_all_read(work: Work, own: Own) -> None:
    """What was written so far to the user is read."""
    _mark(work, OutboxMessage.to_address == own.address)
    _mark(work, OutboxMessage.person_id.in_(sorted(own.person_ids)))


def _mark(work: Work, which: ColumnElement[bool]) -> None:
    unread = OutboxMessage.read_at.is_(None)
    guarded_update(work.session, OutboxMessage, which, unread, read_at=work.now)
