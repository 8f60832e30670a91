"""Whether the message of a site pack has left within 24 hours of *processed* (O4, O5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from vlms.academy.models.packs import Pack, PackKind
from vlms.core.clock import local_day
from vlms.notices.models import MessageState, OutboxMessage
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.deadline import DELIVERY_TERMS, site_pack_deadline

OPENED = "pack_opened"


@dataclass(frozen=True)
class MessageStanding:
    """How the message of a pack stands; `due_at` is None where no order was processed."""

    is_written: bool
    sent_at: datetime | None
    due_at: datetime | None
    is_late: bool


def message_of(session: Session, pack: Pack, now: datetime) -> MessageStanding:
    """The first message of a pack that has left, else whether one waits."""
    wrote = select(OutboxMessage).where(
        OutboxMessage.subject_id == pack.id, OutboxMessage.template == OPENED
    )
    messages = session.scalars(wrote.order_by(OutboxMessage.id)).all()
    sent_at = min((one.sent_at for one in messages if one.sent_at is not None), default=None)
    processed_at = pack.line.order.processed_at
    if processed_at is None:
        return MessageStanding(bool(messages), sent_at, None, False)
    terms = in_effect(DELIVERY_TERMS, local_day(processed_at, pack.time_zone))
    deadline = site_pack_deadline(processed_at, sent_at, terms)
    return MessageStanding(bool(messages), sent_at, deadline.due_at, deadline.is_missed(now))


def is_unsent(now: datetime) -> ColumnElement[bool]:
    """Site packs that are not over, whose message should have left and has not (O4)."""
    hours = max(terms.site_pack_hours for terms in DELIVERY_TERMS)
    due = (
        select(OrderLine.id)
        .join(Order, OrderLine.order_id == Order.id)
        .where(Order.processed_at < now - timedelta(hours=hours))
    )
    sent = select(OutboxMessage.subject_id).where(
        OutboxMessage.template == OPENED, OutboxMessage.state == MessageState.SENT
    )
    return and_(
        Pack.kind == PackKind.SITE_PACK,
        Pack.expires_at > now,
        Pack.order_line_id.in_(due),
        Pack.id.not_in(sent),
    )


def count_unsent(session: Session, now: datetime) -> int:
    """For whoever watches the messages; a school's people see none."""
    return session.scalar(select(func.count(Pack.id)).where(is_unsent(now))) or 0
