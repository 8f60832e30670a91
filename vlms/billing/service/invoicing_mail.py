"""Tells the buyer of a posted invoice or credit note: with a link, never with a code."""

from __future__ import annotations

from vlms.billing.events import InvoicePosted
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.queries.profiles import find_buyer
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post


def tell_buyer(work: Work, event: InvoicePosted) -> None:
    """One mail to the address for invoices; none where no address was entered."""
    invoice = get_invoice(work.session, event.invoice_id)
    buyer = find_buyer(work.session, invoice.reseller_id, invoice.organisation_id)
    if buyer is None or buyer.invoice_email is None:
        return
    template = f"{invoice.kind.value}_posted"
    facts = {
        "number": invoice.number,
        "seller": (invoice.seller or {}).get("legal_name"),
        "gross_minor": abs(invoice.gross_minor),
        "currency": invoice.currency,
        "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
        "reason": invoice.reason,
        "path": f"/o/{invoice.organisation.slug}/invoices/{invoice.id}",
    }
    mail = Mail(
        template, invoice.id, f"{template}:{invoice.id}", invoice.organisation_id, facts=facts
    )
    post(work, mail, Recipient(buyer.legal_name, buyer.invoice_email, invoice.language))
