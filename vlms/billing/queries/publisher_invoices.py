"""Finds the publisher's invoices and what is still to be recorded of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.orders.models import Order, OrderEvent, OrderLine
from vlms.orders.rules.order_clock import OrderState, OrderStep

SORTS = {
    "invoiced_on": PublisherInvoice.invoiced_on,
    "number": PublisherInvoice.number,
    "gross": PublisherInvoice.gross_minor,
}
# So many lines are offered at once; recording some makes room for others.
MOST_OFFERED = 200


@dataclass(frozen=True)
class UnbilledLine:
    """A line whose order the publisher has invoiced, with that step's reference and instant."""

    line: OrderLine
    reference: str
    invoiced_at: datetime

    @property
    def currency(self) -> str:
        return self.line.order.currency


def search_publisher_invoices(
    session: Session, words: str | None, currency: str | None, listing: Listing
) -> Page[PublisherInvoice]:
    """One page of those whose number contains the words."""
    statement = select(PublisherInvoice)
    if words:
        statement = statement.where(PublisherInvoice.number.icontains(words, autoescape=True))
    if currency:
        statement = statement.where(PublisherInvoice.currency == currency)
    return page_of(session, statement, SORTS, listing)


def list_publisher_invoices(session: Session, reseller_id: UUID) -> Sequence[PublisherInvoice]:
    """All of a reseller with their lines, the latest first."""
    statement = select(PublisherInvoice).where(PublisherInvoice.reseller_id == reseller_id)
    newest = (PublisherInvoice.invoiced_on.desc(), PublisherInvoice.number)
    return session.scalars(statement.options(_WITH_LINES).order_by(*newest)).all()


_WITH_LINES = selectinload(PublisherInvoice.lines).options(
    joinedload(PublisherInvoiceLine.order).joinedload(Order.organisation),
    joinedload(PublisherInvoiceLine.order_line).joinedload(OrderLine.product),
)


def get_publisher_invoice(session: Session, invoice_id: UUID) -> PublisherInvoice:
    """With its lines, their orders and products. Raises NotFound, also for a foreign one."""
    statement = select(PublisherInvoice).where(PublisherInvoice.id == invoice_id)
    invoice = session.scalar(statement.options(_WITH_LINES))
    if invoice is None:
        raise NotFound(None, _("There is no such invoice of the publisher."))
    return invoice


def list_unbilled_lines(
    session: Session, reseller_id: UUID, currency: str | None = None
) -> list[UnbilledLine]:
    """Lines that the publisher has invoiced and that stand on no invoice yet, the oldest first."""
    recorded = select(PublisherInvoiceLine.order_line_id).where(
        PublisherInvoiceLine.reseller_id == reseller_id
    )
    statement = (
        select(OrderLine)
        .join(OrderLine.order)
        .where(
            Order.reseller_id == reseller_id,
            Order.invoiced_at.is_not(None),
            Order.state != OrderState.CANCELLED,
            OrderLine.amount_minor > 0,
            OrderLine.id.not_in(recorded),
        )
        .options(
            joinedload(OrderLine.order).joinedload(Order.organisation),
            joinedload(OrderLine.order).joinedload(Order.agreement),
            joinedload(OrderLine.product),
        )
        .order_by(Order.invoiced_at, Order.number, OrderLine.position)
        .limit(MOST_OFFERED)
    )
    if currency:
        statement = statement.where(Order.currency == currency)
    lines = session.scalars(statement).all()
    references = _references(session, {line.order_id for line in lines})
    return [
        UnbilledLine(line, references.get(line.order_id, ""), line.order.invoiced_at)
        for line in lines
        if line.order.invoiced_at is not None
    ]


def _references(session: Session, order_ids: set[UUID]) -> dict[UUID, str]:
    """The reference that stands beside *invoiced*, by order."""
    events = session.scalars(
        select(OrderEvent)
        .where(OrderEvent.order_id.in_(sorted(order_ids)), OrderEvent.step == OrderStep.INVOICE)
        .order_by(OrderEvent.id)
    )
    return {event.order_id: event.reference or "" for event in events}
