"""What must hold for an answer to a higher total (P5), one condition after the other."""

from __future__ import annotations

from collections.abc import Iterator

from vlms.core.acts import Condition, condition
from vlms.core.errors import Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.orders.errors import OrderRefused
from vlms.orders.models import ConsentState, Order, PriceConsent
from vlms.orders.rules.order_clock import OrderStep, is_other_person

_PLACING = (OrderStep.PLACE, OrderStep.ASK_APPROVAL)


def find_asked(order: Order) -> PriceConsent | None:
    """The higher total that the customer has not answered yet."""
    return next((one for one in order.consents if one.state is ConsentState.ASKED), None)


def asked_consent(order: Order) -> PriceConsent:
    """The same. Raises OrderRefused (P5) when nothing is asked."""
    consent = find_asked(order)
    if consent is None:
        raise OrderRefused(
            "P5",
            _("Nobody asks for consent to a higher total of this order."),
            reason="no_consent_asked",
            way_out=_("The reseller asks when the publisher's invoice is recorded."),
            ask=Topic.PRICING,
        )
    return consent


def answer_conditions(actor: Actor, order: Order) -> Iterator[Condition]:
    """What agreeing to a higher total asks, and declining it too."""
    yield condition(
        _("You are a licensing admin of the organisation."), "P5", lambda: _check_buyer(actor)
    )
    asked = condition(
        _("The customer is asked for consent to a higher total."),
        "P5",
        lambda: asked_consent(order),
    )
    yield asked
    if asked.is_met:
        yield condition(
            _("Somebody else placed the order, or the new total is within your limit."),
            "O4",
            lambda: _check_other_person(actor, order),
        )


def was_declined(order: Order) -> bool:
    """Whether the customer's last word on a higher total was no."""
    return bool(order.consents) and order.consents[-1].state is ConsentState.DECLINED


def check_kept_price(order: Order) -> None:
    """Raises OrderRefused (P5) unless the customer declined a higher total of this order."""
    if not was_declined(order):
        raise OrderRefused(
            "P5",
            _("The customer has not declined a higher total of this order."),
            reason="not_declined",
            field="keeps_price",
            way_out=_("Record the invoice without this; the customer is asked if need be."),
            ask=Topic.PRICING,
        )


def _check_buyer(actor: Actor) -> None:
    if not actor.may(Permission.APPROVE_ORDERS):
        raise Forbidden(
            "P5",
            _("Only the customer agrees to a higher total."),
            reason="step_of_another_role",
            way_out=_("Ask a licensing admin of the organisation."),
            ask=Topic.PRICING,
        )


def _check_other_person(actor: Actor, order: Order) -> None:
    """O4: above the limit two people decide, here as when it was placed."""
    if not asked_consent(order).is_above_limit:
        return
    placed = [event for event in order.events if event.step in _PLACING]
    if placed and not is_other_person(actor.user_id, placed[-1].recorded_by):
        raise OrderRefused(
            "O4",
            _("The new total is above the limit, and you placed this order yourself."),
            reason="own_approval",
            way_out=_("Ask another licensing admin of your organisation."),
            ask=Topic.ACCOUNT,
        )
