"""A reseller's customers: their agreements and orders; codes by count and last characters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template

from vlms.agreements.queries import get_agreement, terms_of_resellers
from vlms.agreements.words import STATE_WORDS, standing_of
from vlms.billing.queries.customers import (
    MOST_CODES,
    MOST_ORDERS,
    Standing,
    count_codes_of,
    get_customer,
    issued_of_orders,
    list_agreements_of,
    list_last_characters,
    list_orders_of,
    products_of,
    search_customers,
    standings,
)
from vlms.codes.queries import shown_of
from vlms.codes.rules.shown_state import Shown
from vlms.core.clock import local_day
from vlms.core.db import db, reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.orders.queries import get_order
from vlms.orders.service.past_orders import load_past
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.panels import Panel, add_panel

customers = Blueprint("customers", __name__, url_prefix="/o/<organisation>/customers")
HEADINGS = (
    Heading("name", _("Customer"), "name"),
    Heading("country", _("Country"), "country"),
    Heading("agreements", _("Agreements running"), None, "number"),
    Heading("open", _("Open orders"), None, "number"),
    Heading("late", _("Late"), None, "number"),
    Heading("total", _("Ordered before tax"), None, "number"),
)
_EARLIER = System("what was ordered through another reseller")
_LAST4 = Filter(
    "q",
    _("Last characters"),
    hint=_("The last four"),
    pattern="[0-9A-Za-z]{4}",
    pattern_hint=_("Four letters or digits."),
)


@customers.get("/")
@requires(Permission.VIEW_CUSTOMERS)
def index() -> str:
    """The organisations under whose agreements the reseller sells; `q` narrows by name."""
    found = search_customers(db.session(), wanted("q"), listing("name"))
    today = local_day(g.now, g.workspace.time_zone)
    return render_template(
        "customers/index.html",
        list=ListPage("customers.index", HEADINGS, (Filter("q", _("Search in this list")),)),
        found=found,
        standings=standings(db.session(), [one.id for one in found.rows], g.now, today),
        nothing=Standing(),
    )


@customers.get("/<uuid:customer_id>")
@requires(Permission.VIEW_CUSTOMERS)
def show(customer_id: UUID) -> str:
    customer = get_customer(db.session(), customer_id)
    today = local_day(g.now, g.workspace.time_zone)
    agreements = list_agreements_of(db.session(), customer_id)
    orders = list_orders_of(db.session(), customer_id)
    return render_template(
        "customers/show.html",
        customer=customer,
        standing=standings(db.session(), [customer_id], g.now, today)[customer_id],
        agreements=[(each, standing_of(each, g.now)) for each in agreements],
        own_days={each.id: _own_days(each) for each in agreements},
        orders=orders,
        issued=issued_of_orders(db.session(), orders, g.now),
        most=MOST_ORDERS,
        states=STATE_WORDS,
    )


def _own_days(agreement: Any) -> list[Any]:
    """The days on which the agreement is this reseller's."""
    return [term for term in terms_of_resellers(agreement) if term.reseller == g.workspace.name]


@customers.get("/orders/<uuid:order_id>/codes")
@requires(Permission.VIEW_CUSTOMERS)
def codes(order_id: UUID) -> str:
    """What a dispute about an order's codes needs: counts, numbers, last characters."""
    order = get_order(db.session(), order_id)
    found = list_last_characters(db.session(), order, wanted("q"))
    return render_template(
        "customers/codes.html",
        order=order,
        list=ListPage("customers.codes", (), (_LAST4,)),
        counts=count_codes_of(db.session(), order, g.now),
        shown=list(Shown),
        codes=[(code, shown_of(code, g.now)) for code in found],
        most=MOST_CODES,
    )


def _of_order(order_id: UUID) -> dict[str, Any] | None:
    order = get_order(db.session(), order_id)
    counts = count_codes_of(db.session(), order, g.now)
    return {"order": order, "counts": counts} if counts else None


def _of_agreement(agreement_id: UUID) -> dict[str, Any]:
    """What later orders depend on, though another reseller's orders decide it (O3, P5)."""
    agreement = get_agreement(db.session(), agreement_id)
    today = local_day(g.now, agreement.time_zone)
    with reading(_EARLIER) as session:
        past = load_past(session, get_agreement(session, agreement_id))
        initial, anchor_end = past.initial, past.anchor_end(today)
    return {
        "anchor_end": anchor_end,
        "initial_on": None if initial is None else initial.ordered_on,
        "products": [] if initial is None else products_of(db.session(), initial),
    }


add_panel(Panel("order", Permission.VIEW_CUSTOMERS, "customers/order_panel.html", _of_order))
add_panel(
    Panel("agreement", Permission.VIEW_CUSTOMERS, "customers/agreement_panel.html", _of_agreement)
)
