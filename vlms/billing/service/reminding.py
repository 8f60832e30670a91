"""Reminds a customer by mail of an invoice that is overdue, once a day at most."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.models.receipts import Reminder
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.queries.profiles import find_buyer
from vlms.billing.queries.receipts import settled_of
from vlms.billing.rules.settling import days_late
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post


def remind(work: Work, invoice_id: UUID) -> Reminder:
    """Write the reminder and keep that it was written.

    Raises Conflict for what is not overdue or was told today, BadInput without an address.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_invoice(work.session, invoice_id)
    today = work.today(work.session.get_one(Organisation, invoice.reseller_id).time_zone)
    open_minor = _open(work, invoice)
    if invoice.due_on is None or open_minor <= 0 or invoice.due_on >= today:
        raise Conflict(
            None,
            _("This invoice is not overdue."),
            reason="not_overdue",
            way_out=_("Look at the list again."),
        )
    to = _recipient(work, invoice)
    work.does("invoice.reminded")
    _post(work, invoice, to, (today, invoice.due_on, open_minor))
    reminder = Reminder(
        organisation_id=invoice.organisation_id,
        reseller_id=invoice.reseller_id,
        invoice_id=invoice.id,
        reminded_on=today,
        open_minor=open_minor,
        to_address=to.address,
        reminded_by=work.actor.user_id,
    )
    work.session.add(reminder)
    work.flush()
    return reminder


def _post(work: Work, invoice: Invoice, to: Recipient, owed: tuple[date, date, int]) -> None:
    """The mail with what is owed: today, the due day, the open amount."""
    today, due_on, open_minor = owed
    facts = {
        "number": invoice.number,
        "seller": invoice.reseller.name,
        "open_minor": open_minor,
        "currency": invoice.currency,
        "due_on": due_on.isoformat(),
        "days_late": days_late(due_on, today),
        "path": f"/o/{invoice.organisation.slug}/invoices/{invoice.id}",
    }
    occasion = f"invoice_overdue:{invoice.id}:{today}"
    mail = Mail("invoice_overdue", invoice.id, occasion, invoice.organisation_id, facts=facts)
    if post(work, mail, to) is None:
        raise Conflict(
            None,
            _("The customer was reminded of this invoice today."),
            reason="reminded_today",
            way_out=_("Wait until tomorrow, or call."),
        )


def _open(work: Work, invoice: Invoice) -> int:
    if invoice.kind is not InvoiceKind.INVOICE or invoice.state is not InvoiceState.POSTED:
        return 0
    return invoice.gross_minor - settled_of(work.session, [invoice.id]).get(invoice.id, 0)


def _recipient(work: Work, invoice: Invoice) -> Recipient:
    buyer = find_buyer(work.session, invoice.reseller_id, invoice.organisation_id)
    if buyer is None or not buyer.invoice_email:
        raise BadInput(
            None,
            _("No address for invoices is known of %(name)s.", name=invoice.organisation.name),
            reason="no_address",
            way_out=_("Enter it with what papers say of this customer."),
        )
    return Recipient(buyer.legal_name, buyer.invoice_email, buyer.language)
