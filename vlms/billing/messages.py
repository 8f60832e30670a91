"""Ready-made messages about what is due of an order: to the publisher, or to who delivers (O4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from vlms.agreements.contacts import Contact, contact_for
from vlms.catalog.models import Product
from vlms.core.errors import Topic
from vlms.core.text import Text, _
from vlms.orders.models import Order
from vlms.orders.rules.deadline import Deadline, Promise
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.showing import OrderDates
from vlms.orders.words import STEP_WORDS
from vlms.web.locales import name_of, show_day, show_moment, show_number


@dataclass(frozen=True)
class ReadyMessage:
    """A message to be sent by hand, in the language that was spoken when it was made."""

    to: Contact
    subject: str
    body: str

    @property
    def mail_address(self) -> str:
        """The address that opens a mail program with it."""
        written = urlencode({"subject": self.subject, "body": self.body}, quote_via=quote)
        return f"mailto:{quote(self.to.email)}?{written}"


# The publisher's account manager answers for orders, and for codes who issues them.
_TOPICS: dict[Promise, Topic | None] = {
    Promise.ACKNOWLEDGEMENT: None,
    Promise.SITE_PACK: Topic.CODES,
    Promise.CODES: Topic.CODES,
}


def message_about(order: Order, dates: OrderDates, due: Deadline, now: datetime) -> ReadyMessage:
    """What to write about one open deadline of an order, in the language now spoken."""
    to = contact_for(order.agreement, _TOPICS[due.promise])
    paragraphs = [
        str(_("Hello %(name)s,", name=to.name)),
        str(_asked(order, dates, due, now)),
        "\n".join(_facts(order)),
        str(_("Thank you.")),
    ]
    return ReadyMessage(to, str(_subject(order, due, now)), "\n\n".join(paragraphs) + "\n")


def _subject(order: Order, due: Deadline, now: datetime) -> Text:
    number = order.number
    if not due.is_missed(now):
        match due.promise:
            case Promise.ACKNOWLEDGEMENT:
                return _("Order %(order)s: acknowledgement", order=number)
            case Promise.SITE_PACK:
                return _("Order %(order)s: site pack", order=number)
        return _("Order %(order)s: codes", order=number)
    match due.promise:
        case Promise.ACKNOWLEDGEMENT:
            return _("Order %(order)s: acknowledgement overdue", order=number)
        case Promise.SITE_PACK:
            return _("Order %(order)s: site pack overdue", order=number)
    return _("Order %(order)s: codes overdue", order=number)


def _asked(order: Order, dates: OrderDates, due: Deadline, now: datetime) -> Text:
    zone = order.agreement.time_zone
    moment = show_moment(due.due_at, zone)
    is_late = due.is_missed(now)
    match due.promise:
        case Promise.ACKNOWLEDGEMENT:
            return _acknowledgement(moment, show_moment(order.processed_at, zone), is_late)
        case Promise.SITE_PACK:
            return _site_pack(moment, show_moment(order.processed_at, zone), is_late)
    assert dates.codes is not None
    first, last = (show_day(day) for day in dates.codes)
    return _codes(first, last, is_late)


def _acknowledgement(due: str, processed: str, is_late: bool) -> Text:
    if is_late:
        return _(
            "This order was processed on %(processed)s. Its acknowledgement was due within 48 "
            "hours, by %(due)s, and has not come. Please send it, or tell us what is missing.",
            processed=processed,
            due=due,
        )
    return _(
        "This order was processed on %(processed)s. Please acknowledge it within 48 hours, by "
        "%(due)s.",
        processed=processed,
        due=due,
    )


def _site_pack(due: str, processed: str, is_late: bool) -> Text:
    if is_late:
        return _(
            "This order was processed on %(processed)s. Its site pack was to be open within 24 "
            "hours, by %(due)s, and is not. Please open it, or tell us what is missing.",
            processed=processed,
            due=due,
        )
    return _(
        "This order was processed on %(processed)s. Please open its site pack within 24 hours, "
        "by %(due)s.",
        processed=processed,
        due=due,
    )


def _codes(first: str, last: str, is_late: bool) -> Text:
    if is_late:
        return _(
            "The codes of this order were due between %(first)s and %(last)s and are not all "
            "here. Please deliver them, or tell us when they come.",
            first=first,
            last=last,
        )
    return _(
        "The codes of this order are due between %(first)s and %(last)s. Please tell us if that "
        "cannot be.",
        first=first,
        last=last,
    )


def _facts(order: Order) -> Iterator[str]:
    """What the other side finds the order by; counts, never a code."""
    zone = order.agreement.time_zone
    yield str(_("Order: %(number)s", number=order.number))
    yield str(_("Customer: %(name)s", name=order.organisation.name))
    yield str(_("Agreement: %(number)s", number=order.agreement.number))
    if order.purchase_order:
        yield str(_("Purchase-order number: %(number)s", number=order.purchase_order))
    for event in order.events:
        if event.step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
            word, moment = STEP_WORDS[event.step], show_moment(event.happened_at, zone)
            told = f" · {event.reference}" if event.reference else ""
            yield _("%(step)s: %(moment)s", step=word, moment=moment) + told
    for line in order.lines:
        yield str(
            _(
                "Line %(position)s: %(product)s, ordered %(ordered)s, delivered %(delivered)s",
                position=line.position,
                product=_name(line.product),
                ordered=show_number(line.quantity),
                delivered=show_number(line.delivered_quantity),
            )
        )


def _name(product: Product) -> str:
    return str(name_of(product))
