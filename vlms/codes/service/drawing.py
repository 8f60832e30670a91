"""Draws provider's codes from the operator's stock (C7).

Of PostgreSQL's rows those that another delivery holds are skipped; SQLite lets one writer
in at a time. On both, marking is guarded by its row count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from vlms.codes.custody import custody_of
from vlms.codes.errors import StockShort
from vlms.codes.models import Code, StockCode
from vlms.codes.stock_queries import count_free, is_good
from vlms.core.errors import Conflict, Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import OrderLine

_AT_ONCE = 5_000


class Drawn(NamedTuple):
    """A row of stock that is held for this delivery."""

    id: UUID
    sealed_text: bytes | None
    last4: str
    last_day: date | None
    zone: str | None


def choose_stock(work: Work, line: OrderLine, count: int) -> Sequence[Drawn]:
    """Hold `count` codes: those that came for this line first, then what ends soonest.

    Raises StockShort, which names the counts.
    """
    statement = (
        select(
            StockCode.id,
            StockCode.sealed_text,
            StockCode.last4,
            StockCode.last_day,
            StockCode.zone,
        )
        .where(_fits(work, line))
        .order_by(StockCode.order_line_id.is_(None), StockCode.last_day.nulls_last(), StockCode.id)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    rows = [Drawn(*row) for row in work.session.execute(statement)]
    if len(rows) < count:
        raise _short(work, line, count, len(rows))
    return rows


def check_stock(work: Work, line: OrderLine, count: int) -> None:
    """Raises StockShort when the lists hold fewer codes for this line."""
    found = work.session.scalar(select(func.count(StockCode.id)).where(_fits(work, line))) or 0
    if found < count:
        raise _short(work, line, count, found)


def _fits(work: Work, line: OrderLine) -> ColumnElement[bool]:
    """Good stock of the product that is kept for this line, or for none."""
    return and_(
        StockCode.product_id == line.product_id,
        or_(StockCode.order_line_id.is_(None), StockCode.order_line_id == line.id),
        is_good(work.session, work.now),
    )


def give_back(work: Work, codes: Sequence[Code]) -> None:
    """Make stock again of codes that were drawn and never issued; they are to be deleted."""
    custody = custody_of(work)
    drawn = {code.id: code for code in codes}
    rows = work.session.scalars(select(StockCode).where(StockCode.id.in_(list(drawn)))).all()
    found = [(row.id, drawn[row.id]) for row in rows]
    texts = [
        (row_id, custody.open(code.id, code.organisation_id, code.sealed_text or b""))
        for row_id, code in found
    ]
    for row, sealed_text in zip(rows, custody.seal_all(None, texts), strict=True):
        row.drawn_code_id, row.sealed_text = None, sealed_text
    work.flush()


def mark_drawn(work: Work, ids: Sequence[UUID]) -> None:
    """Mark rows drawn by the codes that took over their keys; their text goes with them.

    Raises Conflict when one of them was drawn meanwhile.
    """
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        values: dict[str, Any] = {"drawn_code_id": StockCode.id, "sealed_text": None}
        free = (StockCode.id.in_(some), StockCode.drawn_code_id.is_(None))
        if guarded_update(work.session, StockCode, *free, **values) != len(some):
            raise Conflict(
                "C7",
                _("Another delivery has just drawn some of these codes; nothing was issued."),
                way_out=_("Record the delivery again."),
            )


def _short(work: Work, line: OrderLine, wanted: int, found: int) -> StockShort:
    return StockShort(
        "C7",
        _(
            "%(wanted)s codes are needed and the provider's lists hold %(found)s for this line.",
            wanted=wanted,
            found=found,
        ),
        field="quantity",
        way_out=_("Import a list of the provider, or deliver fewer units now and the rest later."),
        ask=Topic.EXAM_PROVIDER,
        facts={
            "wanted": wanted,
            "found": found,
            "held": count_free(work.session, line.product_id, work.now),
        },
    )
