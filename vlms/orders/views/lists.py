"""The list of orders, and its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template
from werkzeug.wrappers import Response

from vlms.agreements.queries import list_agreements
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.orders.exports import line_table, order_table
from vlms.orders.queries import (
    OrderFilter,
    Waiting,
    count_lines,
    count_orders,
    list_lines,
    list_orders,
    search_orders,
)
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.waiting import states_waiting_for
from vlms.orders.service.showing import Calendar, late_orders
from vlms.orders.views.blueprint import orders
from vlms.orders.words import STATE_WORDS
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, send_table, wanted

HEADINGS = (
    Heading("number", _("Order"), "number", "nowrap"),
    Heading("organisation", _("Organisation")),
    Heading("agreement", _("Agreement"), None, "nowrap"),
    Heading("state", _("State"), "state", "nowrap"),
    Heading("ordered_on", _("Order day"), None, "nowrap"),
    Heading("purchase_order", _("Purchase order")),
    Heading("cost_centre", _("Cost centre"), is_extra=True),
    Heading("reseller", _("Reseller"), is_extra=True),
    Heading("total", _("Total before tax"), "total", "number"),
    Heading("created", _("Begun"), "created", "nowrap"),
)


@orders.get("/")
@requires(Permission.VIEW_ORDERS)
def index() -> str:
    """The orders under the filters in the address, which other pages link to.

    `state`, `agreement` and `q`; `open=1`: neither closed nor cancelled; `late=1`: something
    is overdue (O4); `waiting=me`: the next step is the visitor's; `consent=1`: the customer is
    asked about a higher price (P5).
    """
    found = search_orders(db.session(), _wanted(), listing("-created"))
    calendar = Calendar(db.session())
    return render_template(
        "orders/index.html",
        list=ListPage("orders.index", _headings(), _filters()),
        found=found,
        late={order.id for order in found.rows if calendar.is_late(order, g.now)},
    )


def _headings() -> Sequence[Heading]:
    """A buyer's orders are all of one organisation."""
    is_seller = g.workspace.kind in ("reseller", "operator")
    return [each for each in HEADINGS if is_seller or each.name != "organisation"]


def _filters() -> Sequence[Filter]:
    agreements = {str(each.id): each.number for each in list_agreements(db.session())}
    return (
        Filter("q", _("Search in this list"), hint=_("Order, purchase order or cost centre")),
        Filter("state", _("State"), {state.value: word for state, word in STATE_WORDS.items()}),
        Filter("agreement", _("Agreement"), agreements),
        Filter("waiting", _("Waits for me"), {"me": _("yes")}, is_tick=True),
        Filter("consent", _("Higher price to agree to"), {"1": _("yes")}, is_tick=True),
        Filter("late", _("Late only"), {"1": _("yes")}, is_tick=True),
        Filter("open", _("Open only"), {"1": _("yes")}, is_tick=True),
    )


@orders.get("/download/<form>")
@requires(Permission.VIEW_ORDERS)
def download(form: str) -> Response:
    return send_or_plan(ORDERS, form)


@orders.get("/lines/<form>")
@requires(Permission.VIEW_ORDERS)
def download_lines(form: str) -> Response:
    if form == "pdf":
        table = line_table(list_lines(db.session(), _wanted()), _made_at(), on_paper=True)
        return send_table(table, "order-lines", form)
    return send_or_plan(LINES, form)


ORDERS = add_export(
    Export(
        "orders",
        _("Orders"),
        lambda session: count_orders(session, _wanted()),
        lambda session: order_table(
            list_orders(session, _wanted()), _made_at(), g.workspace.time_zone
        ),
    )
)
LINES = add_export(
    Export(
        "order-lines",
        _("Order lines"),
        lambda session: count_lines(session, _wanted()),
        lambda session: line_table(list_lines(session, _wanted()), _made_at(), on_paper=False),
    )
)


def _made_at() -> datetime:
    """The request's instant in the workspace's zone."""
    instant: datetime = g.now
    return instant.astimezone(ZoneInfo(g.workspace.time_zone))


def _wanted() -> OrderFilter:
    """The filter in the address; what is no filter leaves its side open."""
    state = wanted("state")
    late = late_orders(db.session(), g.now) if wanted("late") == "1" else None
    return OrderFilter(
        words=wanted("q"),
        state=OrderState(state) if state in set(OrderState) else None,
        agreement_id=_key(wanted("agreement")),
        only=late,
        open_only=wanted("open") == "1",
        consent_only=wanted("consent") == "1",
        waits_for=_waits_for_visitor() if wanted("waiting") == "me" else None,
    )


def _waits_for_visitor() -> Waiting:
    roles = g.actor.roles
    return Waiting(
        g.actor.user_id,
        with_reseller=states_waiting_for(roles, has_reseller=True),
        without_reseller=states_waiting_for(roles, has_reseller=False),
        consents=g.actor.may(Permission.APPROVE_ORDERS),
    )


def _key(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
