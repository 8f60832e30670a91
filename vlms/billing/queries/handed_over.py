"""What stays known of order lines that went from one reseller to another (O4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState
from vlms.core.db import reading
from vlms.core.parts import in_parts
from vlms.core.scope import System
from vlms.orders.models import Order, OrderLine

_WHY = "what orders are called that were charged to a reseller which has handed them over"


@dataclass(frozen=True, slots=True)
class LineName:
    """How people call an order line, the day of its order, and how many it is of."""

    order_number: str
    position: int
    ordered_on: date | None
    quantity: int = 0

    @property
    def place(self) -> tuple[str, int]:
        """What lists sort by."""
        return self.order_number, self.position


def names_of_handed_over(line_ids: Collection[UUID]) -> dict[UUID, LineName]:
    """The names of lines whose charges a scope sees, but no longer the lines themselves."""
    found: dict[UUID, LineName] = {}
    for some in in_parts(sorted(set(line_ids))):
        with reading(System(_WHY)) as session:
            found |= _names(session, some)
    return found


def _names(session: Session, line_ids: Sequence[UUID]) -> dict[UUID, LineName]:
    statement = (
        select(OrderLine.id, Order.number, OrderLine.position, Order.ordered_on, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.id.in_(line_ids))
    )
    return {
        key: LineName(number, place, day, quantity)
        for key, number, place, day, quantity in session.execute(statement)
    }


def invoiced_by_former(line_ids: Collection[UUID], reseller_id: UUID) -> set[str]:
    """Numbers of the orders of which another reseller's posted invoices ask for these lines."""
    statement = (
        select(InvoiceLine.order_number)
        .join(InvoiceLine.invoice)
        .where(
            InvoiceLine.order_line_id.in_(sorted(line_ids)),
            Invoice.reseller_id != reseller_id,
            Invoice.state == InvoiceState.POSTED,
        )
        .group_by(InvoiceLine.order_number, InvoiceLine.order_line_id)
        .having(func.sum(InvoiceLine.net_minor) != 0)
    )
    with reading(System(_WHY)) as session:
        return set(session.scalars(statement))
