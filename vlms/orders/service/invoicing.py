"""Recording the publisher's invoice: lines priced again, and the customer's consent (O4, P5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vlms.audit.service import journal
from vlms.core.acts import require
from vlms.core.clock import local_day
from vlms.core.db import reading
from vlms.core.errors import Conflict, Topic
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.events import ConsentAnswered, ConsentAsked
from vlms.orders.models import ConsentState, Order, PriceConsent
from vlms.orders.queries import find_approval_limit, get_order
from vlms.orders.rules.order_clock import OrderStep, needs_approval
from vlms.orders.rules.repricing import InitialOrder, needs_consent
from vlms.orders.service.consent_conditions import (
    answer_conditions,
    asked_consent,
    check_kept_price,
)
from vlms.orders.service.delivery import settle
from vlms.orders.service.past_orders import load_past
from vlms.orders.service.repricing import (
    RepricedOrder,
    kept_prices,
    of_kept_prices,
    price_again,
    write_prices,
)
from vlms.orders.service.transition import hold, moved, take_step

_LIMIT = System("whether two people decide about an order")


@dataclass(frozen=True)
class PublisherInvoice:
    """An invoice of the publisher to the reseller, and who records it."""

    at: datetime
    reference: str | None
    recorded_by: UUID | None


def record_invoice(
    work: Work, order: Order, invoice: PublisherInvoice, *, keeps_price: bool = False
) -> Order:
    """Record it at the lists of its day; a higher total waits for the customer's consent.

    With `keeps_price` nothing is priced again: for a customer who declined, when the publisher
    invoices at the order's price. Raises OrderRefused (P5) for that before any decline.
    """
    again = RepricedOrder(order)
    if keeps_price:
        check_kept_price(order)
    else:
        invoiced_on = local_day(invoice.at, order.agreement.time_zone)
        again = price_again(work.session, order, invoiced_on, _initial(work, order))
    withdraw_consent(work, order)
    if needs_consent(again.old_total, again.new_total):
        return _ask(work, again, invoice)
    return _record(work, again, invoice)


def _initial(work: Work, order: Order) -> InitialOrder | None:
    """The agreement's initial order, be it another reseller's (P5)."""
    with work.as_system("the initial order of an agreement"):
        return load_past(work.session, order.agreement).initial


def _record(work: Work, again: RepricedOrder, invoice: PublisherInvoice) -> Order:
    write_prices(work, again)
    order = take_step(
        work,
        again.order,
        OrderStep.INVOICE,
        happened_at=invoice.at,
        told=(invoice.reference, None),
        recorded_by=invoice.recorded_by,
        invoiced_at=invoice.at,
    )
    # Site packs open before the invoice, so nothing may be left to deliver.
    return settle(work, order)


def _ask(work: Work, again: RepricedOrder, invoice: PublisherInvoice) -> Order:
    order = again.order
    # Sellers do not see a buyer's limit.
    with reading(_LIMIT) as session:
        limit = find_approval_limit(session, order.organisation_id, order.currency)
    # Of two who record at once, one is told so.
    hold(work, order)
    consent = PriceConsent(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        state=ConsentState.ASKED,
        old_total_minor=again.old_total.minor,
        new_total_minor=again.new_total.minor,
        lines=kept_prices(again),
        is_above_limit=needs_approval(again.new_total.minor, limit),
        invoiced_at=invoice.at,
        reference=invoice.reference,
        asked_at=work.now,
        asked_by=work.actor.user_id,
        asked_in_id=work.actor.organisation_id,
    )
    work.does("price_consent.asked")
    work.session.add(consent)
    work.flush()
    work.session.refresh(order)
    work.events.append(ConsentAsked(consent.id))
    return order


def give_consent(work: Work, order_id: UUID, *, shown_total: int | None = None) -> Order:
    """Agree to the higher total: the prices are written, and the invoice is recorded.

    `shown_total` (minor units) is what the person saw. Raises Forbidden, OrderRefused (P5),
    or Conflict when something else is asked by now.
    """
    order = get_order(work.session, order_id)
    require(answer_conditions(work.actor, order))
    consent = asked_consent(order)
    if shown_total is not None and shown_total != consent.new_total_minor:
        raise _asked_anew()
    _answer(work, consent, ConsentState.GIVEN)
    invoice = PublisherInvoice(consent.invoiced_at, consent.reference, consent.asked_by)
    return _record(work, of_kept_prices(order, consent.lines), invoice)


def decline_consent(work: Work, order_id: UUID, reason: str) -> Order:
    """Decline the higher total: the order keeps its price and is not invoiced.

    Raises Forbidden, or OrderRefused (P5) where nothing is asked.
    """
    order = get_order(work.session, order_id)
    require(answer_conditions(work.actor, order))
    _answer(work, asked_consent(order), ConsentState.DECLINED, reason)
    return order


def withdraw_consent(work: Work, order: Order) -> None:
    """What is asked no longer waits for an answer; nothing when nothing is."""
    for consent in order.consents:
        if consent.state is ConsentState.ASKED:
            _answer(work, consent, ConsentState.WITHDRAWN)


def _answer(
    work: Work, consent: PriceConsent, state: ConsentState, note: str | None = None
) -> None:
    changed = guarded_update(
        work.session,
        PriceConsent,
        PriceConsent.id == consent.id,
        PriceConsent.state == ConsentState.ASKED,
        state=state,
        answered_at=work.now,
        answered_by=work.actor.user_id,
        note=note,
    )
    if changed != 1:
        raise moved()
    journal(
        work,
        f"price_consent.{state.value}",
        ("price_consent", consent.id, consent.organisation_id),
        before={"state": ConsentState.ASKED},
        after={"state": state},
        reason=note,
    )
    work.session.refresh(consent)
    if state is not ConsentState.WITHDRAWN:
        work.events.append(ConsentAnswered(consent.id))


def _asked_anew() -> Conflict:
    return Conflict(
        "P5",
        _("Another total is asked for by now than the one that you saw."),
        reason="price_moved",
        way_out=_("Look at the new prices again; then press the button once more."),
        ask=Topic.PRICING,
    )
