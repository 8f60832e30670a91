"""Reading of charges."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.billing.models.charges import Charge


def charges_of_line(session: Session, line_id: UUID) -> Sequence[Charge]:
    """All charges of an order line, as they were written."""
    statement = select(Charge).where(Charge.order_line_id == line_id)
    return session.scalars(statement.order_by(Charge.sequence)).all()
