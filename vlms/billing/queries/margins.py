"""What order lines were bought and sold for: the publisher's invoices beside the own ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState
from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.billing.rules.margin import Trade
from vlms.core.money import Money
from vlms.orders.models import Order, OrderLine

# So many keys fit into one statement on either database.
_AT_ONCE = 500
_Sum = Row[UUID, str, int]


@dataclass(frozen=True)
class LineTrade:
    """An order line with what it was bought and sold for, whenever that was."""

    line: OrderLine
    trade: Trade


@dataclass(frozen=True)
class MarginFilter:
    """Lines that stand on an invoice, of either side, of these days; and of one customer."""

    reseller_id: UUID
    first: date
    last: date
    customer_id: UUID | None = None


def list_margins(session: Session, wanted: MarginFilter) -> list[LineTrade]:
    """Each line that was invoiced by either side, by order and position."""
    statement = (
        select(OrderLine)
        .join(OrderLine.order)
        .where(or_(*(OrderLine.id.in_(keys) for keys in _invoiced(wanted))))
        .options(
            joinedload(OrderLine.order).joinedload(Order.organisation),
            joinedload(OrderLine.product),
        )
        .order_by(Order.number, OrderLine.position)
    )
    if wanted.customer_id is not None:
        statement = statement.where(Order.organisation_id == wanted.customer_id)
    lines = session.scalars(statement).all()
    trades = trades_of(session, [line.id for line in lines])
    return [LineTrade(line, trades[line.id]) for line in lines]


def find_latest_trade(session: Session, reseller_id: UUID) -> date | None:
    """The last day of an invoice of either side; None while there is none."""
    bought = select(func.max(PublisherInvoice.invoiced_on)).where(
        PublisherInvoice.reseller_id == reseller_id
    )
    sold = select(func.max(Invoice.issued_on)).where(
        Invoice.reseller_id == reseller_id, Invoice.state == InvoiceState.POSTED
    )
    days = (session.scalar(bought), session.scalar(sold))
    return max((day for day in days if day is not None), default=None)


def _invoiced(wanted: MarginFilter) -> tuple[Select[UUID], Select[UUID]]:
    bought = (
        select(PublisherInvoiceLine.order_line_id)
        .join(PublisherInvoiceLine.invoice)
        .where(
            PublisherInvoice.reseller_id == wanted.reseller_id,
            PublisherInvoice.invoiced_on.between(wanted.first, wanted.last),
        )
    )
    sold = (
        select(InvoiceLine.order_line_id)
        .join(InvoiceLine.invoice)
        .where(
            Invoice.reseller_id == wanted.reseller_id,
            Invoice.state == InvoiceState.POSTED,
            Invoice.issued_on.between(wanted.first, wanted.last),
        )
    )
    return bought, sold


def trades_of(session: Session, line_ids: Sequence[UUID]) -> dict[UUID, Trade]:
    """Bought and sold of each of these lines, over all their invoices and credit notes."""
    bought: dict[UUID, list[Money]] = defaultdict(list)
    sold: dict[UUID, list[Money]] = defaultdict(list)
    for start in range(0, len(line_ids), _AT_ONCE):
        keys = line_ids[start : start + _AT_ONCE]
        for side, rows in ((bought, _bought(session, keys)), (sold, _sold(session, keys))):
            for key, currency, minor in rows:
                side[key].append(Money(int(minor), currency))
    return {key: Trade(tuple(bought[key]), tuple(sold[key])) for key in line_ids}


def _bought(session: Session, keys: Sequence[UUID]) -> Iterable[_Sum]:
    line_id, currency = PublisherInvoiceLine.order_line_id, PublisherInvoice.currency
    return session.execute(
        select(line_id, currency, func.sum(PublisherInvoiceLine.net_minor))
        .join(PublisherInvoiceLine.invoice)
        .where(line_id.in_(keys))
        .group_by(line_id, currency)
        .order_by(currency)
    )


def _sold(session: Session, keys: Sequence[UUID]) -> Iterable[_Sum]:
    line_id, currency = InvoiceLine.order_line_id, Invoice.currency
    return session.execute(
        select(line_id, currency, func.sum(InvoiceLine.net_minor))
        .join(InvoiceLine.invoice)
        .where(line_id.in_(keys), Invoice.state == InvoiceState.POSTED)
        .group_by(line_id, currency)
        .order_by(currency)
    )
