"""Posts a draft: it gets the reseller's next number, and never changes again (I17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.audit.service import journal
from vlms.billing.events import InvoicePosted
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from vlms.billing.models.prices import SellerProfile
from vlms.billing.queries.handed_over import invoiced_by_former
from vlms.billing.queries.invoicing import list_invoiced_of
from vlms.billing.queries.profiles import find_buyer, find_seller, hold_seller
from vlms.billing.service.invoicing import (
    changed_meanwhile,
    get_draft,
    order_lines_of,
    refuse_waiting,
)
from vlms.billing.service.invoicing_figures import work_out
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.series import next_in_series

_SERIES = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit-note"}
_MARKS = {InvoiceKind.INVOICE: "", InvoiceKind.CREDIT_NOTE: "CN"}


def post_invoice(work: Work, invoice_id: UUID, version: int) -> Invoice:
    """Post a draft as it was shown.

    Raises Conflict when it changed since, when a line was invoiced meanwhile, or when this
    day's taxes and rates make another sum; BadInput while the seller's own facts are missing.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_draft(work, invoice_id, version)
    seller = require_seller(work, invoice.reseller_id)
    today = seller_day(work, invoice.reseller_id)
    number = take_number(work, seller, invoice.kind, today)
    _check(work, invoice, today)
    guarded_update(
        work.session,
        InvoiceLine,
        InvoiceLine.invoice_id == invoice.id,
        shown_to_id=invoice.organisation_id,
    )
    facts = {
        "number": number,
        "state": InvoiceState.POSTED,
        "issued_on": today,
        "due_on": invoice.due_on or today + timedelta(days=seller.payment_days),
        "posted_at": work.now,
        "posted_by": work.actor.user_id,
        "shown_to_id": invoice.organisation_id,
        "seller": seller_facts(seller),
        "buyer": buyer_facts(work.session, invoice),
    }
    still = (Invoice.id == invoice.id, Invoice.version == version)
    is_draft = Invoice.state == InvoiceState.DRAFT
    if guarded_update(work.session, Invoice, *still, is_draft, **facts) != 1:
        raise changed_meanwhile()
    after = {"state": InvoiceState.POSTED, "number": number, "issued_on": today}
    record = (Invoice.__tablename__, invoice.id, invoice.organisation_id)
    journal(work, "invoice.posted", record, before={"state": InvoiceState.DRAFT}, after=after)
    work.session.refresh(invoice)
    work.events.append(InvoicePosted(invoice.id))
    return invoice


def take_number(work: Work, seller: SellerProfile, kind: InvoiceKind, today: date) -> str:
    """The reseller's next number of this kind and year; none is left out, none given twice."""
    series = f"{_SERIES[kind]}-{seller.reseller_id.hex}-{today.year}"
    counted = f"{today.year}-{next_in_series(work, series):06d}"
    return "-".join(part for part in (seller.invoice_prefix, _MARKS[kind], counted) if part)


def require_seller(work: Work, reseller_id: UUID) -> SellerProfile:
    """The seller, held: whoever issues papers for it waits until this work ends.

    Raises BadInput while nobody entered who the seller is.
    """
    seller = hold_seller(work.session, reseller_id)
    if seller is None:
        raise BadInput(
            None,
            _("It is not entered yet what invoices say of you: name, address, tax number."),
            reason="no_seller",
            way_out=_("Enter it under “Invoices”, “What papers say of us”."),
        )
    return seller


def seller_day(work: Work, reseller_id: UUID) -> date:
    """The day of the seller's zone: invoices are issued on it."""
    return work.today(work.session.get_one(Organisation, reseller_id).time_zone)


def seller_facts(seller: SellerProfile) -> dict[str, Any]:
    """What the paper says of the seller, as it is now."""
    return {
        "legal_name": seller.legal_name,
        "latin_name": seller.latin_name,
        "address": seller.address,
        "country": seller.country,
        "tax_number": seller.tax_number,
        "payment_details": seller.payment_details,
    }


def parties_of(session: Session, invoice: Invoice) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the paper says of seller and buyer: as it was posted, of a draft as it is now."""
    if invoice.seller is not None and invoice.buyer is not None:
        return invoice.seller, invoice.buyer
    seller = find_seller(session, invoice.reseller_id)
    return seller_facts(seller) if seller else {}, buyer_facts(session, invoice)


def buyer_facts(session: Session, invoice: Invoice) -> dict[str, Any]:
    """What the paper says of the buyer, as it is now; its name where nothing was entered."""
    buyer = find_buyer(session, invoice.reseller_id, invoice.organisation_id)
    if buyer is None:
        customer = session.get_one(Organisation, invoice.organisation_id)
        return {"legal_name": customer.name, "latin_name": None, "address": "", "tax_number": None}
    return {
        "legal_name": buyer.legal_name,
        "latin_name": buyer.latin_name,
        "address": buyer.address,
        "tax_number": buyer.tax_number,
    }


def _check(work: Work, invoice: Invoice, today: date) -> None:
    lines = order_lines_of(work.session, invoice)
    if any(line.order.state is OrderState.CANCELLED for line in lines):
        raise _no_longer()
    if list_invoiced_of(work.session, invoice.reseller_id, [line.id for line in lines]):
        raise _no_longer()
    refuse_waiting(lines)
    _refuse_invoiced_by_former(invoice, lines)
    if not work_out(work.session, invoice, lines, today).is_of(invoice):
        raise Conflict(
            "P3",
            _("Prices, taxes or rates of today make other amounts than this draft shows."),
            reason="other_amounts",
            way_out=_("Save the draft anew, look at its amounts, then post it."),
        )


def _refuse_invoiced_by_former(invoice: Invoice, lines: Sequence[OrderLine]) -> None:
    """Nobody pays twice for what another reseller had invoiced before the order went on."""
    for number in sorted(invoiced_by_former([line.id for line in lines], invoice.reseller_id)):
        raise Conflict(
            "O4",
            _("Order %(number)s is invoiced by the reseller before you.", number=number),
            reason="invoiced_by_former",
            way_out=_("That reseller gives a credit note first; then invoice it."),
        )


def _no_longer() -> Conflict:
    return Conflict(
        "P3",
        _("A line of this draft was invoiced meanwhile, or its order was cancelled."),
        reason="not_open",
        way_out=_("Edit the draft: only lines that are still to be invoiced are offered."),
    )
