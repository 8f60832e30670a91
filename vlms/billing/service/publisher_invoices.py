"""Records what the publisher asks the reseller for, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.billing.queries.publisher_invoices import get_publisher_invoice
from vlms.billing.rules.tax import shared
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, NotFound
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class BilledLine:
    """What the publisher asks for of one order line; quantity None: all of the line.

    `tax_minor` None: the paper tells its tax in one sum alone.
    """

    order_line_id: UUID
    net_minor: int
    quantity: int | None = None
    unit_price: Decimal | None = None
    tax_minor: int | None = None


@dataclass(frozen=True, slots=True)
class NewPublisherInvoice:
    """An invoice as its paper says; `net_minor` is the paper's total, checked where it is told."""

    number: str
    currency: str
    invoiced_on: date
    lines: Sequence[BilledLine]
    tax_minor: int = 0
    net_minor: int | None = None


def record_publisher_invoice(
    work: Work, reseller_id: UUID, new: NewPublisherInvoice
) -> PublisherInvoice:
    """Raises BadInput for a number that is there, foreign lines or currencies, a wrong total,
    or an order that the publisher has not invoiced (O4)."""
    work.actor.require(Permission.EDIT_INVOICES)
    if not new.lines:
        raise BadInput(
            None,
            _("No line is ticked."),
            reason="no_lines",
            way_out=_("Tick the lines that stand on the invoice."),
        )
    ordered = _ordered(work, reseller_id, new)
    net = sum(line.net_minor for line in new.lines)
    _check_total(new, net)
    work.does("publisher_invoice.recorded")
    invoice = PublisherInvoice(
        reseller_id=reseller_id,
        number=new.number,
        currency=new.currency,
        invoiced_on=new.invoiced_on,
        net_minor=net,
        tax_minor=new.tax_minor,
        gross_minor=net + new.tax_minor,
        recorded_at=work.now,
        recorded_by=work.actor.user_id,
    )
    with refusing_doubles(work, uq_publisher_invoice=_double(new)):
        work.session.add(invoice)
    work.session.add_all(_lines(invoice, new, ordered, net))
    work.flush()
    return invoice


def _double(new: NewPublisherInvoice) -> BadInput:
    return BadInput(
        None,
        _("The publisher's invoice %(number)s is recorded already.", number=new.number),
        reason="double",
        field="number",
        way_out=_("Look at the list; enter another number if this is another invoice."),
    )


def _ordered(work: Work, reseller_id: UUID, new: NewPublisherInvoice) -> Mapping[UUID, OrderLine]:
    """The order lines by key; each must be the reseller's and in the invoice's currency."""
    keys = [line.order_line_id for line in new.lines]
    statement = select(OrderLine).where(OrderLine.id.in_(keys)).options(joinedload(OrderLine.order))
    found = {
        line.id: line
        for line in work.session.scalars(statement)
        if line.order.reseller_id == reseller_id and line.order.placed_at is not None
    }
    if set(keys) - found.keys():
        raise NotFound(None, _("There is no such line among your orders."))
    for line in found.values():
        _check_order(line.order, new.currency)
    return found


def _check_order(order: Order, currency: str) -> None:
    if order.currency != currency:
        raise BadInput(
            "P3",
            _(
                "Order %(number)s is in %(found)s, this invoice in %(wanted)s.",
                number=order.number,
                found=order.currency,
                wanted=currency,
            ),
            reason="currency",
            way_out=_("Record an invoice for each currency; they are never added up."),
        )
    if order.invoiced_at is None:
        raise BadInput(
            "O4",
            _(
                "The publisher's invoice is not recorded as a step of order %(number)s.",
                number=order.number,
            ),
            reason="not_invoiced",
            way_out=_(
                "Record that step first, with its day and reference: another price list may be "
                "in effect on that day, and the customer has to agree to a higher price (P5)."
            ),
        )


def _check_total(new: NewPublisherInvoice, net: int) -> None:
    if new.net_minor is not None and new.net_minor != net:
        raise BadInput(
            None,
            _(
                "The lines add up to %(lines)s, the paper says %(paper)s: a difference of "
                "%(difference)s.",
                lines=Money(net, new.currency),
                paper=Money(new.net_minor, new.currency),
                difference=Money(new.net_minor - net, new.currency),
            ),
            reason="total",
            field="net",
            way_out=_("Check the amounts of the lines, and which of them are ticked."),
        )
    if new.tax_minor and not net:
        raise BadInput(
            None,
            _("There is no tax on nothing."),
            reason="tax",
            field="tax",
            way_out=_("Leave the tax empty."),
        )


def _lines(
    invoice: PublisherInvoice,
    new: NewPublisherInvoice,
    ordered: Mapping[UUID, OrderLine],
    net: int,
) -> list[PublisherInvoiceLine]:
    """The rows; tax that is told in one sum is shared by net amounts, so that it adds up (I14)."""
    taxes = _taxes(new, net)
    return [
        PublisherInvoiceLine(
            reseller_id=invoice.reseller_id,
            invoice_id=invoice.id,
            position=position,
            order_id=ordered[line.order_line_id].order_id,
            order_line_id=line.order_line_id,
            quantity=line.quantity or ordered[line.order_line_id].quantity,
            unit_price=line.unit_price,
            net_minor=line.net_minor,
            tax_minor=tax,
        )
        for position, (line, tax) in enumerate(zip(new.lines, taxes, strict=True), start=1)
    ]


def _taxes(new: NewPublisherInvoice, net: int) -> list[int]:
    told = [line.tax_minor for line in new.lines if line.tax_minor is not None]
    if len(told) == len(new.lines) and sum(told) == new.tax_minor:
        return told
    exact = [Fraction(new.tax_minor * line.net_minor, net or 1) for line in new.lines]
    return shared(new.tax_minor, exact, range(len(exact)))


def remove_publisher_invoice(work: Work, invoice_id: UUID, reason: str) -> None:
    """Take out an invoice that was recorded by mistake; its lines are open again."""
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_publisher_invoice(work.session, invoice_id)
    work.does("publisher_invoice.removed", reason)
    for line in list(invoice.lines):
        work.session.delete(line)
    work.flush()
    work.session.delete(invoice)
    work.flush()
