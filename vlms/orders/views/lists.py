"""The list of orders, and its downloads."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template
from werkzeug.wrappers import Response

from vlms.agreements.queries import list_agreements
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.orders.exports import line_table, order_table
from vlms.orders.queries import (
    OrderFilter,
    list_lines,
    list_orders,
    search_orders,
)
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.showing import Calendar, late_orders
from vlms.orders.views.blueprint import orders
from vlms.orders.words import STATE_WORDS
from vlms.web.access import requires
from vlms.web.pages import listing, send_table, wanted


@orders.get("/")
@requires(Permission.VIEW_ORDERS)
def index() -> str:
    found = search_orders(db.session(), _wanted(), listing("-created"))
    calendar = Calendar(db.session())
    late = {order.id for order in found.rows if calendar.is_late(order, g.now)}
    return render_template(
        "orders/index.html",
        found=found,
        late=late,
        agreements=list_agreements(db.session()),
        states=STATE_WORDS,
    )


@orders.get("/download/<form>")
@requires(Permission.VIEW_ORDERS)
def download(form: str) -> Response:
    return send_table(order_table(list_orders(db.session(), _wanted()), g.now), "orders", form)


@orders.get("/lines/<form>")
@requires(Permission.VIEW_ORDERS)
def download_lines(form: str) -> Response:
    lines = list_lines(db.session(), _wanted())
    table = line_table(lines, g.now, on_paper=form == "pdf")
    return send_table(table, "order-lines", form)


def _wanted() -> OrderFilter:
    """The filter in the address; what is no filter leaves its side open."""
    state = wanted("state")
    late = late_orders(db.session(), g.now) if wanted("late") else None
    return OrderFilter(
        words=wanted("q"),
        state=OrderState(state) if state in set(OrderState) else None,
        agreement_id=_key(wanted("agreement")),
        only=late,
    )


def _key(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
