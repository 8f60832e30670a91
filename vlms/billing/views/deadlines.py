"""A reseller's work list: what is due of its orders, recorded there, with messages (O4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from flask_babel import force_locale
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.billing.forms.recording import RecordingForm
from vlms.billing.messages import message_about
from vlms.billing.queries.work_list import (
    MOST,
    NEXT_STEP,
    WaitingOrder,
    WorkFilter,
    count_work,
    list_work,
)
from vlms.billing.service.recording import record_all
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.orders.queries import get_order
from vlms.orders.rules.deadline import Promise
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.showing import Calendar
from vlms.orders.words import PROMISE_WORDS, STEP_WORDS
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.errors import status_of
from vlms.web.lists import Filter, ListPage
from vlms.web.pages import wanted
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work

deadlines = Blueprint("deadlines", __name__, url_prefix="/o/<organisation>/deadlines")
_STEPS = {step.value: STEP_WORDS[step] for step in NEXT_STEP.values() if step is not None}
_RECORD: dict[OrderStep, Text] = {
    OrderStep.PROCESS: _("Processed by the publisher"),
    OrderStep.ACKNOWLEDGE: _("Acknowledged by the publisher"),
    OrderStep.INVOICE: _("Invoiced by the publisher"),
}


@deadlines.get("/")
@requires(Permission.VIEW_CUSTOMERS)
def index() -> str:
    """The orders in progress, late ones first; `q`, `step` and `late` narrow them."""
    return _page(RecordingForm())


def _page(form: RecordingForm) -> str:
    found = list_work(db.session(), g.now, _wanted())
    return render_template(
        "deadlines/index.html",
        list=_list(),
        rows=found,
        late_count=sum(row.is_late for row in found),
        left_out=max(count_work(db.session()) - MOST, 0),
        form=form,
        record_words=_RECORD,
        promise_words=PROMISE_WORDS,
        now=g.now,
    )


def _list() -> ListPage:
    return ListPage("deadlines.index", (), _filters())


def _filters() -> tuple[Filter, ...]:
    return (
        Filter("q", _("Search in this list"), hint=_("Order, purchase order or customer")),
        Filter("step", _("To record next"), _STEPS),
        Filter("late", _("Late only"), {"1": _("yes")}, is_tick=True),
    )


def _wanted() -> WorkFilter:
    step = wanted("step")
    return WorkFilter(
        wanted("q"), OrderStep(step) if step in _STEPS else None, wanted("late") == "1"
    )


@deadlines.post("/record")
@requires(Permission.RECORD_ORDER_STEPS)
@takes("row", "step-<key>", "at-<key>", "reference-<key>")
def record() -> Response | tuple[str, int]:
    form = RecordingForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        orders = [get_order(db.session(), key) for key in form.ticked]
        with unit_of_work(form) as work:
            outcome = record_all(work, form.rows(orders))
            asked: dict[str, Any] = {**_list().asked()}
            work.location = url_for(".index", **asked)
    except DomainError as refusal:
        form.refuse(refusal)
        db.session.rollback()
        return _page(form), status_of(refusal)
    return answer(work, _told(outcome.recorded, outcome.asked))


def _told(recorded: int, asked: int) -> Text:
    if not asked:
        return ngettext(
            "%(num)s step is recorded.", "%(num)s steps are recorded.", recorded, num=recorded
        )
    return _(
        "Recorded: %(recorded)s. Asked first, since the order would cost more: %(asked)s.",
        recorded=recorded,
        asked=asked,
    )


@deadlines.get("/<uuid:order_id>/<promise>")
@requires(Permission.VIEW_CUSTOMERS)
def message(order_id: UUID, promise: str) -> str:
    """A ready-made message about what is due, in both languages."""
    order = get_order(db.session(), order_id)
    dates = Calendar(db.session()).dates(order)
    due = next((one for one in dates.deadlines if one.promise.value == promise), None)
    if due is None or due.met_at is not None:
        raise NotFound
    messages = []
    for language in Language:
        with force_locale(language.value):
            messages.append((language, message_about(order, dates, due, g.now)))
    return render_template(
        "deadlines/message.html",
        order=order,
        due=due,
        promise_word=PROMISE_WORDS[Promise(promise)],
        messages=messages,
        is_late=due.is_missed(g.now),
    )


def _of_order(order_id: UUID) -> dict[str, Any] | None:
    """What of an order is late; nothing on the pages of the others."""
    order = get_order(db.session(), order_id)
    found = Calendar(db.session()).dates(order).deadlines
    late = [one for one in found if one.met_at is None and one.is_missed(g.now)]
    return {"order": order, "late": late, "words": PROMISE_WORDS} if late else None


add_panel(Panel("order", Permission.VIEW_CUSTOMERS, "deadlines/order_panel.html", _of_order))


def waiting_words(row: WaitingOrder) -> Text:
    """What the row waits for, where the seller records nothing."""
    if row.waits_for_consent:
        return _("The customer is asked to agree to a higher total.")
    return _("The operator delivers the codes.")


@deadlines.app_template_filter("waits_for")
def _waits_for(row: WaitingOrder) -> str:
    return str(waiting_words(row))
