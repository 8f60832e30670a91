"""The blueprint that all pages of orders belong to, and what they share."""

from __future__ import annotations

from flask import Blueprint, current_app

from vlms.core.text import _
from vlms.orders.queries import (
    currencies_of_consents,
    currencies_of_lines,
    currencies_of_orders,
)
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.words import CONSENT_WORDS, STATE_WORDS
from vlms.web.words import add_currencies, add_words

orders = Blueprint("orders", __name__, url_prefix="/o/<organisation>/orders")


@orders.app_template_filter("order_state_word")
def state_word(state: OrderState) -> str:
    """A state's name, on any page that shows orders."""
    return str(STATE_WORDS[state])


def window_days() -> int:
    """O1: how long before an agreement's first day it may be ordered under."""
    return int(current_app.config["SETTINGS"].order_early_days)


add_words(
    {
        "order.drafted": _("Draft begun"),
        "order.edited": _("Draft edited"),
        "order.priced": _("Price fixed"),
        "order.place": _("Order placed"),
        "order.ask_approval": _("Approval asked"),
        "order.approve": _("Order approved and placed"),
        "order.decline": _("Approval declined"),
        "order.cancel": _("Order cancelled"),
        "order.cancel_on_request": _("Order cancelled on request"),
        "order.process": _("Recorded as processed"),
        "order.acknowledge": _("Recorded as acknowledged"),
        "order.invoice": _("Order invoiced by the publisher"),
        "order.open_pack": _("Site pack of an order opened"),
        "order.deliver": _("Delivery recorded"),
        "order.fulfil": _("Order fulfilled"),
        "order.close": _("Order closed"),
        "order_line.delivered": _("Line delivered"),
        "order.handed_over": _("Handed over to another reseller"),
        "order.repriced": _("Priced again for the publisher's invoice"),
        "price_consent.asked": _("Consent to a higher total asked"),
        "price_consent.given": _("Higher total agreed to"),
        "price_consent.declined": _("Higher total declined"),
        "price_consent.withdrawn": _("Consent no longer asked"),
    },
    {
        "order.number": _("Order number"),
        "state": _("State"),
        "purchase_order": _("Purchase-order number"),
        "cost_centre": _("Cost centre"),
        "total_minor": _("Total"),
        "price_level": _("Price level"),
        "ordered_on": _("Order day"),
        "placed_at": _("Placed at"),
        "processed_at": _("Processed"),
        "acknowledged_at": _("Acknowledged"),
        "invoiced_at": _("Invoiced"),
        "fulfilled_at": _("Fulfilled"),
        "reference": _("Reference"),
        "product_id": _("Product"),
        "quantity": _("Quantity"),
        "twelve_months_asked": _("12 months asked"),
        "months": _("Months"),
        "unit_price": _("Unit price for 12 months"),
        "amount_minor": _("Amount"),
        "charge_start": _("First day"),
        "charge_end": _("Last day"),
        "delivered_quantity": _("Delivered"),
        "exception_note": _("Short delivery"),
        "old_total_minor": _("Total before"),
        "new_total_minor": _("Total after"),
    },
    {"order.state": STATE_WORDS, "price_consent.state": CONSENT_WORDS},
)
add_currencies(
    order=currencies_of_orders,
    order_line=currencies_of_lines,
    price_consent=currencies_of_consents,
)
