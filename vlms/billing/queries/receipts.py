"""Finds payments, what is open of invoices and of credit notes, and what is overdue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.models.receipts import Receipt, ReceiptShare, Reminder
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import is_narrowed
from vlms.core.text import _

SORTS = {"received_on": Receipt.received_on, "reference": Receipt.reference}
# By the whole amount; who is shown a part of it must not find the whole by the order.
_WHOLE_SORTS = {**SORTS, "amount": Receipt.amount_minor}


@dataclass(frozen=True)
class OpenInvoice:
    """A posted invoice, and how much of it is not paid yet."""

    invoice: Invoice
    open_minor: int


@dataclass(frozen=True)
class OpenFilter:
    """Which open invoices; `due_before` leaves those that are overdue on that day."""

    reseller_id: UUID | None = None
    customer_id: UUID | None = None
    currency: str | None = None
    due_before: date | None = None


def search_receipts(session: Session, words: str | None, listing: Listing) -> Page[Receipt]:
    """One page of the payments whose reference contains the words."""
    statement = select(Receipt).options(joinedload(Receipt.organisation))
    if words:
        statement = statement.where(Receipt.reference.icontains(words, autoescape=True))
    sorts = SORTS if is_narrowed(session.info["scope"]) else _WHOLE_SORTS
    return page_of(session, statement, sorts, listing)


def list_receipts(session: Session, reseller_id: UUID) -> Sequence[Receipt]:
    """All payments to a reseller, taken back ones too, the latest first."""
    statement = select(Receipt).where(Receipt.reseller_id == reseller_id)
    newest = (Receipt.received_on.desc(), Receipt.id.desc())
    return session.scalars(
        statement.options(joinedload(Receipt.organisation)).order_by(*newest)
    ).all()


def get_receipt(session: Session, receipt_id: UUID) -> Receipt:
    """With its shares and their invoices. Raises NotFound, also for a foreign one."""
    statement = select(Receipt).where(Receipt.id == receipt_id)
    whole = (
        joinedload(Receipt.organisation),
        selectinload(Receipt.shares).joinedload(ReceiptShare.invoice),
    )
    receipt = session.scalar(statement.options(*whole))
    if receipt is None:
        raise NotFound(None, _("There is no such payment."))
    return receipt


def find_receipt(session: Session, reseller_id: UUID, reference: str) -> Receipt | None:
    """The payment with this reference that was not taken back."""
    return session.scalar(
        select(Receipt).where(
            Receipt.reseller_id == reseller_id,
            Receipt.reference == reference.strip(),
            Receipt.taken_back_at.is_(None),
        )
    )


def _counts() -> ColumnElement[bool]:
    """A share counts while its payment was not taken back, or its credit note is posted."""
    note = aliased(Invoice)
    kept = select(Receipt.id).where(Receipt.taken_back_at.is_(None))
    posted = select(note.id).where(note.state == InvoiceState.POSTED)
    return or_(ReceiptShare.receipt_id.in_(kept), ReceiptShare.credit_note_id.in_(posted))


def paid_within(session: Session, receipt_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How much of each payment paid invoices that the scope sees, in minor units."""
    rows = session.execute(
        select(ReceiptShare.receipt_id, func.sum(ReceiptShare.amount_minor))
        .where(ReceiptShare.receipt_id.in_(sorted(receipt_ids)))
        .group_by(ReceiptShare.receipt_id)
    )
    return {key: int(minor) for key, minor in rows if key is not None}


def settled_of(session: Session, invoice_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How much of each invoice is paid or credited, in minor units."""
    rows = session.execute(
        select(ReceiptShare.invoice_id, func.sum(ReceiptShare.amount_minor))
        .where(ReceiptShare.invoice_id.in_(sorted(invoice_ids)), _counts())
        .group_by(ReceiptShare.invoice_id)
    )
    return {key: int(minor) for key, minor in rows}


def shares_on(session: Session, invoice_id: UUID) -> Sequence[ReceiptShare]:
    """What paid or settled an invoice, in the order of recording."""
    return session.scalars(
        select(ReceiptShare)
        .where(ReceiptShare.invoice_id == invoice_id, _counts())
        .options(joinedload(ReceiptShare.receipt), joinedload(ReceiptShare.credit_note))
        .order_by(ReceiptShare.id)
    ).all()


def used_of(session: Session, source: Receipt | Invoice) -> int:
    """How much of a payment or of a credit note went to invoices that stand."""
    column = ReceiptShare.receipt_id if isinstance(source, Receipt) else ReceiptShare.credit_note_id
    total = session.scalar(
        select(func.sum(ReceiptShare.amount_minor))
        .join(ReceiptShare.invoice)
        .where(column == source.id, Invoice.state == InvoiceState.POSTED)
    )
    return int(total or 0)


def list_open(session: Session, wanted: OpenFilter) -> list[OpenInvoice]:
    """Posted invoices that are not wholly paid, the one that is due first at the top."""
    settled = _settled()
    rows = session.execute(
        select(Invoice, Invoice.gross_minor - settled)
        .where(Invoice.gross_minor > settled, *_conditions(wanted))
        .options(joinedload(Invoice.organisation))
        .order_by(Invoice.due_on, Invoice.number, Invoice.id)
    )
    return [OpenInvoice(invoice, int(minor)) for invoice, minor in rows]


def count_open(session: Session, wanted: OpenFilter) -> int:
    """How many these are."""
    counted = select(func.count(Invoice.id)).where(Invoice.gross_minor > _settled())
    return session.scalar(counted.where(*_conditions(wanted))) or 0


def _settled() -> ScalarSelect[int]:
    """What is paid or credited of the invoice that a statement looks at."""
    return (
        select(func.coalesce(func.sum(ReceiptShare.amount_minor), 0))
        .where(ReceiptShare.invoice_id == Invoice.id, _counts())
        .correlate(Invoice)
        .scalar_subquery()
    )


def _conditions(wanted: OpenFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Invoice.kind == InvoiceKind.INVOICE,
        Invoice.state == InvoiceState.POSTED,
    ]
    if wanted.reseller_id is not None:
        conditions.append(Invoice.reseller_id == wanted.reseller_id)
    if wanted.customer_id is not None:
        conditions.append(Invoice.organisation_id == wanted.customer_id)
    if wanted.currency is not None:
        conditions.append(Invoice.currency == wanted.currency)
    if wanted.due_before is not None:
        conditions.append(Invoice.due_on < wanted.due_before)
    return conditions


def last_reminders(session: Session, invoice_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The day of the latest reminder of each of these invoices."""
    rows = session.execute(
        select(Reminder.invoice_id, func.max(Reminder.reminded_on))
        .where(Reminder.invoice_id.in_(sorted(invoice_ids)))
        .group_by(Reminder.invoice_id)
    )
    return {key: day for key, day in rows}
