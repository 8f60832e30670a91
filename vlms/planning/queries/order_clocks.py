"""Orders with what their deadlines depend on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import OPEN_STATES


def with_clock(statement: Select[Order]) -> Select[Order]:
    """Load with orders what their deadlines depend on."""
    return statement.options(
        joinedload(Order.agreement),
        joinedload(Order.organisation),
        selectinload(Order.lines).joinedload(OrderLine.product),
        selectinload(Order.events),
    )


def list_running(session: Session, most: int) -> Sequence[Order]:
    """Orders whose clock runs, the newest first."""
    is_open = Order.state.in_(OPEN_STATES) & Order.processed_at.is_not(None)
    statement = with_clock(select(Order).where(is_open))
    return session.scalars(statement.order_by(Order.id.desc()).limit(most)).all()
