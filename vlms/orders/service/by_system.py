"""Orders that the system places by itself: what comes with a purchase at no charge (A3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.models import Product
from vlms.core.money import Money
from vlms.core.term import whole_months
from vlms.core.work import Work
from vlms.orders.models import ChargeType, Order, OrderEvent, OrderLine
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.rules.trace import LineTrace
from vlms.orders.service.numbers import take_number

_STEPS = (OrderStep.PLACE, OrderStep.FULFIL, OrderStep.CLOSE)


def find_brought(session: Session, order_id: UUID) -> Order | None:
    """The order that the system placed in answer to this one."""
    return session.scalar(select(Order).where(Order.brought_by_order_id == order_id))


def place_free(work: Work, cause: Order, product: Product, term: tuple[date, date]) -> OrderLine:
    """One unit of a product at no charge, placed, delivered and closed at once.

    `term` are its first and last day. One order brings one such order (a second is refused by
    the database); no reseller invoices it, and no price, anchor or point counts with it.
    """
    work.does("order.brought")
    order = _order(work, cause)
    work.session.add(order)
    work.flush()
    line = _line(order, product, _charge_type(cause))
    trace = _trace(order, product, term)
    line.trace, line.months = trace.to_json(), trace.months
    line.charge_start, line.charge_end = term
    work.session.add_all([line, *(_event(work, order, step, cause) for step in _STEPS)])
    work.flush()
    return line


def _order(work: Work, cause: Order) -> Order:
    today = work.today(cause.agreement.time_zone)
    return Order(
        organisation_id=cause.organisation_id,
        agreement_id=cause.agreement_id,
        reseller_id=cause.reseller_id,
        number=take_number(work, today.year),
        state=OrderState.CLOSED,
        version=1,
        currency=cause.currency,
        total_minor=0,
        ordered_on=today,
        created_at=work.now,
        brought_by_order_id=cause.id,
        placed_at=work.now,
        fulfilled_at=work.now,
    )


def _line(order: Order, product: Product, charge_type: ChargeType) -> OrderLine:
    return OrderLine(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        position=1,
        product_id=product.id,
        quantity=1,
        charge_type=charge_type,
        unit_price=Decimal(0),
        amount_minor=0,
        is_twelve_months=False,
        delivered_quantity=1,
    )


def _charge_type(cause: Order) -> ChargeType:
    """A purchase's is new; one that comes with a renewal renews."""
    renews = any(line.charge_type is ChargeType.RENEW for line in cause.lines)
    return ChargeType.RENEW if renews else ChargeType.NEW


def _trace(order: Order, product: Product, term: tuple[date, date]) -> LineTrace:
    start, end = term
    assert order.ordered_on is not None
    return LineTrace(
        ordered_on=order.ordered_on,
        start=start,
        end=end,
        months=whole_months(start, end),
        cap_months=product.cap_months,
        is_twelve_months=False,
        asked_twelve_months=False,
        anchor_end=None,
        unit_price=Decimal(0),
        quantity=1,
        amount=Money(0, order.currency),
        exact=Fraction(0),
        rules=("A3",),
        valid_until=order.ordered_on,
    )


def _event(work: Work, order: Order, step: OrderStep, cause: Order) -> OrderEvent:
    return OrderEvent(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        step=step,
        happened_at=work.now,
        recorded_at=work.now,
        reference=cause.number,
    )
