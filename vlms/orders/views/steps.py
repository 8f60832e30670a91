"""Steps that people take on an order: each is one form on its page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.orders.forms import (
    ApproveForm,
    CancelForm,
    DeclineForm,
    DeliverForm,
    StepForm,
    shown_minor,
)
from vlms.orders.models import Order
from vlms.orders.queries import get_line, get_order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service import delivery, placing, steps
from vlms.orders.views.actions import RefusedForm
from vlms.orders.views.blueprint import orders
from vlms.orders.views.show import show_page
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Answer = Response | tuple[str, int]


@orders.post("/<uuid:order_id>/approve")
@requires(Permission.APPROVE_ORDERS)
def approve(order_id: UUID) -> Answer:
    form = ApproveForm()

    def act(work: Work) -> Order:
        return placing.approve(work, order_id, shown_total=shown_minor(form.shown_total.data))

    return _take(order_id, "approve", form, act, _("The order is approved and placed."))


@orders.post("/<uuid:order_id>/decline")
@requires(Permission.APPROVE_ORDERS)
def decline(order_id: UUID) -> Answer:
    form = DeclineForm()

    def act(work: Work) -> Order:
        return placing.decline(work, order_id, form.reason.value)

    return _take(order_id, "decline", form, act, _("The order is a draft again."))


@orders.post("/<uuid:order_id>/cancel")
@requires(Permission.VIEW_ORDERS)
def cancel(order_id: UUID) -> Answer:
    form = CancelForm()

    def act(work: Work) -> Order:
        return steps.cancel(work, order_id, form.reason.value, form.reference.value)

    return _take(order_id, "cancel", form, act, _("The order is cancelled."))


@orders.post("/<uuid:order_id>/record/<step>")
@requires(Permission.RECORD_ORDER_STEPS)
def record(order_id: UUID, step: str) -> Answer:
    if step not in {one.value for one in steps.RECORDED}:
        raise NotFound
    form = StepForm()
    form.in_zone(get_order(db.session(), order_id).agreement.time_zone)

    def act(work: Work) -> Order:
        return steps.record_step(
            work, order_id, OrderStep(step), form.happened_at.value, form.reference.value
        )

    return _take(order_id, step, form, act, _("The step is recorded."))


@orders.post("/<uuid:order_id>/deliver/<uuid:line_id>")
@requires(Permission.FULFIL_ORDERS)
def deliver(order_id: UUID, line_id: UUID) -> Answer:
    form = DeliverForm()
    order = get_order(db.session(), order_id)
    line = get_line(db.session(), order, line_id)

    def act(work: Work) -> Order:
        return delivery.deliver(work, order_id, line_id, form.quantity.value, form.note.value)

    key = f"deliver-{line.position}"
    return _take(order_id, key, form, act, _("The delivery is recorded."))


def _take(order_id: UUID, key: str, form: Form, act: Callable[[Work], Order], done: Text) -> Answer:
    """Take the step, or show the order's page with the form and what is wrong with it."""
    order = get_order(db.session(), order_id)
    status = 422
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", order_id=order_id)
                act(work)
            return answer(work, done)
        except DomainError as refusal:
            form.refuse(refusal)
            status = status_of(refusal)
            # What was refused may be refused because others changed it: read it anew.
            db.session.rollback()
    return show_page(order, RefusedForm(key, form)), status
