"""Finds and counts the operator's stock of provider's codes. For a System scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.catalog.models import CodeSource, Product
from vlms.codes.models import Code, StockCode
from vlms.core.clock import local_day
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState

_AT_ONCE = 5_000
_DELIVERABLE = (
    OrderState.PLACED,
    OrderState.PROCESSED,
    OrderState.ACKNOWLEDGED,
    OrderState.INVOICED,
    OrderState.FULFILLED,
)


@dataclass(frozen=True)
class StockLevel:
    """What is left of a product: free and good, kept for one line, lapsed, drawn."""

    product: Product
    free: int
    kept: int
    lapsed: int
    drawn: int
    next_day: date | None

    @property
    def is_low(self) -> bool:
        """Whether the operator is to be warned (C7)."""
        return self.free < self.product.low_stock_count


def is_good(session: Session, now: datetime) -> ColumnElement[bool]:
    """Undrawn stock whose printed day, in its own zone, is not over."""
    zones = session.scalars(
        select(StockCode.zone).where(StockCode.zone.is_not(None)).distinct()
    ).all()
    still_good = [
        and_(StockCode.zone == zone, StockCode.last_day >= local_day(now, zone))
        for zone in zones
        if zone is not None
    ]
    return and_(StockCode.drawn_code_id.is_(None), or_(StockCode.last_day.is_(None), *still_good))


def list_levels(session: Session, now: datetime) -> Sequence[StockLevel]:
    """The level of each product whose codes come from lists, by key."""
    statement = select(Product).where(Product.code_source == CodeSource.PROVIDER)
    return _levels(session, session.scalars(statement.order_by(Product.key)).all(), now)


def get_level(session: Session, product: Product, now: datetime) -> StockLevel:
    """How much of a product there is."""
    return _levels(session, [product], now)[0]


def _levels(session: Session, products: Sequence[Product], now: datetime) -> Sequence[StockLevel]:
    """All of them in one statement, however many products there are."""
    good, is_kept = is_good(session, now), StockCode.order_line_id.is_not(None)
    undrawn = StockCode.drawn_code_id.is_(None)
    statement = (
        select(
            StockCode.product_id,
            _count(and_(good, ~is_kept)),
            _count(and_(good, is_kept)),
            _count(and_(undrawn, ~good)),
            _count(~undrawn),
            func.min(case((good, StockCode.last_day))),
        )
        .where(StockCode.product_id.in_([product.id for product in products]))
        .group_by(StockCode.product_id)
    )
    found = {row[0]: row[1:] for row in session.execute(statement)}
    nothing = (0, 0, 0, 0, None)
    return [StockLevel(product, *found.get(product.id, nothing)) for product in products]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def count_free(session: Session, product_id: UUID, now: datetime) -> int:
    """Undrawn codes of a product that are still good, kept ones included."""
    statement = select(func.count(StockCode.id)).where(
        StockCode.product_id == product_id, is_good(session, now)
    )
    return int(session.scalar(statement) or 0)


def held_indexes(session: Session, indexes: Collection[bytes]) -> set[bytes]:
    """Those of these index keys that stock or issued codes have already (C7)."""
    found: set[bytes] = set()
    asked = list(indexes)
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        for model in (StockCode, Code):
            statement = select(model.text_index).where(model.text_index.in_(some))
            found.update(session.scalars(statement))
    return found


def list_open_lines(session: Session) -> Sequence[OrderLine]:
    """Lines that wait for a provider's codes, oldest order first."""
    statement = (
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Order.state.in_(_DELIVERABLE),
            Product.code_source == CodeSource.PROVIDER,
            OrderLine.delivered_quantity < OrderLine.quantity,
        )
        .options(joinedload(OrderLine.order).joinedload(Order.organisation))
        .order_by(Order.placed_at, OrderLine.id)
    )
    return session.scalars(statement).all()


def expected_count(line: OrderLine) -> int:
    """How many codes the line still waits for."""
    return (line.quantity - line.delivered_quantity) * line.product.units
