"""Reading the months of a reseller."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.reconciliation.models.periods import Period


def find_period(session: Session, reseller_id: UUID, month: str) -> Period | None:
    return session.scalar(
        select(Period).where(Period.reseller_id == reseller_id, Period.month == month)
    )
