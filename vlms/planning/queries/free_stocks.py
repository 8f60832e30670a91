"""What nobody has yet: available codes, and exams of packs that no sitting has reserved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.catalog.models import Product
from vlms.codes.free_queries import is_in_stock
from vlms.codes.models import Code
from vlms.planning.queries.pack_stocks import list_pack_stocks
from vlms.planning.rules.needs import FreeStock


def list_free(session: Session, organisation_id: UUID, now: datetime) -> Sequence[FreeStock]:
    """By product and last day; what serves no exam is no stock for a plan."""
    codes = (
        select(Code.product_id, Code.last_day, func.count(Code.id))
        .where(Code.organisation_id == organisation_id, is_in_stock(now))
        .group_by(Code.product_id, Code.last_day)
        .order_by(Code.product_id, Code.last_day)
    )
    rows = [
        (session.get_one(Product, key), day, count) for key, day, count in session.execute(codes)
    ]
    packs = [
        (stock.product, part.last_day, part.counted.unassigned)
        for stock in list_pack_stocks(session, organisation_id, now)
        for part in stock.parts
    ]
    return [_stock(*row) for row in (*rows, *packs) if row[0].families]


def _stock(product: Product, last_day: date, count: int) -> FreeStock:
    retires_on = product.exams_retire_on
    ends_on = last_day if retires_on is None else min(last_day, retires_on)
    families = frozenset(family.key for family in product.families)
    return FreeStock(product.key, families, ends_on, count)
