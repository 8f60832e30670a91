"""What can be done with an invoice now, and why not what cannot be."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.rules.tax_numbers import TAIWAN
from vlms.billing.service.invoicing import require_draft
from vlms.billing.service.invoicing_credit import (
    check_creditable,
    check_voidable,
    require_correctable,
    require_credit_note,
)
from vlms.core.acts import Act, condition, in_turn
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Actor


def acts_on_invoice(session: Session, actor: Actor, invoice: Invoice) -> list[Act]:
    """The acts that its state does not leave behind; none for who may only read."""
    if not actor.may(Permission.EDIT_INVOICES):
        return []
    if invoice.state is InvoiceState.DRAFT:
        return _on_draft(invoice)
    voiding = _act(
        invoice,
        ("void", _("Declare it void"), "ban"),
        _("It is posted, and no later paper depends on it."),
        lambda: check_voidable(session, invoice),
    )
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return [*_on_allowance(invoice), voiding]
    crediting = _act(
        invoice,
        ("credit", _("Make a credit note"), "receipt"),
        _("It is posted, and not all of it was given back."),
        lambda: check_creditable(session, invoice),
    )
    noting = _act(
        invoice,
        ("tax_number", _("Note the tax invoice"), "file-invoice"),
        _("It is a posted invoice."),
        lambda: require_correctable(invoice),
    )
    return [crediting, noting, voiding]


def _on_allowance(invoice: Invoice) -> list[Act]:
    """In Taiwan a certificate is issued for a credit note."""
    if invoice.tax_country != TAIWAN:
        return []
    button = ("allowance_number", _("Note the allowance certificate"), "file-invoice")
    sentence = _("It is a posted credit note.")
    return [_act(invoice, button, sentence, lambda: require_credit_note(invoice))]


def _on_draft(invoice: Invoice) -> list[Act]:
    buttons = (
        ("post", _("Post it"), "send"),
        ("edit", _("Edit it"), "pencil"),
        ("discard", _("Discard it"), "trash"),
    )
    is_draft = _("It is a draft.")
    return [_act(invoice, one, is_draft, lambda: require_draft(invoice)) for one in buttons]


def _act(
    invoice: Invoice,
    button: tuple[str, Text, str],
    sentence: Text,
    check: Callable[[], object],
) -> Act:
    """One with a single condition; the button is its name, label and picture."""
    name, label, picture = button
    conditions = tuple(in_turn([condition(sentence, "P3", check)]))
    values = {"invoice_id": invoice.id}
    return Act(name, label, picture, f"invoices.{name}", conditions, values)
