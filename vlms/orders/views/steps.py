"""Steps that people take on an order: each has a page that says what it will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.jobs.notes import follow
from vlms.orders.acts import acts_on, answering
from vlms.orders.explanation import explain
from vlms.orders.forms import (
    CancelForm,
    DeclineForm,
    DeliverForm,
    InvoiceForm,
    PriceForm,
    StepForm,
    seen_version,
    shown_minor,
)
from vlms.orders.models import Order
from vlms.orders.queries import get_line, get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import placing, steps
from vlms.orders.service.consent_conditions import was_declined
from vlms.orders.service.long_delivery import deliver_or_plan
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.showing import quote_of
from vlms.orders.views.blueprint import orders, window_days
from vlms.orders.views.decisions import (
    Decision,
    approve_decision,
    cancel_decision,
    decline_decision,
    deliver_decision,
    invoice_decision,
    place_decision,
    record_decision,
)
from vlms.orders.words import CHARGE_WORDS
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Answer = Response | tuple[str, int]
_METHODS = ["GET", "POST"]
_DONE = {
    OrderState.AWAITING_APPROVAL: _("Another licensing admin is asked for approval."),
    OrderState.PLACED: _("The order is placed."),
    OrderState.ACKNOWLEDGED: _(
        "The order would cost more, so the customer is asked first; the invoice is recorded as "
        "soon as it agrees."
    ),
}
_RECORDED = _("The step is recorded.")


_BEGUN = _("The codes are being made; this page shows how far that is.")


@dataclass(frozen=True)
class Step:
    """A step's page: its act's name, its form, what pressing does, and what it says before."""

    name: str
    form: Form
    act: Callable[[Work], Order]
    decide: Callable[[Order, PricedOrder], Decision]
    done: Text | None = None


@orders.route("/<uuid:order_id>/place", methods=_METHODS)
@requires(Permission.PLACE_ORDERS)
def place(order_id: UUID) -> Answer:
    form = PriceForm()

    def act(work: Work) -> Order:
        return placing.place(
            work,
            order_id,
            version=seen_version(form.version.data),
            shown_total=shown_minor(form.shown_total.data),
        )

    return take(order_id, Step("place", form, act, place_decision))


@orders.route("/<uuid:order_id>/approve", methods=_METHODS)
@requires(Permission.APPROVE_ORDERS)
def approve(order_id: UUID) -> Answer:
    form = PriceForm()

    def act(work: Work) -> Order:
        return placing.approve(work, order_id, shown_total=shown_minor(form.shown_total.data))

    done = _("The order is approved and placed.")
    return take(order_id, Step("approve", form, act, approve_decision, done))


@orders.route("/<uuid:order_id>/decline", methods=_METHODS)
@requires(Permission.APPROVE_ORDERS)
def decline(order_id: UUID) -> Answer:
    form = DeclineForm()

    def act(work: Work) -> Order:
        return placing.decline(work, order_id, form.reason.value)

    done = _("The order is a draft again.")
    return take(order_id, Step("decline", form, act, decline_decision, done))


@orders.route("/<uuid:order_id>/cancel", methods=_METHODS)
@requires(Permission.VIEW_ORDERS)
def cancel(order_id: UUID) -> Answer:
    form = CancelForm()

    def act(work: Work) -> Order:
        return steps.cancel(work, order_id, form.reason.value, form.reference.value)

    done = _("The order is cancelled.")
    return take(order_id, Step("cancel", form, act, cancel_decision, done))


@orders.route("/<uuid:order_id>/record/<step>", methods=_METHODS)
@requires(Permission.RECORD_ORDER_STEPS)
def record(order_id: UUID, step: str) -> Answer:
    if step not in {one.value for one in steps.RECORDED}:
        raise NotFound
    if step == OrderStep.INVOICE.value:
        return _record_invoice(get_order(db.session(), order_id))
    form = _record_form(StepForm, get_order(db.session(), order_id))

    def act(work: Work) -> Order:
        return steps.record_step(
            work, order_id, OrderStep(step), form.happened_at.value, form.reference.value
        )

    return take(
        order_id, Step(step, form, act, lambda _order, _priced: record_decision(step), _RECORDED)
    )


def _record_invoice(order: Order) -> Answer:
    form = _record_form(InvoiceForm, order)
    if not was_declined(order):
        del form.keeps_price

    def act(work: Work) -> Order:
        keeps_price = "keeps_price" in form and bool(form.keeps_price.data)
        told = (form.happened_at.value, form.reference.value)
        return steps.record_step(work, order.id, OrderStep.INVOICE, *told, keeps_price=keeps_price)

    return take(
        order.id,
        Step(OrderStep.INVOICE.value, form, act, lambda order, _priced: invoice_decision(order)),
    )


StepForms = TypeVar("StepForms", bound=StepForm)


def _record_form(kind: type[StepForms], order: Order) -> StepForms:
    """The form with this minute in the agreement's zone."""
    zone = order.agreement.time_zone
    local = g.now.astimezone(ZoneInfo(zone))
    form = kind(data={"happened_at": f"{local:%Y-%m-%dT%H:%M}"})
    form.in_zone(zone)
    return form


@orders.route("/<uuid:order_id>/deliver/<uuid:line_id>", methods=_METHODS)
@requires(Permission.FULFIL_ORDERS)
def deliver(order_id: UUID, line_id: UUID) -> Answer:
    order = get_order(db.session(), order_id)
    line = get_line(db.session(), order, line_id)
    position = line.position
    form = DeliverForm(data={"quantity": str(line.quantity - line.delivered_quantity)})

    def act(work: Work) -> Order:
        job = deliver_or_plan(work, order_id, line_id, form.quantity.value, form.note.value)
        if job is not None:
            work.location = follow(job)
        return get_order(work.session, order_id)

    def decide(order: Order, _priced: PricedOrder) -> Decision:
        return deliver_decision(order, position)

    done = _("The delivery is recorded.")
    return take(order_id, Step(f"deliver-{position}", form, act, decide, done))


def take(order_id: UUID, step: Step) -> Answer:
    """Take the step, or show its page: with what it will do, or with why it was refused."""
    get_order(db.session(), order_id)
    form, status = step.form, 200
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = shown = url_for(".show", order_id=order_id)
                state = step.act(work).state
            done = step.done or _DONE.get(state, _RECORDED)
            return answer(work, done if work.location == shown else _BEGUN)
        except DomainError as refusal:
            form.refuse(refusal)
            status = status_of(refusal)
            # What was refused may be refused because others changed it: read it anew.
            db.session.rollback()
    elif form.is_refused:
        status = 422
    return _page(get_order(db.session(), order_id), step), status


def _page(order: Order, step: Step) -> str:
    priced = quote_of(db.session(), order, g.now, window_days())
    decision = step.decide(order, priced)
    if isinstance(step.form, PriceForm) and (request.method == "GET" or step.form.is_refused):
        total = priced.total if decision.again is None else decision.again.new_total
        step.form.show(order.version, None if total is None else total.minor)
    name = step.name
    acts = (*acts_on(g.actor, order, priced), *answering(g.actor, order))
    found = next((act for act in acts if act.name == name), None)
    return render_template(
        "orders/step.html",
        order=order,
        priced=priced,
        form=step.form,
        act=found,
        decision=decision,
        explain=explain,
        charge_words=CHARGE_WORDS,
    )
