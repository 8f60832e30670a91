"""Steps that people record on a placed order (O4): processed, acknowledged, invoiced, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from vlms.core.acts import require
from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.core.zones import bracketed_zone
from vlms.orders.events import OrderCancelled, OrderProcessed
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.conditions import cancelling_step, standing_conditions
from vlms.orders.service.invoicing import PublisherInvoice, record_invoice, withdraw_consent
from vlms.orders.service.mail import tell_contacts
from vlms.orders.service.transition import take_step

# Each step's own instant, and the one that it must not come before.
RECORDED: dict[OrderStep, tuple[str, str]] = {
    OrderStep.PROCESS: ("processed_at", "placed_at"),
    OrderStep.ACKNOWLEDGE: ("acknowledged_at", "processed_at"),
    OrderStep.INVOICE: ("invoiced_at", "acknowledged_at"),
}


def record_step(
    work: Work,
    order_id: UUID,
    step: OrderStep,
    happened_at: datetime,
    reference: str | None = None,
    *,
    keeps_price: bool = False,
) -> Order:
    """Record that the order was processed, acknowledged or invoiced, and when.

    An invoice that makes the order dearer waits for the customer's consent, and the order
    stays acknowledged; `keeps_price` records one at the order's price after a decline (P5).
    Raises Forbidden for another's step, OrderRefused (O4, P5) out of turn, BadInput for an
    instant that is still to come or before the step before it.
    """
    own, earlier = RECORDED[step]
    order = get_order(work.session, order_id)
    require(standing_conditions(work.actor, order, step))
    since: datetime = getattr(order, earlier)
    zone = order.agreement.time_zone
    _refuse_impossible(happened_at, since, work.now, zone)
    # What is typed has no seconds; the steps stay in their order all the same.
    happened_at = max(happened_at, since)
    if step is OrderStep.INVOICE:
        invoice = PublisherInvoice(happened_at, reference, work.actor.user_id)
        return record_invoice(work, order, invoice, keeps_price=keeps_price)
    reached: dict[str, Any] = {own: happened_at}
    order = take_step(work, order, step, happened_at=happened_at, told=(reference, None), **reached)
    if step is OrderStep.PROCESS:
        work.events.append(OrderProcessed(order.id))
    if step is OrderStep.ACKNOWLEDGE:
        tell_contacts(work, order, "order_acknowledged")
    return order


def _refuse_impossible(happened_at: datetime, since: datetime, now: datetime, zone: str) -> None:
    if happened_at > now:
        raise _impossible(
            _("This moment is still to come; it is %(now)s now.", now=_shown(now, zone)),
            _("Enter when it happened."),
        )
    if happened_at < since.replace(second=0, microsecond=0):
        raise _impossible(
            _("The step before was on %(since)s, later than this.", since=_shown(since, zone)),
            _("Enter that moment or a later one."),
        )


def _impossible(sentence: Text, way_out: Text) -> BadInput:
    return BadInput(
        "O4", sentence, reason="impossible_moment", field="happened_at", way_out=way_out
    )


def _shown(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}{bracketed_zone(zone)}"


def cancel(work: Work, order_id: UUID, reason: str, reference: str | None = None) -> Order:
    """Cancel an order: its licensing admin until *processed*, then the reseller on request.

    Raises Forbidden or OrderRefused (O4), above all once anything is delivered.
    """
    order = get_order(work.session, order_id)
    step = cancelling_step(work.actor, order)
    require(standing_conditions(work.actor, order, step))
    withdraw_consent(work, order)
    work.events.append(OrderCancelled(order.id))
    return take_step(work, order, step, told=(reference, reason))
