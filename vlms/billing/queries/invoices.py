"""Lists invoices and credit notes, within the session's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from vlms.core.paging import Listing, Page, page_of
from vlms.core.reading import search_key

SORTS = {
    "created": Invoice.created_at,
    "number": Invoice.number,
    "issued_on": Invoice.issued_on,
    "due_on": Invoice.due_on,
    "gross": Invoice.gross_minor,
}


@dataclass(frozen=True)
class InvoiceFilter:
    """Which invoices a list shows; None leaves a side open. Words: numbers, or the customer."""

    words: str | None = None
    state: InvoiceState | None = None
    kind: InvoiceKind | None = None
    customer_id: UUID | None = None
    currency: str | None = None
    reseller_id: UUID | None = None


def search_invoices(session: Session, wanted: InvoiceFilter, listing: Listing) -> Page[Invoice]:
    """One page of what the filter leaves."""
    statement = _filtered(select(Invoice), wanted)
    return page_of(session, statement.options(*_PARTIES), SORTS, listing)


def list_invoices(session: Session, wanted: InvoiceFilter) -> Sequence[Invoice]:
    """All that the filter leaves: drafts first, then by number."""
    statement = _filtered(select(Invoice), wanted).options(*_PARTIES)
    return session.scalars(statement.order_by(Invoice.number, Invoice.id)).all()


def count_invoices(session: Session, wanted: InvoiceFilter) -> int:
    """How many the filter leaves."""
    return int(session.scalar(_filtered(select(func.count(Invoice.id)), wanted)) or 0)


def get_whole_lines(session: Session, invoice: Invoice) -> Sequence[InvoiceLine]:
    """An invoice's lines with order and product, in their order."""
    return session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice.id)
        .options(joinedload(InvoiceLine.order), joinedload(InvoiceLine.product))
        .order_by(InvoiceLine.position)
    ).all()


def list_invoices_of_order(session: Session, order_id: UUID) -> Sequence[Invoice]:
    """Invoices and credit notes with lines of an order, drafts first."""
    of_order = select(InvoiceLine.invoice_id).where(InvoiceLine.order_id == order_id)
    statement = select(Invoice).where(Invoice.id.in_(of_order))
    return session.scalars(statement.order_by(Invoice.number, Invoice.id)).all()


_PARTIES = (joinedload(Invoice.organisation), joinedload(Invoice.reseller))


def _filtered(statement: Select[Invoice], wanted: InvoiceFilter) -> Select[Invoice]:
    columns = (
        (Invoice.state, wanted.state),
        (Invoice.kind, wanted.kind),
        (Invoice.organisation_id, wanted.customer_id),
        (Invoice.currency, wanted.currency),
        (Invoice.reseller_id, wanted.reseller_id),
    )
    statement = statement.where(
        *(column == value for column, value in columns if value is not None)
    )
    if wanted.words is None:
        return statement
    named = select(Organisation.id).where(
        Organisation.search_name.contains(search_key(wanted.words), autoescape=True)
    )
    texts = (
        Invoice.number,
        Invoice.tax_invoice_number,
        Invoice.allowance_number,
        Invoice.purchase_order,
    )
    holds = (column.icontains(wanted.words, autoescape=True) for column in texts)
    return statement.where(or_(*holds, Invoice.organisation_id.in_(named)))
