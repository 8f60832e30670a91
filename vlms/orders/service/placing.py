"""Placing an order, and its approval above the organisation's limit (O4).

Prices and months count from the day of placing; for an order that had to be approved that
is the day of the approval.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.agreements.models import Agreement
from vlms.core.errors import BadInput, Conflict, Topic
from vlms.core.money import Money
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order
from vlms.orders.queries import find_approval_limit, get_order
from vlms.orders.rules.order_clock import (
    OrderState,
    OrderStep,
    is_other_person,
    needs_approval,
    next_state,
)
from vlms.orders.service.drafts import price_today, wishes_of, write_lines
from vlms.orders.service.mail import tell_contacts
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.transition import moved, require_role, take_step


def place(
    work: Work, order_id: UUID, *, version: int | None = None, shown_total: int | None = None
) -> Order:
    """Place a draft at today's price, or ask for approval when it is above the limit.

    `version` and `shown_total` (minor units) are what the person saw. Raises OrderRefused
    with `facts["position"]` for a line that a rule forbids, Conflict when the draft or the
    price is another by now.
    """
    order = _held(work, order_id)
    require_role(work, order, OrderStep.PLACE)
    next_state(order.state, OrderStep.PLACE)
    if version is not None and version != order.version:
        raise moved()
    priced, total = _priced(work, order, shown_total)
    limit = find_approval_limit(work.session, order.organisation_id, order.currency)
    if needs_approval(total.minor, limit):
        work.does("order.priced")
        write_lines(work, order, priced)
        return take_step(work, order, OrderStep.ASK_APPROVAL)
    return _fix(work, order, OrderStep.PLACE, priced)


def approve(work: Work, order_id: UUID, *, shown_total: int | None = None) -> Order:
    """Place an order that waits for approval, at today's price.

    Raises OrderRefused (O4) for who asked for it, Conflict when the price is another by now.
    """
    order = _held(work, order_id)
    require_role(work, order, OrderStep.APPROVE)
    next_state(order.state, OrderStep.APPROVE)
    refuse_own_approval(work, order)
    priced, _total = _priced(work, order, shown_total)
    return _fix(work, order, OrderStep.APPROVE, priced)


def decline(work: Work, order_id: UUID, reason: str) -> Order:
    """Send an order that waits for approval back to draft, with the reason."""
    order = _held(work, order_id)
    require_role(work, order, OrderStep.DECLINE)
    return take_step(work, order, OrderStep.DECLINE, told=(None, reason))


def asked_by(order: Order) -> UUID | None:
    """Who asked last for approval."""
    asked = [event for event in order.events if event.step is OrderStep.ASK_APPROVAL]
    return asked[-1].recorded_by if asked else None


def refuse_own_approval(work: Work, order: Order) -> None:
    """O4: another admin approves than the one who asked. Raises OrderRefused."""
    if not is_other_person(work.actor.user_id, asked_by(order)):
        raise OrderRefused(
            "O4",
            _("You asked for this approval yourself; another licensing admin gives it."),
            reason="own_approval",
            way_out=_("Ask another licensing admin of your organisation."),
            ask=Topic.ACCOUNT,
        )


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
    if not order.lines:
        raise BadInput(
            "O1",
            _("This order has no lines."),
            reason="no_lines",
            way_out=_("Choose a product and enter a quantity."),
        )
    priced = price_today(work, order, wishes_of(order))
    for position, line in enumerate(priced.lines):
        if line.refusal is not None:
            line.refusal.facts["position"] = position
            raise line.refusal
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
    return order
