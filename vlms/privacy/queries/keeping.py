"""Finds the records that have been kept long enough (D3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.import_models import PeopleImport, PeopleImportRow
from vlms.accounts.models import OneTimeLink
from vlms.authentication.models import SignInSession
from vlms.notices.models import MessageState, OutboxMessage
from vlms.privacy.rules.keeping import Keeping, Kept


def past(keeping: Keeping, now: datetime) -> Select[UUID]:
    """The ids of what is past its time."""
    model, condition = _PAST[keeping.kind](now - keeping.time, now)
    return select(model.id).where(condition).order_by(model.id)


def count_past(session: Session, keeping: Keeping, now: datetime) -> int:
    counted = select(func.count()).select_from(past(keeping, now).order_by(None).subquery())
    return session.scalar(counted) or 0


def _sign_ins(before: datetime, _now: datetime) -> tuple[Any, ColumnElement[bool]]:
    ended = or_(SignInSession.ended_at <= before, SignInSession.expires_at <= before)
    told = or_(SignInSession.user_agent.is_not(None), SignInSession.network.is_not(None))
    return SignInSession, ended & told


def _import_rows(before: datetime, _now: datetime) -> tuple[Any, ColumnElement[bool]]:
    imports = select(PeopleImport.id).where(PeopleImport.asked_at <= before)
    return PeopleImportRow, PeopleImportRow.import_id.in_(imports)


def _mails(before: datetime, now: datetime) -> tuple[Any, ColumnElement[bool]]:
    opens = select(OneTimeLink.id).where(
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    is_shut = or_(OutboxMessage.link_id.is_(None), OutboxMessage.link_id.not_in(opens))
    is_done = OutboxMessage.state != MessageState.WAITING
    return OutboxMessage, (OutboxMessage.created_at <= before) & is_done & is_shut


_PAST = {Kept.SIGN_INS: _sign_ins, Kept.IMPORT_ROWS: _import_rows, Kept.MAILS: _mails}
