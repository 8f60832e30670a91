"""Drafts of invoices: from one or several orders of one customer, worked out on the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.queries.invoicing import (
    hold_invoice,
    list_drafts_of_order,
    list_open_lines,
)
from vlms.billing.queries.profiles import find_buyer
from vlms.billing.rules.tax import TaxMode
from vlms.billing.service.invoicing_figures import copied, work_out
from vlms.core.errors import BadInput, Conflict
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.orders.events import OrderHandedOver
from vlms.orders.models import ConsentState, OrderLine


@dataclass(frozen=True)
class DraftFacts:
    """What the reseller enters; what is None is taken from the orders and the buyer."""

    currency: str | None = None
    tax_country: str | None = None
    language: Language | None = None
    purchase_order: str | None = None
    cost_centre: str | None = None
    due_on: date | None = None


NO_FACTS = DraftFacts()


def create_draft(
    work: Work, reseller_id: UUID, line_ids: Sequence[UUID], facts: DraftFacts = NO_FACTS
) -> Invoice:
    """A draft of these order lines. Raises BadInput unless one customer ordered all of them
    in one currency, and for a line that is no longer to be invoiced."""
    work.actor.require(Permission.EDIT_INVOICES)
    lines = _lines(work, reseller_id, line_ids)
    first = lines[0].order
    buyer = find_buyer(work.session, reseller_id, first.organisation_id)
    work.does("invoice.drafted")
    invoice = Invoice(
        organisation_id=first.organisation_id,
        reseller_id=reseller_id,
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.DRAFT,
        version=0,
        currency=facts.currency or first.currency,
        language=facts.language or (buyer.language if buyer else first.organisation.language),
        tax_country=facts.tax_country or first.agreement.country,
        tax_mode=TaxMode.PER_INVOICE,
        purchase_order=facts.purchase_order or _common(lines, "purchase_order"),
        cost_centre=facts.cost_centre or _common(lines, "cost_centre"),
        due_on=facts.due_on,
        created_at=work.now,
        created_by=work.actor.user_id,
    )
    work.session.add(invoice)
    _write(work, invoice, lines)
    return invoice


def edit_draft(
    work: Work, invoice_id: UUID, version: int, facts: DraftFacts, line_ids: Sequence[UUID]
) -> Invoice:
    """Enter the facts and lines anew, and work the draft out on this day.

    Raises Conflict when it was posted or changed since it was shown.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_draft(work, invoice_id, version)
    work.does("invoice.edited")
    for line in list(invoice.lines):
        work.session.delete(line)
    work.flush()
    work.session.refresh(invoice, ["lines"])
    lines = _lines(work, invoice.reseller_id, line_ids, invoice.organisation_id)
    invoice.currency = facts.currency or invoice.currency
    invoice.tax_country = facts.tax_country or invoice.tax_country
    invoice.language = facts.language or invoice.language
    invoice.purchase_order, invoice.cost_centre = facts.purchase_order, facts.cost_centre
    invoice.due_on = facts.due_on
    _write(work, invoice, lines)
    return invoice


def discard_draft(work: Work, invoice_id: UUID) -> None:
    """Remove a draft; it has no number, so none is missing. Raises Conflict once posted."""
    work.actor.require(Permission.EDIT_INVOICES)
    _discard(work, get_draft(work, invoice_id))


def discard_on_handing_over(work: Work, handed: OrderHandedOver) -> None:
    """A draft of the former reseller asks for what is another one's by now (O4)."""
    with work.as_system("drafts of orders that are handed over"):
        for invoice_id in list_drafts_of_order(work.session, handed.order_id):
            _discard(work, get_draft(work, invoice_id))


def _discard(work: Work, invoice: Invoice) -> None:
    work.does("invoice.discarded")
    for line in list(invoice.lines):
        work.session.delete(line)
    work.flush()
    work.session.delete(invoice)
    work.flush()


def get_draft(work: Work, invoice_id: UUID, version: int | None = None) -> Invoice:
    """The draft, held: whoever posts or changes it meanwhile waits until this work ends.

    Raises NotFound, and Conflict unless it is a draft of this version.
    """
    invoice = hold_invoice(work.session, invoice_id)
    require_draft(invoice)
    if version is not None and invoice.version != version:
        raise changed_meanwhile()
    return invoice


def require_draft(invoice: Invoice) -> None:
    """Raises Conflict for what is posted."""
    if invoice.state is not InvoiceState.DRAFT:
        raise Conflict(
            "P3",
            _("Invoice %(number)s is posted; it never changes.", number=invoice.number),
            reason="posted",
            way_out=_("Correct it by a credit note."),
        )


def changed_meanwhile() -> Conflict:
    """The refusal to act on what is no longer as it was shown."""
    return Conflict(
        None,
        _("This draft has changed since you opened it."),
        reason="changed_meanwhile",
        way_out=_("Look at it again, then repeat what you did."),
    )


def order_lines_of(session: Session, invoice: Invoice) -> list[OrderLine]:
    """The order lines that an invoice asks for, in its own order."""
    keys = [line.order_line_id for line in invoice.lines]
    statement = select(OrderLine).where(OrderLine.id.in_(keys))
    loaded = statement.options(joinedload(OrderLine.order), joinedload(OrderLine.product))
    found = {line.id: line for line in session.scalars(loaded)}
    return [found[key] for key in keys]


def _write(work: Work, invoice: Invoice, lines: Sequence[OrderLine]) -> None:
    """The draft's lines with their amounts, by the tables of the reseller's day."""
    reseller = work.session.get_one(Organisation, invoice.reseller_id)
    figures = work_out(work.session, invoice, lines, work.today(reseller.time_zone))
    figures.write_to(invoice)
    invoice.version += 1
    for position, (line, amounts) in enumerate(zip(lines, figures.lines, strict=True), start=1):
        made = copied(line, invoice, position)
        for name, value in amounts.items():
            setattr(made, name, value)
        work.session.add(made)
    work.flush()


def _lines(
    work: Work, reseller_id: UUID, keys: Sequence[UUID], organisation_id: UUID | None = None
) -> list[OrderLine]:
    """The order lines, by order and position; each open, all of one customer and currency."""
    wanted = set(keys)
    lines = [
        line
        for line in list_open_lines(work.session, reseller_id, organisation_id)
        if line.id in wanted
    ]
    if not lines:
        raise _refused("no_lines", _("No line is ticked."), _("Tick the lines to be invoiced."))
    if len(lines) != len(wanted):
        raise _refused(
            "not_open",
            _("A line that is ticked is no longer to be invoiced."),
            _("It stands on another invoice, or its order was cancelled: look at the list again."),
        )
    orders = {line.order for line in lines}
    if len({order.organisation_id for order in orders}) > 1:
        raise _refused(
            "customers",
            _("The lines are of several customers."),
            _("Make an invoice for each customer."),
        )
    if len({order.currency for order in orders}) > 1:
        raise _refused(
            "currencies",
            _("The orders are in several currencies, which are never added up."),
            _("Make an invoice for each currency."),
        )
    refuse_waiting(lines)
    return lines


def refuse_waiting(lines: Sequence[OrderLine]) -> None:
    """Raises BadInput (P5) while the customer is asked about a higher price of an order."""
    for line in lines:
        if any(one.state is ConsentState.ASKED for one in line.order.consents):
            raise BadInput(
                "P5",
                _("Order %(number)s waits for consent to a new price.", number=line.order.number),
                reason="waits_for_consent",
                way_out=_("Invoice it when the customer has answered."),
            )


def _refused(reason: str, sentence: Text, way_out: Text) -> BadInput:
    return BadInput("P3", sentence, reason=reason, field="lines", way_out=way_out)


def _common(lines: Sequence[OrderLine], name: str) -> str | None:
    """What all orders say alike; None where they differ."""
    found = {getattr(line.order, name) for line in lines}
    return found.pop() if len(found) == 1 else None
