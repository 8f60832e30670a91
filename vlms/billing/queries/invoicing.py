"""Finds what is to be invoiced, and what has been (I14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState

_HELD = (InvoiceState.DRAFT, InvoiceState.POSTED)


def get_invoice(session: Session, invoice_id: UUID) -> Invoice:
    """An invoice or a credit note. Raises NotFound, also for what the scope does not see."""
    return _there(session.scalar(select(Invoice).where(Invoice.id == invoice_id)))


def hold_invoice(session: Session, invoice_id: UUID) -> Invoice:
    """The same as it is now, held until this work ends."""
    held = select(Invoice).where(Invoice.id == invoice_id).with_for_update()
    return _there(session.scalar(held, execution_options={"populate_existing": True}))


def _there(invoice: Invoice | None) -> Invoice:
    if invoice is None:
        raise NotFound(None, _("There is no such invoice."))
    return invoice


def find_invoice(session: Session, reseller_id: UUID, number: str) -> Invoice | None:
    """A reseller's posted invoice or credit note, by its number."""
    return session.scalar(
        select(Invoice).where(Invoice.reseller_id == reseller_id, Invoice.number == number.strip())
    )


def find_by_tax_number(session: Session, reseller_id: UUID, number: str) -> Invoice | None:
    """The invoice, void ones too, for which this tax invoice was issued."""
    return session.scalar(
        select(Invoice).where(
            Invoice.reseller_id == reseller_id, Invoice.tax_invoice_number == number
        )
    )


def list_open_lines(
    session: Session, reseller_id: UUID, organisation_id: UUID | None = None
) -> Sequence[OrderLine]:
    """Lines of placed orders that no draft and no invoice asks for, by order and position.

    A line that was wholly credited is open again; what the system placed costs nothing (A3).
    """
    statement = _open_lines(reseller_id)
    if organisation_id is not None:
        statement = statement.where(Order.organisation_id == organisation_id)
    return session.scalars(statement).all()


def list_open_of_order(session: Session, order_id: UUID) -> Sequence[OrderLine]:
    """The same of one order, whoever sells it."""
    reseller_id = session.scalar(select(Order.reseller_id).where(Order.id == order_id))
    if reseller_id is None:
        return []
    return session.scalars(_open_lines(reseller_id).where(Order.id == order_id)).all()


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """What one invoice could ask a customer for: net, before own prices."""

    customer: Organisation
    currency: str
    lines: Sequence[OrderLine]

    @property
    def orders(self) -> Sequence[Order]:
        """In the order of their numbers."""
        return list(dict.fromkeys(line.order for line in self.lines))

    @property
    def net_minor(self) -> int:
        return sum(line.amount_minor or 0 for line in self.lines)


def list_open_groups(session: Session, reseller_id: UUID) -> Sequence[OpenGroup]:
    """The open lines added up by customer and currency, by the customer's name."""
    groups: dict[tuple[Organisation, str], list[OrderLine]] = {}
    for line in list_open_lines(session, reseller_id):
        key = (line.order.organisation, line.order.currency)
        groups.setdefault(key, []).append(line)
    ordered = sorted(groups, key=lambda key: (key[0].search_name, key[1]))
    return [OpenGroup(*key, groups[key]) for key in ordered]


def count_open_orders(session: Session, reseller_id: UUID) -> int:
    """How many orders have a line that is still to be invoiced."""
    orders = select(func.count(OrderLine.order_id.distinct())).join(OrderLine.order)
    return session.scalar(orders.where(*_is_open(reseller_id))) or 0


def _is_open(reseller_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.reseller_id == reseller_id,
        Order.placed_at.is_not(None),
        Order.state != OrderState.CANCELLED,
        Order.brought_by_order_id.is_(None),
        # What the publisher had invoiced before an order moved in was asked for there.
        or_(
            Order.moved_in_at.is_(None),
            Order.invoiced_at.is_(None),
            Order.invoiced_at >= Order.moved_in_at,
        ),
        OrderLine.id.not_in(_held(reseller_id, _HELD)),
    )


def _open_lines(reseller_id: UUID) -> Select[OrderLine]:
    return (
        select(OrderLine)
        .join(OrderLine.order)
        .where(*_is_open(reseller_id))
        .order_by(Order.number, OrderLine.position)
        .options(
            joinedload(OrderLine.order).options(
                joinedload(Order.organisation), joinedload(Order.agreement)
            ),
            joinedload(OrderLine.product),
        )
    )


def list_drafts_of_order(session: Session, order_id: UUID) -> Sequence[UUID]:
    """The drafts that ask for a line of an order, whoever's."""
    statement = select(InvoiceLine.invoice_id).join(InvoiceLine.invoice).distinct()
    of_order = InvoiceLine.order_id == order_id, Invoice.state == InvoiceState.DRAFT
    return session.scalars(statement.where(*of_order)).all()


def list_invoiced_of(session: Session, reseller_id: UUID, keys: Iterable[UUID]) -> set[UUID]:
    """Which of these order lines a posted invoice asks for already."""
    return set(
        session.scalars(
            _held(reseller_id, (InvoiceState.POSTED,)).where(
                InvoiceLine.order_line_id.in_(sorted(keys))
            )
        )
    )


def invoiced_quantities(session: Session, keys: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many units of each order line posted invoices ask for, less what was credited."""
    rows = session.execute(
        select(InvoiceLine.order_line_id, func.sum(InvoiceLine.quantity))
        .join(InvoiceLine.invoice)
        .where(Invoice.state == InvoiceState.POSTED, InvoiceLine.order_line_id.in_(sorted(keys)))
        .group_by(InvoiceLine.order_line_id)
    )
    return {key: int(quantity) for key, quantity in rows}


def _held(reseller_id: UUID, states: Collection[InvoiceState]) -> Select[UUID]:
    return (
        select(InvoiceLine.order_line_id)
        .join(InvoiceLine.invoice)
        .where(Invoice.reseller_id == reseller_id, Invoice.state.in_(states))
        .group_by(InvoiceLine.order_line_id)
        .having(func.sum(InvoiceLine.quantity) != 0)
    )


@dataclass(frozen=True, slots=True)
class Credited:
    """What credit notes gave back of a line, as positive numbers."""

    quantity: int = 0
    net_minor: int = 0
    tax_minor: int = 0


def credited_by_line(session: Session, invoice_id: UUID) -> Mapping[UUID, Credited]:
    """What posted credit notes gave back of an invoice, by the line that they correct."""
    sums = (func.sum(InvoiceLine.quantity), func.sum(InvoiceLine.net_minor))
    rows = session.execute(
        select(InvoiceLine.credits_id, *sums, func.sum(InvoiceLine.tax_minor))
        .join(InvoiceLine.invoice)
        .where(Invoice.corrects_id == invoice_id, Invoice.state == InvoiceState.POSTED)
        .group_by(InvoiceLine.credits_id)
    )
    return {
        line_id: Credited(-int(quantity), -int(net), -int(tax))
        for line_id, quantity, net, tax in rows
        if line_id is not None
    }


def list_credit_notes(session: Session, invoice_id: UUID) -> Sequence[Invoice]:
    """The credit notes that correct an invoice, void ones too, by number."""
    return session.scalars(
        select(Invoice).where(Invoice.corrects_id == invoice_id).order_by(Invoice.number)
    ).all()
