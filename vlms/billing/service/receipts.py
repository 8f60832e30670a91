"""Records payments and what they paid; takes back what was recorded by mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Organisation
from vlms.billing.events import InvoicePosted
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.models.receipts import Receipt, ReceiptShare
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.queries.receipts import (
    OpenFilter,
    get_receipt,
    list_open,
    settled_of,
    used_of,
)
from vlms.billing.rules.settling import spread, too_large
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A payment; with shares of None it pays the invoices that are due first."""

    customer_id: UUID
    reference: str
    amount_minor: int
    currency: str
    received_on: date
    shares: Mapping[UUID, int] | None = None


def record_receipt(work: Work, reseller_id: UUID, new: NewReceipt) -> Receipt:
    """Record a payment and what it pays; what is left over stays with the customer.

    Raises BadInput for a reference that is there, a day to come, shares of more than is open
    or than was paid; NotFound for invoices that are not this customer's in this currency.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    today = _today(work, reseller_id)
    _check_day(new.received_on, today)
    work.does("receipt.recorded")
    receipt = Receipt(
        organisation_id=new.customer_id,
        reseller_id=reseller_id,
        reference=new.reference,
        amount_minor=new.amount_minor,
        currency=new.currency,
        received_on=new.received_on,
        recorded_at=work.now,
        recorded_by=work.actor.user_id,
    )
    open_amounts = _open_amounts(work, receipt)
    with refusing_doubles(work, uq_receipt_reference=_double(new.reference)):
        work.session.add(receipt)
    shares = new.shares
    if shares is None:
        shares = spread(new.amount_minor, list(open_amounts.items()))
    _check_shares(shares, open_amounts, new.amount_minor, new.currency)
    _write(work, receipt, shares, new.received_on)
    return receipt


def share_rest(work: Work, receipt_id: UUID, invoice_id: UUID, amount_minor: int) -> None:
    """Let a payment's rest, or a part of it, pay one more invoice."""
    work.actor.require(Permission.EDIT_INVOICES)
    receipt = _held_receipt(work, receipt_id)
    work.does("receipt.shared")
    open_amounts = _open_amounts(work, receipt)
    rest = receipt.amount_minor - used_of(work.session, receipt)
    shares = {invoice_id: amount_minor}
    _check_shares(shares, open_amounts, rest, receipt.currency)
    _write(work, receipt, shares, _today(work, receipt.reseller_id))


def take_back(work: Work, receipt_id: UUID, reason: str) -> Receipt:
    """Take back a payment that was recorded by mistake: what it paid is open again.

    Raises Conflict the second time.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    receipt = _held_receipt(work, receipt_id)
    work.does("receipt.taken_back", reason)
    receipt.taken_back_at, receipt.reason = work.now, reason
    work.flush()
    return receipt


def settle_credit(work: Work, note_id: UUID, invoice_id: UUID, amount_minor: int) -> None:
    """Let a credit note, or a part of it, settle an invoice of the same customer and currency."""
    work.actor.require(Permission.EDIT_INVOICES)
    note = get_invoice(work.session, note_id)
    if note.kind is not InvoiceKind.CREDIT_NOTE or note.state is not InvoiceState.POSTED:
        raise NotFound(None, _("There is no such posted credit note."))
    work.does("receipt.shared")
    _lock(work, [note.id])
    open_amounts = _open_amounts(work, note)
    rest = -note.gross_minor - used_of(work.session, note)
    shares = {invoice_id: amount_minor}
    _check_shares(shares, open_amounts, rest, note.currency)
    _write(work, note, shares, _today(work, note.reseller_id))


def settle_on_posting(work: Work, event: InvoicePosted) -> None:
    """A credit note settles, once it is posted, what is open of the invoice that it corrects."""
    note = work.session.get_one(Invoice, event.invoice_id)
    if note.corrects_id is None:
        return
    open_minor = _open_amounts(work, note).get(note.corrects_id, 0)
    share = min(open_minor, -note.gross_minor)
    if share > 0:
        assert note.issued_on is not None
        _write(work, note, {note.corrects_id: share}, note.issued_on)


def _today(work: Work, reseller_id: UUID) -> date:
    return work.today(work.session.get_one(Organisation, reseller_id).time_zone)


def _check_day(received_on: date, today: date) -> None:
    if received_on > today:
        raise BadInput(
            None,
            _("This day is still to come; it is %(today)s now.", today=today),
            reason="day_to_come",
            field="received_on",
            way_out=_("Enter the day on which the money arrived."),
        )


def _double(reference: str) -> BadInput:
    return BadInput(
        None,
        _("A payment with the reference %(reference)s is recorded already.", reference=reference),
        reason="double",
        field="reference",
        way_out=_("Look at the list; take the other one back first if it was wrong."),
    )


def _held_receipt(work: Work, receipt_id: UUID) -> Receipt:
    """The payment, held until this work ends. Raises Conflict for one that was taken back."""
    work.session.execute(select(Receipt.id).where(Receipt.id == receipt_id).with_for_update())
    receipt = get_receipt(work.session, receipt_id)
    if receipt.taken_back_at is not None:
        raise Conflict(
            None,
            _("This payment was taken back already."),
            reason="taken_back",
            way_out=_("Record it anew if it has arrived after all."),
        )
    return receipt


def _lock(work: Work, invoice_ids: Collection[UUID]) -> None:
    """Hold these invoices, in one order, so that nobody else pays them meanwhile."""
    work.session.execute(
        select(Invoice.id)
        .where(Invoice.id.in_(sorted(invoice_ids)))
        .order_by(Invoice.id)
        .with_for_update()
    )


def _open_amounts(work: Work, source: Receipt | Invoice) -> dict[UUID, int]:
    """What is open of the customer's invoices in the currency, held, due ones first."""
    wanted = OpenFilter(source.reseller_id, source.organisation_id, source.currency)
    before = [found.invoice for found in list_open(work.session, wanted)]
    keys = [invoice.id for invoice in before]
    _lock(work, keys)
    settled = settled_of(work.session, keys)
    return {invoice.id: invoice.gross_minor - settled.get(invoice.id, 0) for invoice in before}


def _check_shares(
    shares: Mapping[UUID, int], open_amounts: Mapping[UUID, int], most: int, currency: str
) -> None:
    if too_large(shares, open_amounts):
        raise BadInput(
            None,
            _("More would be paid of an invoice than is open of it."),
            reason="more_than_open",
            field="amount",
            way_out=_("Look at what is open now; what is left over can stay with the customer."),
        )
    if sum(shares.values()) > most:
        raise BadInput(
            None,
            _("The parts add up to more than the %(most)s there are.", most=Money(most, currency)),
            reason="more_than_paid",
            field="amount",
            way_out=_("Lower one of the parts."),
        )


def _write(work: Work, source: Receipt | Invoice, shares: Mapping[UUID, int], day: date) -> None:
    is_receipt = isinstance(source, Receipt)
    work.session.add_all(
        ReceiptShare(
            organisation_id=source.organisation_id,
            reseller_id=source.reseller_id,
            receipt_id=source.id if is_receipt else None,
            credit_note_id=None if is_receipt else source.id,
            invoice_id=invoice_id,
            amount_minor=minor,
            shared_on=day,
        )
        for invoice_id, minor in shares.items()
    )
    work.flush()
