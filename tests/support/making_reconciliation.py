"""Makes charges, files of others and months for reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.support.making import making
from tests.support.making_orders import Shop, make_placed
from vlms.billing.models.charges import Charge
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileLine, Layout, ReconciliationFile
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.file_words import FileSource, RowFate
from vlms.reconciliation.service.periods import period_for


def make_charged(shop: Shop, now: datetime, count: int = 1) -> list[UUID]:
    """Orders of ten at 120.00, placed for themselves, so that their charges are written."""
    with making(now) as work:
        return [make_placed(work, shop).id for _ in range(count)]


def charges_in(work: Work, order_ids: Sequence[UUID]) -> list[Charge]:
    """The charges of these orders, in their order."""
    found = select(Charge).where(Charge.order_id.in_(order_ids))
    return sorted(work.session.scalars(found), key=lambda one: order_ids.index(one.order_id))


def make_period(work: Work, shop: Shop, month: str) -> Period:
    return period_for(work, shop.reseller.id, month)


def make_file(
    work: Work,
    period: Period,
    lines: list[dict[str, Any]],
    source: FileSource = FileSource.PUBLISHER,
    **facts: Any,
) -> ReconciliationFile:
    """A file whose rows, from the second on, say this; see :func:`line_of`."""
    file = ReconciliationFile(
        reseller_id=period.reseller_id,
        period_id=period.id,
        source=source,
        **{
            "filename": "march.csv",
            "digest": new_id().hex,
            "layout": Layout.MAPPED,
            "reading": {},
            "line_count": len(lines),
            "taken_at": work.now,
            **facts,
        },
    )
    work.session.add(file)
    work.flush()
    work.session.add_all(_line(file, number, line) for number, line in enumerate(lines, 2))
    work.flush()
    return file


def _line(file: ReconciliationFile, number: int, line: dict[str, Any]) -> FileLine:
    return FileLine(
        reseller_id=file.reseller_id,
        period_id=file.period_id,
        file_id=file.id,
        source=file.source,
        row_number=number,
        **{
            "fate": RowFate.COUNTED,
            "identity_digest": f"identity {number}",
            "content_digest": f"content {number}",
            **line,
        },
    )


def line_of(charge: Charge, **facts: Any) -> dict[str, Any]:
    """What a row says that agrees with the charge."""
    assert charge.order is not None
    return {
        "customer": charge.order.organisation.name,
        "order_number": charge.order.number,
        "product": charge.product.name_en,
        "quantity": charge.quantity,
        "unit_price": charge.unit_price,
        "net_minor": charge.net_minor,
        "currency": charge.currency,
        "charge_start": charge.charge_start,
        "charge_end": charge.charge_end,
        **facts,
    }
