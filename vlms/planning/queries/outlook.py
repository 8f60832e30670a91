"""The outlook of an organisation: its stocks of codes and of packs together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.planning.outlook import Risk, Stock, foresee_all
from vlms.planning.queries.code_stocks import list_code_stocks
from vlms.planning.queries.pack_stocks import list_pack_stocks


def list_risks(
    session: Session, organisation_id: UUID, now: datetime, agreement_id: UUID | None = None
) -> list[Risk]:
    """What may lapse; the pace of others counts where there is little history, so all are read."""
    stocks: Sequence[Stock] = (
        *list_code_stocks(session, organisation_id, now),
        *list_pack_stocks(session, organisation_id, now),
    )
    risks = foresee_all(stocks, now)
    return [one for one in risks if agreement_id in (None, one.stock.agreement.id)]
