"""What each step of an order will do, said before it is taken: to whom, at what cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import g

from vlms.agreements.models import AgreementContact
from vlms.core.clock import local_day
from vlms.core.db import db, reading
from vlms.core.money import Money
from vlms.core.scope import System
from vlms.core.text import Text, _, ngettext
from vlms.orders.models import Order
from vlms.orders.queries import find_approval_limit
from vlms.orders.rules.order_clock import needs_approval
from vlms.orders.rules.repricing import needs_consent
from vlms.orders.service.consent_conditions import find_asked
from vlms.orders.service.mail import contacts_of
from vlms.orders.service.past_orders import load_past
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.repricing import RepricedOrder, of_kept_prices, price_again
from vlms.web.locales import show_day, show_list, show_money

Consequence = tuple[Text, str | None]


@dataclass(frozen=True)
class Decision:
    """A step's page: its title, what it does, and the words of its one main button."""

    title: Text
    consequences: list[Consequence]
    button: Text
    picture: str
    colour: str = "btn-primary"
    # The lines at a publisher's invoice's prices, beside those of the order (P5).
    again: RepricedOrder | None = None


def place_decision(order: Order, priced: PricedOrder) -> Decision:
    """Placing, or asking for the approval that the organisation's limit demands (O4)."""
    total = priced.total
    limit = find_approval_limit(db.session(), order.organisation_id, order.currency)
    if total is not None and limit is not None and needs_approval(total.minor, limit):
        return _ask_decision(total, Money(limit, order.currency))
    return Decision(
        _("Place this order"),
        [*_fixing(order), (_("You can cancel it until it is recorded as processed."), "O4")],
        _("Place the order for %(total)s", total=show_money(total)),
        "send",
    )


def approve_decision(order: Order, priced: PricedOrder) -> Decision:
    return Decision(
        _("Approve and place this order"),
        [*_fixing(order), (_("It can be cancelled until it is recorded as processed."), "O4")],
        _("Approve and place for %(total)s", total=show_money(priced.total)),
        "check",
    )


def decline_decision(_order: Order, _priced: PricedOrder) -> Decision:
    told = (_("The order becomes a draft again, with your reason in its history."), "O4")
    changed = (_("Nothing is ordered. Who asked can change it and ask again."), "O4")
    return Decision(_("Decline this order"), [told, changed], _("Decline"), "x", "btn-danger")


def cancel_decision(order: Order, _priced: PricedOrder) -> Decision:
    return Decision(
        _("Cancel this order"),
        [
            (_("The order ends for good; it cannot be placed again."), "O4"),
            (_("Nothing of it has been delivered, so no code is lost."), "O4"),
            (_("The prices and dates of other orders stay as they are."), "O3"),
        ],
        _("Cancel the order for good (O4)"),
        "ban",
        "btn-danger",
    )


_RECORDED: dict[str, tuple[Text, list[Consequence]]] = {
    "process": (
        _("Record this order as processed"),
        [
            (_("The licensing admin can no longer cancel it."), "O4"),
            (_("The acknowledgement is due within 48 hours of this moment."), "O4"),
        ],
    ),
    "acknowledge": (
        _("Record this order as acknowledged"),
        [(_("The agreement's contacts are told that the order is acknowledged."), "O5")],
    ),
}
# It may have been another reseller's.
_INITIAL = System("the initial order of an agreement")
_KEPT: Consequence = (_("What is recorded cannot be taken back."), "O4")


def record_decision(step: str) -> Decision:
    title, consequences = _RECORDED[step]
    return Decision(title, [*consequences, _KEPT], title, "clipboard")


def invoice_decision(order: Order) -> Decision:
    """Recording the publisher's invoice, with what it would cost on an invoice of today (P5)."""
    title = _("Record the publisher's invoice")
    clock: Consequence = _("The 5 to 10 business days for the codes start on this day."), "O4"
    today = local_day(g.now, order.agreement.time_zone)
    with reading(_INITIAL) as session:
        initial = load_past(session, order.agreement).initial
    again = price_again(db.session(), order, today, initial)
    told = [*_asked_before(order), *_priced_again(again), clock, _KEPT]
    return Decision(title, told, title, "clipboard", again=again if again.lines else None)


def _asked_before(order: Order) -> Iterator[Consequence]:
    if find_asked(order) is not None:
        yield _("What the customer is asked about the invoice before is withdrawn."), "P5"


def _priced_again(again: RepricedOrder) -> Iterator[Consequence]:
    if again.lines:
        yield _("Another price list is in effect today, so lines are priced again first."), "P5"
    if needs_consent(again.old_total, again.new_total):
        asked = _(
            "The customer is asked to agree to %(total)s before tax first; the invoice is "
            "recorded as soon as it agrees.",
            total=again.new_total,
        )
        yield asked, "P5"


def consent_decision(order: Order, _priced: PricedOrder) -> Decision:
    """Agreeing to what a publisher's invoice makes of the order."""
    title = _("Agree to a higher total")
    consent = find_asked(order)
    if consent is None:
        return Decision(title, [], title, "check")
    again = of_kept_prices(order, consent.lines)
    zone = order.agreement.time_zone
    return Decision(
        title,
        [
            (_("The order then costs %(total)s before tax.", total=again.new_total), "P5"),
            (
                _(
                    "The publisher's invoice of %(day)s is recorded; the codes follow within 5 to "
                    "10 business days.",
                    day=show_day(local_day(consent.invoiced_at, zone)),
                ),
                "O4",
            ),
            (_("It cannot be taken back, and nothing is refunded."), "O4"),
        ],
        _("Agree to %(total)s", total=again.new_total),
        "check",
        again=again,
    )


def decline_consent_decision(order: Order, _priced: PricedOrder) -> Decision:
    consent = find_asked(order)
    again = None if consent is None else of_kept_prices(order, consent.lines)
    return Decision(
        _("Decline the higher total"),
        [
            (_("The order keeps its price and is not invoiced; no code is delivered."), "P5"),
            (_("Whoever recorded the invoice is told, with your reason."), "P5"),
            (_("The reseller settles it with the publisher, or cancels the order."), "O4"),
        ],
        _("Decline"),
        "x",
        "btn-danger",
        again,
    )


def deliver_decision(order: Order, position: int) -> Decision:
    line = order.lines[position - 1]
    left = line.quantity - line.delivered_quantity
    return Decision(
        _("Deliver line %(number)s", number=position),
        [
            (
                ngettext(
                    "%(num)s of this line is still to be delivered.",
                    "%(num)s of this line are still to be delivered.",
                    left,
                    num=left,
                ),
                "O4",
            ),
            (_("Its codes are issued at once and cannot be taken back."), "C1"),
            (_("Once anything is delivered the order can no longer be cancelled."), "O4"),
            *_told(contacts_of(order)),
        ],
        _("Deliver for good (O4)"),
        "truck-delivery",
    )


DECISIONS: dict[str, Callable[[Order, PricedOrder], Decision]] = {
    "place": place_decision,
    "approve": approve_decision,
    "decline": decline_decision,
    "cancel": cancel_decision,
}


def _ask_decision(total: Money, limit: Money) -> Decision:
    return Decision(
        _("Ask for the approval of this order"),
        [
            (
                _(
                    "It is above your organisation's limit of %(limit)s, so another licensing "
                    "admin approves it first.",
                    limit=limit,
                ),
                "O4",
            ),
            (_("Prices and months count from the day of the approval."), "O4"),
            (_("Until then nothing is ordered, and you can cancel it."), "O4"),
        ],
        _("Ask for approval of %(total)s", total=total),
        "send",
    )


def _fixing(order: Order) -> Iterator[Consequence]:
    today = local_day(g.now, order.agreement.time_zone)
    yield _("The order day is %(day)s; months count from it.", day=show_day(today)), "P1"
    yield _("The price is fixed with it, and nothing is refunded."), "O4"
    yield from _told(contacts_of(order))


def _told(contacts: Iterable[AgreementContact]) -> Iterator[Consequence]:
    names = [f"{one.name} <{one.email}>" for one in contacts]
    if names:
        yield _("These contacts get a message: %(names)s.", names=show_list(names)), "O5"
    else:
        yield _("Nobody gets a message: the agreement names no contact."), "O5"
