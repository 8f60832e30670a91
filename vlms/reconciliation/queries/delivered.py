"""Reads what was invoiced and which codes were issued for the lines of a month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge
from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState
from vlms.catalog.models import CodeSource, Product
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.expiry import LastDayReason, LineTerm, code_expiry
from vlms.core.parts import in_parts
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.showing import late_orders
from vlms.reconciliation.queries.months import Month
from vlms.reconciliation.rules.deliveries import Delivery, Issued

_DELIVERED = frozenset({OrderState.FULFILLED, OrderState.CLOSED})
_PROVIDER = frozenset({LastDayReason.PROVIDER_DATE, LastDayReason.PROVIDER_EXTENSION})


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What posted invoices, less credit notes, say of a line, in one currency."""

    currency: str
    quantity: int
    net: int
    tax: int
    count: int
    percent: Decimal
    is_own_price: bool


def invoiced_of(session: Session, month: Month, line_ids: Sequence[UUID]) -> dict[UUID, Invoiced]:
    """What was invoiced of the month's lines, by line; in one of the currencies at most."""
    found: dict[UUID, Invoiced] = {}
    for some in in_parts(line_ids):
        rows = session.execute(_invoiced(month, some))
        for line_id, currency, quantity, net, tax, count, percent, own_count in rows:
            found[line_id] = Invoiced(
                currency, int(quantity), int(net), int(tax), count, percent, own_count > 0
            )
    return found


def _invoiced(month: Month, line_ids: Sequence[UUID]) -> Any:
    return (
        select(
            InvoiceLine.order_line_id,
            Invoice.currency,
            func.sum(InvoiceLine.quantity),
            func.sum(InvoiceLine.net_minor),
            func.sum(InvoiceLine.tax_minor),
            func.count(),
            func.max(InvoiceLine.tax_percent),
            func.count().filter(InvoiceLine.is_own_price),
        )
        .join(InvoiceLine.invoice)
        .where(
            Invoice.reseller_id == month.reseller_id,
            Invoice.state == InvoiceState.POSTED,
            Invoice.pricing_currency.is_(None),
            InvoiceLine.order_line_id.in_(line_ids),
        )
        .group_by(InvoiceLine.order_line_id, Invoice.currency)
    )


@dataclass(frozen=True, slots=True)
class Charged:
    """What a line was charged altogether."""

    quantity: int
    net: int
    currency: str


def charged_of(session: Session, month: Month, line_ids: Sequence[UUID]) -> dict[UUID, Charged]:
    """All charges, of whatever month, of the lines that this month charges."""
    statement = (
        select(
            Charge.order_line_id,
            func.sum(Charge.quantity),
            func.sum(Charge.net_minor),
            func.max(Charge.currency),
        )
        .where(*month.until_now)
        .group_by(Charge.order_line_id)
    )
    return {
        line_id: Charged(int(quantity), int(net), currency)
        for some in in_parts(line_ids)
        for line_id, quantity, net, currency in session.execute(
            statement.where(Charge.order_line_id.in_(some))
        )
    }


def deliveries_of(
    session: Session, month: Month, charged: Mapping[UUID, Charged], told: Mapping[UUID, int]
) -> Iterator[Delivery]:
    """What was delivered of each line of the month that is charged and yields codes."""
    late = late_orders(session, month.cut_off_at)
    for some in in_parts(charged):
        issued = _issued(session, month, some)
        for row in session.execute(_lines_with_codes(some)):
            quantity = charged[row.id].quantity
            if quantity <= 0 or row.charge_end is None:
                continue
            term = LineTerm(row.charge_end, row.last_day, row.time_zone, row.lives_to_agreement_end)
            is_late = row.invoiced_at is not None and row.order_id in late
            yield Delivery(
                reference=f"{row.number}/{row.position}",
                quantity=quantity,
                units=row.units,
                is_due=is_late or row.state in _DELIVERED,
                last_day=code_expiry(term).last_day,
                issued=issued.get(row.id, ()),
                told_count=told.get(row.id),
            )


def _lines_with_codes(line_ids: Sequence[UUID]) -> Any:
    return (
        select(
            OrderLine.id,
            OrderLine.position,
            OrderLine.charge_end,
            Order.id.label("order_id"),
            Order.number,
            Order.state,
            Order.invoiced_at,
            Product.units,
            Product.lives_to_agreement_end,
            Agreement.last_day,
            Agreement.time_zone,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .join(Agreement, Agreement.id == OrderLine.agreement_id)
        .where(OrderLine.id.in_(line_ids), Product.code_source != CodeSource.NONE)
    )


def _issued(
    session: Session, month: Month, line_ids: Sequence[UUID]
) -> dict[UUID, tuple[Issued, ...]]:
    """Codes by line and last day; those that replace another one do not count again."""
    statement = (
        select(CodeBatch.order_line_id, Code.last_day, Code.last_day_reason, func.count())
        .join(CodeBatch, CodeBatch.id == Code.batch_id)
        .where(
            CodeBatch.reseller_id == month.reseller_id,
            CodeBatch.order_line_id.in_(line_ids),
            Code.replaces_id.is_(None),
        )
        .group_by(CodeBatch.order_line_id, Code.last_day, Code.last_day_reason)
    )
    found: dict[UUID, Counter[tuple[date, bool]]] = defaultdict(Counter)
    for line_id, last_day, reason, count in session.execute(statement):
        found[line_id][last_day, reason in _PROVIDER] += count
    return {
        line_id: tuple(
            Issued(count, last_day, is_provider)
            for (last_day, is_provider), count in sorted(counts.items())
        )
        for line_id, counts in found.items()
    }
