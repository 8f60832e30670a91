"""Corrects a posted invoice by a credit note (折讓單), or declares it void (作廢)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.billing.events import InvoicePosted
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from vlms.billing.models.prices import SellerProfile
from vlms.billing.queries.invoicing import (
    Credited,
    credited_by_line,
    get_invoice,
    invoiced_quantities,
    list_credit_notes,
)
from vlms.billing.rules.crediting import Asked, Left, credit_taxes
from vlms.billing.service.invoicing_posting import (
    buyer_facts,
    require_seller,
    seller_day,
    seller_facts,
    take_number,
)
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work

_COPIED = (
    "organisation_id",
    "reseller_id",
    "currency",
    "language",
    "purchase_order",
    "cost_centre",
    "tax_country",
    "tax_mode",
    "pricing_currency",
    "rate_millionths",
    "rate_on",
)
_COPIED_OF_LINE = (
    "organisation_id",
    "reseller_id",
    "agreement_id",
    "order_id",
    "order_number",
    "purchase_order",
    "cost_centre",
    "order_line_id",
    "product_id",
    "charge_type",
    "months",
    "unit_price",
    "is_own_price",
    "tax_percent",
    "charge_start",
    "charge_end",
    "trace",
)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of an invoice line is given back, net; `quantity` counts while not all is."""

    net_minor: int
    quantity: int = 0


def credit(
    work: Work, invoice_id: UUID, reason: str, parts: Mapping[UUID, Part] | None = None
) -> Invoice:
    """A posted credit note over parts of an invoice by its lines' keys; None: all that is left.

    Raises Conflict unless the invoice is posted, BadInput when more would be given back than
    is left.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_invoice(work.session, invoice_id)
    seller = require_seller(work, invoice.reseller_id)
    # Somebody else may have changed it before the seller was ours.
    work.session.refresh(invoice)
    require_correctable(invoice)
    left = left_of(invoice, credited_by_line(work.session, invoice.id))
    wanted = parts if parts is not None else {key: Part(of.net_minor) for key, of in left.items()}
    asked = {
        line: Asked(left[line.id], wanted[line.id].net_minor, wanted[line.id].quantity)
        for line in invoice.lines
        if line.id in wanted and line.id in left
    }
    _check(asked, wanted)
    work.does("invoice.credited", reason)
    note = _note(work, invoice, seller, reason)
    taxes = credit_taxes(list(asked.values()), invoice.tax_mode)
    note.lines = [
        _line(line, position, each, tax)
        for position, ((line, each), tax) in enumerate(zip(asked.items(), taxes, strict=True), 1)
    ]
    note.net_minor = sum(line.net_minor for line in note.lines)
    note.tax_minor = sum(line.tax_minor for line in note.lines)
    note.gross_minor = note.net_minor + note.tax_minor
    work.session.add(note)
    work.flush()
    work.events.append(InvoicePosted(note.id))
    return note


def void(work: Work, invoice_id: UUID, reason: str) -> Invoice:
    """Declare an invoice or a credit note void: it keeps its number and counts no more.

    Raises Conflict unless it is posted, while credit notes correct it, or when what the
    credit note gave back was invoiced anew.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_invoice(work.session, invoice_id)
    require_seller(work, invoice.reseller_id)
    work.session.refresh(invoice)
    check_voidable(work.session, invoice)
    work.does("invoice.voided", reason)
    invoice.state, invoice.void_reason = InvoiceState.VOID, reason
    invoice.voided_at, invoice.voided_by = work.now, work.actor.user_id
    work.flush()
    return invoice


def check_voidable(session: Session, invoice: Invoice) -> None:
    """Raises the Conflict that declaring it void would end in."""
    require_posted(invoice)
    notes = list_credit_notes(session, invoice.id)
    if any(note.state is InvoiceState.POSTED for note in notes):
        sentence = _("Credit notes correct invoice %(number)s.", number=invoice.number)
        raise _refused("credited", sentence)
    if invoice.kind is InvoiceKind.CREDIT_NOTE and _is_invoiced_anew(session, invoice):
        sentence = _("What %(number)s gave back was invoiced anew.", number=invoice.number)
        raise _refused("invoiced_anew", sentence)


def check_creditable(session: Session, invoice: Invoice) -> None:
    """Raises Conflict unless it is a posted invoice of which something is left."""
    require_correctable(invoice)
    if not left_of(invoice, credited_by_line(session, invoice.id)):
        sentence = _("All of invoice %(number)s was given back.", number=invoice.number)
        raise _refused("nothing_left", sentence)


def left_of(invoice: Invoice, credited: Mapping[UUID, Credited]) -> dict[UUID, Left]:
    """What can still be given back, by line; lines of which nothing is left are not in it."""
    none = Credited()
    found = {}
    for line in invoice.lines:
        back = credited.get(line.id, none)
        left = Left(
            line.quantity - back.quantity,
            line.net_minor - back.net_minor,
            line.tax_minor - back.tax_minor,
            line.tax_percent,
        )
        # Units are left of a line as long as money is, and of one that cost nothing.
        if left.quantity > 0:
            found[line.id] = left
    return found


def require_posted(invoice: Invoice) -> None:
    """Raises Conflict for a draft, and for what is void."""
    if invoice.state is not InvoiceState.POSTED:
        raise Conflict(
            "P3",
            _("It is not posted, or it was declared void."),
            reason="not_posted",
            way_out=_("Only what is posted can be corrected or declared void."),
        )


def require_correctable(invoice: Invoice) -> None:
    """Raises Conflict unless it is a posted invoice."""
    require_posted(invoice)
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise Conflict(
            "P3",
            _("A credit note is not corrected by another."),
            reason="credit_note",
            way_out=_("Declare it void, and make another one."),
        )


def require_credit_note(invoice: Invoice) -> None:
    """Raises Conflict unless it is a posted credit note."""
    require_posted(invoice)
    if invoice.kind is not InvoiceKind.CREDIT_NOTE:
        raise Conflict(
            "P3",
            _("It is an invoice, no credit note."),
            reason="invoice",
            way_out=_("Note the number of its tax invoice."),
        )


def _check(asked: Mapping[InvoiceLine, Asked], wanted: Mapping[UUID, Part]) -> None:
    if not asked or len(asked) < len(wanted):
        raise BadInput(
            "P3",
            _("There is nothing left to give back, or no line has an amount."),
            reason="nothing_left",
            way_out=_("Enter what is given back of a line, before tax."),
        )
    for line, each in asked.items():
        if each.is_too_much:
            raise BadInput(
                "P3",
                _(
                    "Line %(position)s: no more can be given back than what is left of it.",
                    position=line.position,
                ),
                reason="too_much",
                way_out=_("Enter a smaller amount; all units go back only with all of the money."),
            )


def _note(work: Work, invoice: Invoice, seller: SellerProfile, reason: str) -> Invoice:
    today: date = seller_day(work, invoice.reseller_id)
    return Invoice(
        **{name: getattr(invoice, name) for name in _COPIED},
        kind=InvoiceKind.CREDIT_NOTE,
        state=InvoiceState.POSTED,
        number=take_number(work, seller, InvoiceKind.CREDIT_NOTE, today),
        corrects_id=invoice.id,
        reason=reason,
        issued_on=today,
        shown_to_id=invoice.organisation_id,
        seller=seller_facts(seller),
        buyer=buyer_facts(work.session, invoice),
        created_at=work.now,
        created_by=work.actor.user_id,
        posted_at=work.now,
        posted_by=work.actor.user_id,
    )


def _line(line: InvoiceLine, position: int, asked: Asked, tax: int) -> InvoiceLine:
    return InvoiceLine(
        **{name: getattr(line, name) for name in _COPIED_OF_LINE},
        shown_to_id=line.organisation_id,
        position=position,
        credits_id=line.id,
        quantity=-asked.given_quantity,
        net_minor=-asked.net_minor,
        tax_minor=-tax,
    )


def _is_invoiced_anew(session: Session, note: Invoice) -> bool:
    lines: Sequence[InvoiceLine] = note.lines
    held = invoiced_quantities(session, [line.order_line_id for line in lines])
    # An invoice asks for all of an order line, which may be another reseller's by now (O4).
    corrected = session.get_one(Invoice, note.corrects_id)
    whole = {line.id: line.quantity for line in corrected.lines}
    return any(
        held.get(line.order_line_id, 0) - line.quantity > whole[line.credits_id]
        for line in lines
        if line.credits_id
    )


def _refused(reason: str, sentence: Text) -> Conflict:
    return Conflict(
        "P3",
        sentence,
        reason=reason,
        way_out=_("Declare the later papers void first."),
    )
