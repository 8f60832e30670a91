"""Whether the mail about each assigned code has arrived, and whether the code was claimed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from vlms.accounts.queries import get_organisation
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.paging import Listing, Page, page_of
from vlms.core.parts import in_parts
from vlms.core.reading import search_key
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import list_rows
from vlms.notices.models import Mailing, MessageState, OutboxMessage

ARRIVAL_SORTS = {"written": OutboxMessage.created_at, "to": OutboxMessage.to_address}
TEMPLATE = "code_assigned"


class Tab(StrEnum):
    """How far a mail has come, and its code."""

    WAITING = "waiting"
    SENT = "sent"
    BOUNCED = "bounced"
    UNCLAIMED = "unclaimed"
    CLAIMED = "claimed"


@dataclass(frozen=True)
class ArrivalFilter:
    """Which mails a list shows; `words` are of the recipient's name or address."""

    tab: Tab | None = None
    words: str | None = None


def search_arrivals(
    session: Session, wanted: ArrivalFilter, listing: Listing, now: datetime
) -> Page[OutboxMessage]:
    """A page of mails, one for each code: the newest that told its person of it."""
    statement = _narrowed(_newest(select(OutboxMessage)), wanted, now)
    return page_of(session, statement, ARRIVAL_SORTS, listing)


def count_arrivals(session: Session, now: datetime) -> Mapping[Tab, int]:
    """How many stand under each tab."""
    return {
        tab: int(
            session.scalar(
                _newest(select(func.count(OutboxMessage.id))).where(_condition(tab, now))
            )
            or 0
        )
        for tab in Tab
    }


def codes_of(session: Session, page: Page[OutboxMessage]) -> Mapping[UUID, Code]:
    """The codes that a page's mails are about."""
    wanted = [message.subject_id for message in page.rows]
    named = select(Code).options(joinedload(Code.person)).where(Code.id.in_(wanted))
    return {code.id: code for code in session.scalars(named)}


def mails_of(session: Session, code_ids: Collection[UUID]) -> Mapping[UUID, OutboxMessage]:
    """The newest mail that told of each of some codes, by code."""
    told = _newest(select(OutboxMessage))
    return {
        message.subject_id: message
        for part in in_parts(code_ids)
        for message in session.scalars(told.where(OutboxMessage.subject_id.in_(part)))
    }


class Result(NamedTuple):
    """What became of a handout: its rows, the newest mail of each code, its organisation's zone."""

    rows: Sequence[HandoutRow]
    mails: Mapping[UUID, OutboxMessage]
    time_zone: str


def result_of(session: Session, handout: Handout) -> Result:
    rows = list_rows(session, handout.id)
    mails = mails_of(session, [row.code_id for row in rows if row.code_id])
    return Result(rows, mails, get_organisation(session, handout.organisation_id).time_zone)


def _newest(statement: Select[Any]) -> Select[Any]:
    """Of each code the last mail to its person; an earlier one no longer counts."""
    newer = aliased(OutboxMessage)
    is_replaced = (
        select(newer.id)
        .where(
            newer.subject_id == OutboxMessage.subject_id,
            newer.template == TEMPLATE,
            newer.id > OutboxMessage.id,
        )
        .exists()
    )
    return statement.join(Code, Code.id == OutboxMessage.subject_id).where(
        OutboxMessage.template == TEMPLATE, ~is_replaced
    )


def _narrowed(statement: Select[Any], wanted: ArrivalFilter, now: datetime) -> Select[Any]:
    if wanted.tab is not None:
        statement = statement.where(_condition(wanted.tab, now))
    if wanted.words:
        words = wanted.words
        statement = statement.where(
            or_(
                OutboxMessage.to_name.icontains(words, autoescape=True),
                OutboxMessage.to_address.contains(search_key(words), autoescape=True),
            )
        )
    return statement


def _condition(tab: Tab, now: datetime) -> ColumnElement[bool]:
    came_back = or_(
        OutboxMessage.bounced_at.is_not(None),
        # Refused at the door, or given up: nobody has it either.
        and_(OutboxMessage.state == MessageState.DEAD, OutboxMessage.mailing == Mailing.NOW),
    )
    unclaimed = and_(Code.state == State.ASSIGNED, Code.claimed_at.is_(None), Code.expires_at > now)
    match tab:
        case Tab.WAITING:
            return OutboxMessage.state == MessageState.WAITING
        case Tab.SENT:
            return and_(
                OutboxMessage.state == MessageState.SENT, OutboxMessage.bounced_at.is_(None)
            )
        case Tab.BOUNCED:
            # Who claimed all the same needs no other mail.
            return and_(came_back, unclaimed)
        case Tab.UNCLAIMED:
            return unclaimed
        case Tab.CLAIMED:
            return Code.claimed_at.is_not(None)
