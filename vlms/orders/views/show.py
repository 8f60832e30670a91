"""An order's page, its journal and its order form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, render_template
from werkzeug.wrappers import Response

from vlms.audit.queries import list_entries
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.orders.acts import acts_ahead, is_own
from vlms.orders.explanation import explain
from vlms.orders.exports import order_form as order_paper
from vlms.orders.models import Order
from vlms.orders.queries import get_order, names_of_users
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.showing import Calendar, last_decline, milestones, next_step, quote_of
from vlms.orders.views.blueprint import orders, window_days
from vlms.orders.words import CHARGE_WORDS, STEP_WORDS
from vlms.web.access import requires
from vlms.web.locales import current_language
from vlms.web.pages import send_document


@orders.get("/<uuid:order_id>")
@requires(Permission.VIEW_ORDERS)
def show(order_id: UUID) -> str:
    order = get_order(db.session(), order_id)
    priced = quote_of(db.session(), order, g.now, window_days())
    acts = acts_ahead(g.actor, order, priced)
    is_ended = order.state in (OrderState.CLOSED, OrderState.CANCELLED)
    return render_template(
        "orders/show.html",
        order=order,
        priced=priced,
        pairs=list(zip(order.lines, priced.lines, strict=True)),
        milestones=milestones(order, g.now, Calendar(db.session()).dates(order)),
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[] if is_ended else [act for act in acts if not is_own(act)],
        next_step=next_step(order),
        declined=last_decline(order),
        names=names_of_users(db.session(), _who(order)),
        explain=explain,
        **_words(),
    )


def _who(order: Order) -> list[UUID | None]:
    """Who recorded a step, or answered for the customer."""
    recorded = [event.recorded_by for event in order.events]
    return recorded + [consent.answered_by for consent in order.consents]


def _words() -> dict[str, Any]:
    return {
        "steps": STEP_WORDS,
        "charge_words": CHARGE_WORDS,
    }


@orders.get("/<uuid:order_id>/journal")
@requires(Permission.VIEW_JOURNAL)
def journal(order_id: UUID) -> str:
    order = get_order(db.session(), order_id)
    parts = [line.id for line in order.lines] + [consent.id for consent in order.consents]
    entries = list_entries(db.session(), order.id, *parts)
    return render_template("orders/journal.html", order=order, entries=entries, **_words())


@orders.get("/<uuid:order_id>/order-form.pdf")
@requires(Permission.VIEW_ORDERS)
def order_form(order_id: UUID) -> Response:
    order = get_order(db.session(), order_id)
    priced = quote_of(db.session(), order, g.now, window_days())
    paper = order_paper(order, priced, g.now, current_language())
    return send_document(paper, f"order-{order.number}")
