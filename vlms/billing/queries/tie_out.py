"""Reads the sides that a statement must agree with: order lines and posted invoices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from vlms.billing.models.charges import Charge, ChargeReason
from vlms.billing.models.invoices import Invoice, InvoiceLine
from vlms.billing.queries.statements import StatementFilter, posted_until
from vlms.billing.rules.tie_out import Billed, Ordered, PostedInvoice, unequal
from vlms.core.text import Text
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState

# What was handed over was given back first, so that it counts once to whoever sees both.
_OF_INVOICES = (ChargeReason.PURCHASE, ChargeReason.REPRICING, ChargeReason.HANDOVER)


def differences_of(session: Session, wanted: StatementFilter) -> list[Text]:
    """What keeps the statement from leaving, a sentence each; nothing where all agrees."""
    return unequal(_ordered(session, wanted), _billed(session, wanted), _invoices(session, wanted))


def _ordered(session: Session, wanted: StatementFilter) -> list[Ordered]:
    """Lines that were charged, whenever, another amount than they cost today."""
    is_cancelled = Order.state == OrderState.CANCELLED
    cost = case((is_cancelled, 0), else_=OrderLine.amount_minor)
    statement = (
        select(Order.number, OrderLine.position, Order.currency, cost, func.sum(Charge.net_minor))
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Charge, Charge.order_line_id == OrderLine.id)
        .where(OrderLine.id.in_(wanted.line_ids), *_of_reseller(wanted))
        .group_by(OrderLine.id, Order.number, OrderLine.position, Order.currency, cost)
        .having(func.sum(Charge.net_minor) != cost)
        .order_by(Order.number, OrderLine.position)
    )
    return [
        Ordered(f"{number}/{position}", currency, int(minor), int(charged))
        for number, position, currency, minor, charged in session.execute(statement)
    ]


def _of_reseller(wanted: StatementFilter) -> list[ColumnElement[bool]]:
    """An order that went to another reseller is that one's to account for."""
    return [] if wanted.reseller_id is None else [Order.reseller_id == wanted.reseller_id]


def _billed(session: Session, wanted: StatementFilter) -> list[Billed]:
    """Invoiced lines at another amount than was charged until the cut-off.

    Own prices, other currencies and lines that a credit note corrects are no differences.
    """
    return [
        Billed(f"{number}/{position}", invoice or "", currency, int(net), int(sum_))
        for number, position, invoice, currency, net, sum_ in session.execute(_unequal(wanted))
    ]


def _credited(wanted: StatementFilter) -> Any:
    return (
        select(InvoiceLine.credits_id)
        .join(InvoiceLine.invoice)
        .where(InvoiceLine.credits_id.is_not(None), *posted_until(wanted.cut_off_at))
    )


def _unequal(wanted: StatementFilter) -> Any:
    charged = func.sum(Charge.net_minor)
    return (
        select(
            Order.number,
            OrderLine.position,
            Invoice.number,
            Invoice.currency,
            InvoiceLine.net_minor,
            charged,
        )
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(OrderLine, OrderLine.id == InvoiceLine.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Charge, Charge.order_line_id == OrderLine.id)
        .where(
            *posted_until(wanted.cut_off_at),
            InvoiceLine.credits_id.is_(None),
            InvoiceLine.id.not_in(_credited(wanted)),
            InvoiceLine.is_own_price.is_(False),
            Invoice.currency == Order.currency,
            Charge.reason.in_(_OF_INVOICES),
            Charge.recorded_at <= wanted.cut_off_at,
            OrderLine.id.in_(wanted.line_ids),
        )
        .group_by(
            InvoiceLine.id,
            Order.number,
            OrderLine.position,
            Invoice.number,
            Invoice.currency,
            InvoiceLine.net_minor,
        )
        .having(charged != InvoiceLine.net_minor)
        .order_by(Order.number, OrderLine.position)
    )


def _invoices(session: Session, wanted: StatementFilter) -> list[PostedInvoice]:
    """Invoices of these lines, net and gross beside the sums of all their lines."""
    of_lines = select(InvoiceLine.invoice_id).where(InvoiceLine.order_line_id.in_(wanted.line_ids))
    net, tax = func.sum(InvoiceLine.net_minor), func.sum(InvoiceLine.tax_minor)
    statement = (
        select(
            Invoice.number,
            Invoice.currency,
            Invoice.net_minor,
            Invoice.gross_minor,
            net,
            net + tax,
        )
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(*posted_until(wanted.cut_off_at), Invoice.id.in_(of_lines))
        .group_by(
            Invoice.id, Invoice.number, Invoice.currency, Invoice.net_minor, Invoice.gross_minor
        )
    )
    return [
        PostedInvoice(number or "", currency, *map(int, figures))
        for number, currency, *figures in session.execute(statement)
    ]
