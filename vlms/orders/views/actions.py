"""What may be done with an order now, by this actor; what may not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import g

from vlms.core.errors import DomainError, Topic
from vlms.core.text import Text, _
from vlms.orders.forms import (
    ApproveForm,
    CancelForm,
    DeclineForm,
    DeliverForm,
    StepForm,
    with_ids,
)
from vlms.orders.models import Order, OrderLine
from vlms.orders.quote_answer import full_sentence
from vlms.orders.rules.order_clock import (
    NEXT,
    OrderState,
    OrderStep,
    is_other_person,
    may_take,
    next_state,
)
from vlms.orders.service.delivery import is_deliverable
from vlms.orders.service.placing import asked_by
from vlms.orders.service.pricing import PricedOrder
from vlms.orders.service.transition import deliveries
from vlms.web.forms import Form


@dataclass(frozen=True)
class RefusedForm:
    """A form that was sent and not accepted, with the endpoint it was sent to."""

    key: str
    form: Form


@dataclass(frozen=True)
class Action:
    """A button, with a form where it needs facts; `why_not` tells why it is disabled."""

    key: str
    endpoint: str
    title: Text
    picture: str
    form: Form | None = None
    colour: str = "btn-primary"
    hint: Text | None = None
    why_not: Text | str | None = None
    rule: str | None = "O4"
    ask: Topic | None = None
    line: OrderLine | None = None
    step: OrderStep | None = None


_RECORDS = (
    (OrderStep.PROCESS, _("Record as processed")),
    (OrderStep.ACKNOWLEDGE, _("Record as acknowledged")),
    (OrderStep.INVOICE, _("Record the publisher's invoice")),
)


def actions_for(
    order: Order, priced: PricedOrder, refused: RefusedForm | None = None
) -> list[Action]:
    """The steps of the order's state, those of the actor's roles as forms."""
    found = [
        *_approval(order, priced),
        *_records(order),
        *_deliveries(order),
        *_cancelling(order),
    ]
    if refused is None:
        return found
    return [
        _with_form(action, refused.form) if action.key == refused.key else action
        for action in found
    ]


def _with_form(action: Action, form: Form) -> Action:
    return Action(**{**vars(action), "form": with_ids(form, action.key)})


def _may(order: Order, step: OrderStep) -> bool:
    return may_take(step, g.actor.roles, has_reseller=order.reseller_id is not None)


def _approval(order: Order, priced: PricedOrder) -> Iterator[Action]:
    if order.state is not OrderState.AWAITING_APPROVAL or not _may(order, OrderStep.APPROVE):
        return
    form = with_ids(ApproveForm(formdata=None), "approve")
    form["shown_total"].data = "" if priced.total is None else str(priced.total.minor)
    is_own = not is_other_person(g.actor.user_id, asked_by(order))
    yield Action(
        "approve",
        ".approve",
        _("Approve and place"),
        "check",
        form,
        hint=_("Prices and months count from the day of the approval."),
        why_not=_("You asked for it; another licensing admin approves.") if is_own else None,
    )
    yield Action(
        "decline",
        ".decline",
        _("Decline"),
        "x",
        with_ids(DeclineForm(formdata=None), "decline"),
        colour="btn-outline-danger",
        hint=_("The order becomes a draft again."),
    )


def _records(order: Order) -> Iterator[Action]:
    for step, title in _RECORDS:
        if not _may(order, step) or (order.state, step) not in NEXT:
            continue
        form = StepForm(formdata=None)
        form.in_zone(order.agreement.time_zone)
        local = g.now.astimezone(ZoneInfo(order.agreement.time_zone))
        form.happened_at.data = f"{local:%Y-%m-%dT%H:%M}"
        key = step.value
        yield Action(key, ".record", title, "clipboard", with_ids(form, key), step=step)


def _deliveries(order: Order) -> Iterator[Action]:
    for line in order.lines:
        if not is_deliverable(order, line) or not _may(order, OrderStep.DELIVER):
            continue
        form = DeliverForm(formdata=None)
        form.quantity.data = str(line.quantity - line.delivered_quantity)
        key = f"deliver-{line.position}"
        yield Action(
            key,
            ".deliver",
            _("Deliver"),
            "truck-delivery",
            with_ids(form, key),
            hint=_("Codes are issued at once; they cannot be taken back."),
            line=line,
        )


def _cancelling(order: Order) -> Iterator[Action]:
    steps = (OrderStep.CANCEL, OrderStep.CANCEL_ON_REQUEST)
    mine = [step for step in steps if _may(order, step)]
    if not mine or order.state in (OrderState.CANCELLED, OrderState.CLOSED):
        return
    step = next((one for one in mine if (order.state, one) in NEXT), mine[0])
    refusal = _why_not(order, step)
    yield Action(
        "cancel",
        ".cancel",
        _("Cancel the order"),
        "ban",
        None if refusal else with_ids(CancelForm(formdata=None), "cancel"),
        colour="btn-outline-danger",
        hint=_("The prices and dates of other orders stay as they are."),
        why_not=full_sentence(refusal) if refusal else None,
        ask=refusal.ask if refusal else None,
    )


def _why_not(order: Order, step: OrderStep) -> DomainError | None:
    try:
        next_state(order.state, step, lines=deliveries(order))
    except DomainError as refusal:
        return refusal
    return None
