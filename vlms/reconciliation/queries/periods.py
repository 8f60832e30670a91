"""Reading the months of a reseller."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.audit.models import AuditEntry
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.reconciliation.models.periods import Period, PeriodState, SignOff


def find_period(session: Session, reseller_id: UUID, month: str) -> Period | None:
    return session.scalar(
        select(Period).where(Period.reseller_id == reseller_id, Period.month == month)
    )


def get_period(session: Session, period_id: UUID) -> Period:
    """Raises NotFound."""
    found = session.scalar(select(Period).where(Period.id == period_id))
    if found is None:
        raise NotFound(None, _("There is no such month."))
    return found


def search_periods(session: Session, listing: Listing) -> Page[Period]:
    return page_of(session, select(Period), {"month": Period.month}, listing)


def find_open_month(session: Session) -> str | None:
    """The latest month that is not closed."""
    return session.scalar(select(func.max(Period.month)).where(Period.state == PeriodState.OPEN))


def list_sign_offs(session: Session, period_id: UUID) -> Sequence[SignOff]:
    """The papers of a month, the latest first."""
    statement = select(SignOff).where(SignOff.period_id == period_id)
    return session.scalars(statement.order_by(SignOff.sequence.desc())).all()


def get_sign_off(session: Session, period_id: UUID, sequence: int) -> SignOff:
    """Raises NotFound."""
    statement = select(SignOff).where(SignOff.period_id == period_id, SignOff.sequence == sequence)
    found = session.scalar(statement)
    if found is None:
        raise NotFound(None, _("There is no such paper."))
    return found


def list_turns(session: Session, period_id: UUID) -> Sequence[AuditEntry]:
    """When a month was closed and opened again, by whom and why, the latest first."""
    turns = AuditEntry.action.in_(("reconciliation.closed", "reconciliation.reopened"))
    statement = select(AuditEntry).where(AuditEntry.record_id == period_id, turns)
    return session.scalars(statement.order_by(AuditEntry.sequence.desc())).all()
