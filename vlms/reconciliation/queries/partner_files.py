"""Reads what a file in a published layout says of a reseller's charges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge, ChargeReason
from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.catalog.models import Product
from vlms.orders.models import Order, OrderLine
from vlms.reconciliation.queries.months import Month

# What makes up the price of a line; what gives it back is asked for on a credit of its own.
_OF_PRICE = (ChargeReason.PURCHASE, ChargeReason.REPRICING)


@dataclass(frozen=True, slots=True)
class Billed:
    """What the publisher's invoices ask for one order line, in minor units."""

    number: str
    net: int
    tax: int
    # The charges of the line's price up to the cut-off, of whatever month.
    charged_net: int


def rows_of(session: Session, month: Month) -> list[Row[Any]]:
    """The month's charges with the names of what they are about, in the order of their orders."""
    statement = (
        select(
            Charge.id,
            Charge.order_line_id,
            Charge.organisation_id,
            Charge.reason,
            Charge.charge_type,
            Charge.quantity,
            Charge.unit_price,
            Charge.months,
            Charge.net_minor,
            Charge.currency,
            Charge.charged_on,
            Charge.charge_start,
            Charge.charge_end,
            Order.number,
            Order.ordered_on,
            OrderLine.position,
            Organisation.name.label("customer_name"),
            Organisation.slug.label("customer_slug"),
            Product.key.label("product_key"),
            Product.name_en.label("product_name"),
            Agreement.country,
        )
        .select_from(Charge)
        .join(Order, Order.id == Charge.order_id)
        .join(OrderLine, OrderLine.id == Charge.order_line_id)
        .join(Organisation, Organisation.id == Charge.organisation_id)
        .join(Product, Product.id == Charge.product_id)
        .join(Agreement, Agreement.id == Charge.agreement_id)
        .where(*month.charges)
        .order_by(Order.number, OrderLine.position, Charge.sequence)
    )
    return list(session.execute(statement))


def sums_of(session: Session, month: Month) -> Mapping[str, int]:
    """The net of the month's charges by currency, added up by the database."""
    net = func.sum(Charge.net_minor)
    found = session.execute(
        select(Charge.currency, net).where(*month.charges).group_by(Charge.currency)
    )
    return {currency: int(total) for currency, total in found}


def billed_lines(session: Session, month: Month) -> Mapping[UUID, Billed]:
    """What the publisher asked for the month's order lines, where an invoice is recorded."""
    line_ids = month.line_ids.scalar_subquery()
    sums = session.execute(
        select(Charge.order_line_id, func.sum(Charge.net_minor))
        .where(
            *month.until_now,
            Charge.reason.in_(_OF_PRICE),
            Charge.order_line_id.in_(line_ids),
        )
        .group_by(Charge.order_line_id)
    )
    charged = {line_id: int(net) for line_id, net in sums}
    found = session.execute(
        select(
            PublisherInvoiceLine.order_line_id,
            func.min(PublisherInvoice.number),
            func.sum(PublisherInvoiceLine.net_minor),
            func.sum(PublisherInvoiceLine.tax_minor),
        )
        .join(PublisherInvoice, PublisherInvoice.id == PublisherInvoiceLine.invoice_id)
        .where(
            PublisherInvoiceLine.order_line_id.in_(line_ids),
            PublisherInvoice.recorded_at <= month.cut_off_at,
        )
        .group_by(PublisherInvoiceLine.order_line_id)
    )
    return {
        line_id: Billed(number, int(net), int(tax), charged.get(line_id, 0))
        for line_id, number, net, tax in found
    }
