"""Makes invoices as they stand once posted, for tests of what comes after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from vlms.billing.rules.tax import TaxMode
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.orders.models import Order


def make_posted(
    work: Work,
    order: Order,
    nets: list[int],
    *,
    tax: int = 0,
    number: str = "1",
    issued_on: date | None = None,
    **facts: object,
) -> Invoice:
    """A posted invoice over the order's first lines, so much net each; negative: a credit note."""
    day = issued_on or work.now.date()
    net = sum(nets)
    given: dict[str, Any] = {
        "organisation_id": order.organisation_id,
        "reseller_id": order.reseller_id,
        "shown_to_id": order.organisation_id,
        "kind": InvoiceKind.INVOICE if net > 0 else InvoiceKind.CREDIT_NOTE,
        "currency": order.currency,
        "language": Language.ENGLISH,
        "issued_on": day,
        "due_on": day + timedelta(days=30),
        "tax_country": "TW",
        "tax_mode": TaxMode.PER_INVOICE,
        "net_minor": net,
        "tax_minor": tax,
        "gross_minor": net + tax,
        "created_at": work.now,
        **facts,
    }
    # What is posted never changes: it is made as a draft, lines and all.
    state = given.pop("state", InvoiceState.POSTED)
    invoice = Invoice(**given, state=InvoiceState.DRAFT)
    work.session.add(invoice)
    work.flush()
    _add_lines(work, invoice, order, (nets, tax))
    invoice.state, invoice.number, invoice.posted_at = state, number, work.now
    work.flush()
    return invoice


def _add_lines(work: Work, invoice: Invoice, order: Order, amounts: tuple[list[int], int]) -> None:
    """Net amounts of the order's first lines, and all of the tax on the first."""
    nets, tax = amounts
    for position, (minor, line) in enumerate(zip(nets, order.lines, strict=False), start=1):
        work.session.add(
            InvoiceLine(
                organisation_id=order.organisation_id,
                reseller_id=order.reseller_id,
                shown_to_id=order.organisation_id,
                agreement_id=order.agreement_id,
                invoice_id=invoice.id,
                position=position,
                order_id=order.id,
                order_number=order.number,
                order_line_id=line.id,
                product_id=line.product_id,
                charge_type=line.charge_type,
                quantity=line.quantity,
                months=line.months,
                unit_price=line.unit_price,
                net_minor=minor,
                tax_percent=Decimal(0),
                tax_minor=tax if position == 1 else 0,
                charge_start=line.charge_start,
                charge_end=line.charge_end,
                trace={},
            )
        )
    work.flush()
