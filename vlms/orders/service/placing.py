"""Placing an order, and its approval above the organisation's limit (O4).

Prices and months count from the day of placing; for an order that had to be approved that
is the day of the approval.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.agreements.models import Agreement
from vlms.core.acts import require
from vlms.core.errors import Conflict, Topic
from vlms.core.money import Money
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.events import ApprovalAsked, ApprovalDeclined, OrderPlaced
from vlms.orders.models import Order
from vlms.orders.queries import find_approval_limit, get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep, needs_approval
from vlms.orders.service.conditions import price_conditions, standing_conditions
from vlms.orders.service.drafts import price_today, wishes_of, write_lines
from vlms.orders.service.mail import tell_contacts
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.transition import moved, take_step


def place(
    work: Work, order_id: UUID, *, version: int | None = None, shown_total: int | None = None
) -> Order:
    """Place a draft at today's price, or ask for approval when it is above the limit.

    `version` and `shown_total` (minor units) are what the person saw. Raises OrderRefused
    with `facts["position"]` for a line that a rule forbids, Conflict when the draft or the
    price is another by now.
    """
    order = _held(work, order_id)
    require(standing_conditions(work.actor, order, OrderStep.PLACE))
    if version is not None and version != order.version:
        raise moved()
    priced, total = _priced(work, order, shown_total)
    limit = find_approval_limit(work.session, order.organisation_id, order.currency)
    if needs_approval(total.minor, limit):
        work.does("order.priced")
        write_lines(work, order, priced)
        work.events.append(ApprovalAsked(order.id))
        return take_step(work, order, OrderStep.ASK_APPROVAL)
    return _fix(work, order, OrderStep.PLACE, priced)


def check_placeable(work: Work, order: Order, *, shown_total: int | None = None) -> None:
    """Say of a draft what placing it would say of its lines and price; nothing is placed."""
    _priced(work, order, shown_total)


def approve(work: Work, order_id: UUID, *, shown_total: int | None = None) -> Order:
    """Place an order that waits for approval, at today's price.

    Raises OrderRefused (O4) for who asked for it, Conflict when the price is another by now.
    """
    order = _held(work, order_id)
    require(standing_conditions(work.actor, order, OrderStep.APPROVE))
    priced, _total = _priced(work, order, shown_total)
    return _fix(work, order, OrderStep.APPROVE, priced)


def decline(work: Work, order_id: UUID, reason: str) -> Order:
    """Send an order that waits for approval back to draft, with the reason."""
    order = _held(work, order_id)
    require(standing_conditions(work.actor, order, OrderStep.DECLINE))
    work.events.append(ApprovalDeclined(order.id, reason))
    return take_step(work, order, OrderStep.DECLINE, told=(None, reason))


def _held(work: Work, order_id: UUID) -> Order:
    """The order, while no other one is placed under its agreement.

    Anchor, points and initial order of one placing must be seen by the next (O3-P5).
    """
    agreement_id = get_order(work.session, order_id).agreement_id
    work.session.execute(
        select(Agreement.id).where(Agreement.id == agreement_id).with_for_update(key_share=True)
    )
    order = get_order(work.session, order_id)
    work.session.refresh(order)
    return order


def _priced(work: Work, order: Order, shown_total: int | None) -> tuple[PricedOrder, Money]:
    priced = price_today(work, order, wishes_of(order))
    require(price_conditions(order, priced))
    total = priced.total
    assert total is not None
    if shown_total is not None and shown_total != total.minor:
        raise Conflict(
            "P5",
            _("The total is %(total)s now; it was another one when you saw it.", total=total),
            reason="price_moved",
            way_out=_("Look at the price again; then press the button once more."),
            ask=Topic.PRICING,
        )
    return priced, total


def _fix(work: Work, order: Order, step: OrderStep, priced: PricedOrder) -> Order:
    """Write the price down for good, and take the step."""
    work.does("order.priced")
    order.reseller_id = order.agreement.reseller_id
    write_lines(work, order, priced)
    order = take_step(
        work,
        order,
        step,
        ordered_on=priced.on,
        placed_at=work.now,
        price_level=priced.level,
    )
    assert order.state is OrderState.PLACED
    tell_contacts(work, order, "order_placed")
    work.events.append(OrderPlaced(order.id))
    return order
