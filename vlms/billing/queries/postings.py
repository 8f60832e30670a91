"""What a reseller's accounts are told of in a period: papers, and those taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, InvoiceKind
from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.models.receipts import Receipt
from vlms.billing.queries.profiles import find_seller
from vlms.billing.rules.postings import (
    USUAL,
    Accounts,
    Paper,
    PaperKind,
    Posting,
    check_balanced,
    entry_of,
)
from vlms.core.clock import local_day

_KINDS = {
    InvoiceKind.INVOICE: PaperKind.INVOICE,
    InvoiceKind.CREDIT_NOTE: PaperKind.CREDIT_NOTE,
}


@dataclass(frozen=True)
class _Span:
    """A reseller and days, both included, in the reseller's zone."""

    reseller: Organisation
    first: date
    last: date

    def has(self, instant: datetime | None) -> bool:
        if instant is None:
            return False
        return self.first <= local_day(instant, self.reseller.time_zone) <= self.last

    def around(self, column: InstrumentedAttribute[Any]) -> Any:
        """A condition that leaves no instant of these days out, whatever the zone."""
        start = datetime.fromisoformat(f"{self.first}T00:00:00+00:00") - timedelta(days=1)
        return column.between(start, start + (self.last - self.first) + timedelta(days=3))


def list_postings(session: Session, reseller_id: UUID, first: date, last: date) -> list[Posting]:
    """All postings of these days by day and key, balanced in each currency (I16)."""
    span = _Span(session.get_one(Organisation, reseller_id), first, last)
    accounts = accounts_of(session, reseller_id)
    papers = [*_invoices(session, span), *_receipts(session, span), *_bought(session, span)]
    postings = [posting for paper in papers for posting in entry_of(paper, accounts)]
    return check_balanced(sorted(postings, key=lambda one: (one.day, one.key)))


def accounts_of(session: Session, reseller_id: UUID) -> Accounts:
    """The reseller's numbers; the usual ones while nothing was entered."""
    seller = find_seller(session, reseller_id)
    if seller is None:
        return USUAL
    return Accounts(
        receivable=seller.receivable_account,
        revenue=seller.revenue_account,
        tax=seller.tax_account,
        cash=seller.cash_account,
        cost=seller.cost_account,
        input_tax=seller.input_tax_account,
        payable=seller.payable_account,
    )


def _invoices(session: Session, span: _Span) -> Iterator[Paper]:
    statement = (
        select(Invoice)
        .where(Invoice.reseller_id == span.reseller.id, Invoice.number.is_not(None))
        .options(joinedload(Invoice.organisation))
    )
    days = Invoice.issued_on.between(span.first, span.last)
    for invoice in session.scalars(statement.where(days)):
        yield _invoice(invoice, invoice.issued_on or span.first)
    for invoice in session.scalars(statement.where(span.around(Invoice.voided_at))):
        if invoice.voided_at is not None and span.has(invoice.voided_at):
            day = local_day(invoice.voided_at, span.reseller.time_zone)
            yield _invoice(invoice, day, is_reversal=True)


def _invoice(invoice: Invoice, day: date, *, is_reversal: bool = False) -> Paper:
    return Paper(
        _KINDS[invoice.kind],
        f"I-{invoice.id.hex}",
        invoice.number or "",
        day,
        invoice.organisation.name,
        invoice.net_minor,
        invoice.tax_minor,
        invoice.currency,
        is_reversal,
    )


def _receipts(session: Session, span: _Span) -> Iterator[Paper]:
    statement = (
        select(Receipt)
        .where(Receipt.reseller_id == span.reseller.id)
        .options(joinedload(Receipt.organisation))
    )
    days = Receipt.received_on.between(span.first, span.last)
    for receipt in session.scalars(statement.where(days)):
        yield _receipt(receipt, receipt.received_on)
    for receipt in session.scalars(statement.where(span.around(Receipt.taken_back_at))):
        if receipt.taken_back_at is not None and span.has(receipt.taken_back_at):
            day = local_day(receipt.taken_back_at, span.reseller.time_zone)
            yield _receipt(receipt, day, is_reversal=True)


def _receipt(receipt: Receipt, day: date, *, is_reversal: bool = False) -> Paper:
    return Paper(
        PaperKind.RECEIPT,
        f"R-{receipt.id.hex}",
        receipt.reference,
        day,
        receipt.organisation.name,
        receipt.amount_minor,
        0,
        receipt.currency,
        is_reversal,
    )


def _bought(session: Session, span: _Span) -> Iterator[Paper]:
    statement = select(PublisherInvoice).where(
        PublisherInvoice.reseller_id == span.reseller.id,
        PublisherInvoice.invoiced_on.between(span.first, span.last),
    )
    for bought in session.scalars(statement):
        yield Paper(
            PaperKind.PUBLISHER_INVOICE,
            f"P-{bought.id.hex}",
            bought.number,
            bought.invoiced_on,
            "",
            bought.net_minor,
            bought.tax_minor,
            bought.currency,
        )
