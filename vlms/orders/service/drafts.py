"""Drafts: begun under an agreement, edited as often as one likes, priced at each saving."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vlms.agreements.events import OrderAsked
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.conditions import require_orderer
from vlms.core.acts import require
from vlms.core.errors import BadInput
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.agreement_lock import check_order_day
from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import get_order
from vlms.orders.rules.limits import check_quantity
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service.conditions import standing_conditions
from vlms.orders.service.numbers import take_number
from vlms.orders.service.pricing import LineWish, PricedLine, PricedOrder, price_order
from vlms.orders.service.transition import moved

MOST_LINES = 50


@dataclass(frozen=True)
class DraftFacts:
    """What a person enters in a draft."""

    lines: tuple[LineWish, ...]
    purchase_order: str | None = None
    cost_centre: str | None = None


def create_draft(work: Work, agreement_id: UUID) -> Order:
    """An empty draft under an agreement. Raises OrderRefused (O1) outside its order days."""
    require_orderer(work.actor)
    agreement = get_agreement(work.session, agreement_id)
    check_order_day(work, OrderAsked(agreement_id))
    today = work.today(agreement.time_zone)
    work.does("order.drafted")
    order = Order(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        # The reseller sees an order from its placing on (placing._fix).
        reseller_id=None,
        number=take_number(work, today.year),
        state=OrderState.DRAFT,
        version=1,
        currency=agreement.currency,
        total_minor=0,
        created_at=work.now,
        created_by=work.actor.user_id,
    )
    work.session.add(order)
    work.flush()
    return order


def edit_draft(work: Work, order_id: UUID, version: int, facts: DraftFacts) -> Order:
    """Replace the draft's lines and numbers, as of the version that its editor saw.

    A line that a rule forbids today is kept without a price. Raises BadInput for a line
    that no order can have, OrderRefused (O4) when it is no draft, Conflict when somebody
    else has changed it meanwhile.
    """
    order = get_order(work.session, order_id)
    require(standing_conditions(work.actor, order, OrderStep.PLACE))
    _check_lines(facts)
    changed = guarded_update(
        work.session,
        Order,
        Order.id == order.id,
        Order.state == OrderState.DRAFT,
        Order.version == version,
        version=version + 1,
    )
    if changed != 1:
        raise moved()
    work.session.refresh(order)
    work.does("order.edited")
    order.purchase_order, order.cost_centre = facts.purchase_order, facts.cost_centre
    priced = price_today(work, order, facts.lines)
    write_lines(work, order, priced)
    work.flush()
    work.session.refresh(order)
    return order


def price_today(work: Work, order: Order, wishes: tuple[LineWish, ...]) -> PricedOrder:
    """The wishes at today's price, today in the agreement's zone (P5)."""
    agreement = order.agreement
    today = work.today(agreement.time_zone)
    return price_order(work.session, agreement, wishes, today, work.terms.order_early_days)


def wishes_of(order: Order) -> tuple[LineWish, ...]:
    """What an order's lines ask for."""
    return tuple(
        LineWish(line.product_id, line.quantity, line.twelve_months_asked, line.next_period_asked)
        for line in order.lines
    )


def write_lines(work: Work, order: Order, priced: PricedOrder) -> None:
    """Make the order's lines those of the priced order, with their prices as far as known."""
    rows = {line.position: line for line in order.lines}
    for position, line in enumerate(priced.lines, start=1):
        row = rows.pop(position, None)
        if row is None:
            row = _new_row(order, position)
            work.session.add(row)
        row.reseller_id = order.reseller_id
        _fill(row, line)
    for row in rows.values():
        work.session.delete(row)
    total = priced.total
    order.total_minor = 0 if total is None else total.minor


def _new_row(order: Order, position: int) -> OrderLine:
    return OrderLine(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        order_id=order.id,
        position=position,
        delivered_quantity=0,
    )


def _fill(row: OrderLine, line: PricedLine) -> None:
    trace = line.trace
    row.product_id = line.product.id
    row.quantity = line.wish.quantity
    row.twelve_months_asked = line.wish.twelve_months
    row.next_period_asked = line.wish.next_period
    row.charge_type = line.charge_type
    row.months = trace.months if trace else None
    row.unit_price = trace.unit_price if trace else None
    row.amount_minor = trace.amount.minor if trace else None
    row.charge_start = trace.start if trace else None
    row.charge_end = trace.end if trace else None
    row.is_twelve_months = trace.is_twelve_months if trace else False
    row.trace = trace.to_json() if trace else None


def _check_lines(facts: DraftFacts) -> None:
    if len(facts.lines) > MOST_LINES:
        raise BadInput(
            None,
            _("An order has at most %(most)s lines.", most=MOST_LINES),
            reason="too_many_lines",
            way_out=_("Put the others into a second order."),
        )
    for position, wish in enumerate(facts.lines):
        try:
            check_quantity(wish.quantity)
        except BadInput as refusal:
            refusal.facts["position"] = position
            raise
