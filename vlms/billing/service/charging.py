"""Writes charges: when an order is placed, priced again or cancelled, in that very transaction."""

from __future__ import annotations

from vlms.billing.models.charges import Charge, ChargeReason
from vlms.billing.queries.charges import charges_of_line
from vlms.core.work import Work
from vlms.orders.events import LineRepriced, OrderCancelled, OrderHandedOver, OrderPlaced
from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import get_order

_WHY = "charges are written by the system, of whichever reseller"


def charge_on_placing(work: Work, placed: OrderPlaced) -> None:
    """Charge each line of an order that somebody placed; the system's own cost nothing (A3)."""
    with work.as_system(_WHY):
        order = get_order(work.session, placed.order_id)
        assert order.ordered_on is not None
        for line in order.lines:
            charge = _charge(work, line, ChargeReason.PURCHASE, 1)
            charge.charged_on = order.ordered_on
            charge.quantity, charge.net_minor = line.quantity, _amount(line)
            work.session.add(charge)


def charge_opening(work: Work, order: Order) -> None:
    """Charge each line of an order that moved in, on its own day, marked as opening balance.

    So lines, statements and reconciliation tie out, and what changes here later (P5,
    cancelling, handing over) starts from what was charged. What the publisher had invoiced
    before is not invoiced here again; a month that was closed before stays as it was, since
    the charge is recorded now (I18).
    """
    assert order.ordered_on is not None
    for line in order.lines:
        charge = _charge(work, line, ChargeReason.PURCHASE, 1)
        charge.charged_on, charge.is_opening = order.ordered_on, True
        charge.quantity, charge.net_minor = line.quantity, _amount(line)
        work.session.add(charge)


def charge_on_repricing(work: Work, repriced: LineRepriced) -> None:
    """Charge what the new price of a line is more, or less (P5)."""
    with work.as_system(_WHY):
        line = work.session.get_one(OrderLine, repriced.line_id)
        charge = _later(work, line, ChargeReason.REPRICING)
        charge.quantity, charge.net_minor = 0, repriced.new_minor - repriced.old_minor
        work.session.add(charge)


def charge_on_cancelling(work: Work, cancelled: OrderCancelled) -> None:
    """Give back all that was charged for the order; a draft was charged nothing."""
    with work.as_system(_WHY):
        for line in get_order(work.session, cancelled.order_id).lines:
            written = charges_of_line(work.session, line.id)
            if written:
                work.session.add(_given_back(work, line, ChargeReason.CANCELLATION))


def charge_on_handing_over(work: Work, handed: OrderHandedOver) -> None:
    """Give the former reseller's charges back, and charge the same to the new one (O4)."""
    with work.as_system(_WHY):
        for line in get_order(work.session, handed.order_id).lines:
            back = _given_back(work, line, ChargeReason.HANDOVER)
            back.reseller_id = handed.former_id
            again = _later(work, line, ChargeReason.HANDOVER)
            again.sequence = back.sequence + 1
            again.quantity, again.net_minor = -back.quantity, -back.net_minor
            work.session.add_all((back, again))


def _given_back(work: Work, line: OrderLine, reason: ChargeReason) -> Charge:
    """All that was charged for a line so far, the other way round."""
    written = charges_of_line(work.session, line.id)
    charge = _later(work, line, reason)
    charge.quantity = -sum(one.quantity for one in written)
    charge.net_minor = -sum(one.net_minor for one in written)
    return charge


def _later(work: Work, line: OrderLine, reason: ChargeReason) -> Charge:
    """A later charge of a line, of today in the agreement's zone."""
    sequence = len(charges_of_line(work.session, line.id)) + 1
    charge = _charge(work, line, reason, sequence)
    charge.charged_on = work.today(line.order.agreement.time_zone)
    return charge


def _amount(line: OrderLine) -> int:
    assert line.amount_minor is not None
    return line.amount_minor


def _charge(work: Work, line: OrderLine, reason: ChargeReason, sequence: int) -> Charge:
    order = line.order
    return Charge(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        order_line_id=line.id,
        product_id=line.product_id,
        sequence=sequence,
        reason=reason,
        charge_type=line.charge_type,
        unit_price=line.unit_price,
        months=line.months,
        currency=order.currency,
        charge_start=line.charge_start,
        charge_end=line.charge_end,
        recorded_at=work.now,
        publisher_name=line.product.publisher_name,
        publisher_number=line.product.publisher_number,
    )
