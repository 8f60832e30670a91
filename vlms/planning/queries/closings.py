"""Finds closing certificates, and the agreements that need one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState
from vlms.planning.models.closings import Closing, ClosingPaper

SORTS = {"drawn": Closing.drawn_at, "number": Closing.number}
# A day more than late outcomes may take (C3), whatever the zone.
_SLACK = timedelta(days=2)


def get_closing(session: Session, closing_id: UUID) -> Closing:
    """With its agreement. Raises NotFound, also for a foreign one."""
    found = session.scalar(_whole().where(Closing.id == closing_id))
    if found is None:
        raise NotFound(None, _("There is no such certificate here."))
    return found


def find_closing(session: Session, number: str) -> Closing | None:
    return session.scalar(_whole().where(Closing.number == number.strip().upper()))


def find_latest(session: Session, agreement_id: UUID) -> Closing | None:
    """The certificate of an agreement, or its last supplement."""
    of = _whole().where(Closing.agreement_id == agreement_id)
    return session.scalar(of.order_by(Closing.sequence.desc()).limit(1))


def list_closings(
    session: Session, organisation_id: UUID, agreement_id: UUID | None = None
) -> Sequence[Closing]:
    """Certificates and their supplements, of one agreement or of all."""
    wanted = _whole().where(Closing.organisation_id == organisation_id)
    if agreement_id is not None:
        wanted = wanted.where(Closing.agreement_id == agreement_id)
    return session.scalars(wanted.order_by(Closing.drawn_at, Closing.sequence)).all()


def search_closings(
    session: Session, organisation_id: UUID, is_signed: bool | None, listing: Listing
) -> Page[Closing]:
    statement = _whole().where(Closing.organisation_id == organisation_id)
    if is_signed is not None:
        at = Closing.signed_at
        statement = statement.where(at.is_not(None) if is_signed else at.is_(None))
    return page_of(session, statement, SORTS, listing)


def find_paper(session: Session, digest: str) -> ClosingPaper | None:
    """The kept paper that a file is, to the byte."""
    return session.scalar(select(ClosingPaper).where(ClosingPaper.digest == digest).limit(1))


def find_predecessor(session: Session, closing: Closing) -> Closing | None:
    """What a supplement follows."""
    return session.scalar(
        select(Closing)
        .where(Closing.agreement_id == closing.agreement_id, Closing.sequence < closing.sequence)
        .order_by(Closing.sequence.desc())
        .limit(1)
    )


def list_to_close(session: Session, now: datetime, outcome_days: int) -> Sequence[UUID]:
    """The ended agreements with orders that have no certificate, or may get late records (C3)."""
    ordered = select(Order.agreement_id).where(
        Order.placed_at.is_not(None), Order.state != OrderState.CANCELLED
    )
    closed = select(Closing.agreement_id)
    recent = now.date() - timedelta(days=outcome_days) - _SLACK
    statement = select(Agreement).where(
        Agreement.last_day <= now.date(),
        Agreement.id.in_(ordered),
        or_(Agreement.id.not_in(closed), Agreement.last_day >= recent),
    )
    found = session.scalars(statement.order_by(Agreement.last_day, Agreement.id))
    return [one.id for one in found if has_ended(one, now)]


def has_ended(agreement: Agreement, now: datetime) -> bool:
    return agreement.last_day < local_day(now, agreement.time_zone)


def ended_within(agreement: Agreement, now: datetime, days: int) -> bool:
    """Whether it ended within the last so many days."""
    today: date = local_day(now, agreement.time_zone)
    return agreement.last_day >= today - timedelta(days=days)


def _whole() -> Select[Closing]:
    return select(Closing).options(joinedload(Closing.agreement).joinedload(Agreement.organisation))
