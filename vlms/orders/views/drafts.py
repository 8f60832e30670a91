"""Beginning and editing a draft, with its price beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.agreements.queries import list_agreements
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import _, bracketed
from vlms.orders.drafted import Drafted
from vlms.orders.errors import OrderRefused
from vlms.orders.explanation import explain
from vlms.orders.forms import Choice, LineForm, NewOrderForm, OrderForm, fill, shown_minor
from vlms.orders.models import Order
from vlms.orders.queries import find_approval_limit, get_order
from vlms.orders.rules.order_clock import OrderState, needs_approval
from vlms.orders.rules.orderable import refuse_outside_window
from vlms.orders.service.choosing import products_for
from vlms.orders.service.drafts import create_draft, edit_draft
from vlms.orders.service.placing import check_placeable
from vlms.orders.service.pricing import price_order
from vlms.orders.views.blueprint import orders, window_days
from vlms.orders.words import CHARGE_WORDS
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.errors import status_of
from vlms.web.kept_forms import keep_shown, kept_fields, was_forgotten
from vlms.web.locales import name_of, show_day
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]


def _takes_orders(agreement: Agreement) -> bool:
    """O1: whether today is one of the agreement's order days."""
    today = local_day(g.now, agreement.time_zone)
    try:
        refuse_outside_window(today, agreement.first_day, agreement.last_day, window_days())
    except OrderRefused:
        return False
    return True


@orders.route("/new", methods=["GET", "POST"])
@requires(Permission.PLACE_ORDERS)
def new() -> Answer:
    form = NewOrderForm()
    agreements = [one for one in list_agreements(db.session()) if _takes_orders(one)]
    form.agreement.choices = [(str(one.id), _label(one)) for one in agreements]
    if request.method == "GET":
        form.agreement.data = request.args.get("agreement", form.agreement.data)
    status = 200
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                order = create_draft(work, UUID(form.agreement.data))
                work.location = url_for(".edit", order_id=order.id)
            return answer(work)
        except DomainError as refusal:
            form.refuse(refusal)
            status = status_of(refusal)
    elif form.is_refused:
        status = 422
    return render_template("orders/new.html", form=form, agreements=agreements), status


def _label(agreement: Agreement) -> str:
    term = f"{show_day(agreement.first_day)} – {show_day(agreement.last_day)}"
    return " · ".join((agreement.number, agreement.programme.value, agreement.currency, term))


@orders.route("/<uuid:order_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLACE_ORDERS)
@takes("intent", "remove", "accept", "shown_total")
def edit(order_id: UUID) -> Answer:
    order = get_order(db.session(), order_id)
    if order.state is not OrderState.DRAFT:
        flash(str(_("This order is no draft any more.")), "info")
        return redirect(url_for(".show", order_id=order_id))
    form = OrderForm()
    if request.method == "GET":
        return _page(order, _shown(form, order))
    if request.form.get("intent") not in ("save", "place"):
        return redirect(_rearranged(form))
    form.offer(_choices(order))
    if not form.validate_on_submit():
        return _page(order, form, 422)
    return _write(order, form)


def _shown(form: OrderForm, order: Order) -> OrderForm:
    """The form as it was kept, with what is wrong in it; else the draft as it was saved."""
    if kept_fields() is None:
        if was_forgotten():
            flash(str(_("What was typed here is kept no longer: this is the saved draft.")), "info")
        fill(form, order)
        return form
    form.offer(_choices(order))
    form.validate()
    return form


def _write(order: Order, form: OrderForm) -> Answer:
    """Save the draft, and go on to the page that places it if that was pressed."""
    is_placing = request.form["intent"] == "place"
    try:
        with unit_of_work(form) as work:
            saved = edit_draft(work, order.id, form.seen_version(), form.facts())
            if is_placing:
                shown = shown_minor(request.form.get("shown_total"))
                check_placeable(work, saved, shown_total=shown)
            work.location = url_for(".place" if is_placing else ".edit", order_id=order.id)
        return answer(work, None if is_placing else _("The draft is saved."))
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(order, form, status_of(refusal))


def _rearranged(form: OrderForm) -> str:
    """Where the form is shown after a button that changes its lines and saves nothing.

    A page of its own: going back and forward sends nothing again.
    """
    removed, accepted = request.form.get("remove"), request.form.get("accept")
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in _BUTTONS and not (removed and name.startswith(f"{removed}-"))
    ]
    if accepted in {entry.name for entry in form.lines.entries}:
        fields.append((f"{accepted}-next_period", "y"))
    return f"{keep_shown(fields)}#{_place(form)}"


def _place(form: OrderForm) -> str:
    """The part of the page that the pressed button was about."""
    if request.form.get("intent") != "add":
        return "order-form"
    rows = form.lines.entries
    is_blank = bool(rows) and rows[-1].form.is_blank
    name = rows[-1].name if is_blank else f"lines-{form.lines.last_index + 1}"
    return f"{name}-product"


_BUTTONS = frozenset({"intent", "remove", "accept", "shown_total"})


@orders.post("/<uuid:order_id>/quote-panel")
@requires(Permission.PLACE_ORDERS)
@takes("shown_total")
def quote_panel(order_id: UUID) -> str:
    """The price as it would be, for what is in the form right now."""
    order = get_order(db.session(), order_id)
    form = OrderForm()
    form.offer(_choices(order))
    form.validate()
    return render_template("orders/quote_panel.html", order=order, **_price(order, form))


def _page(order: Order, form: OrderForm, status: int = 200) -> tuple[str, int]:
    rows = form.rows()
    if not rows or not rows[-1].is_blank:
        form.lines.append_entry()
    form.offer(_choices(order))
    for row in form.rows():
        if row.quantity.value is None and not row.errors:
            _read_again(row)
    price = _price(order, form)
    return render_template("orders/edit.html", order=order, form=form, **price), status


def _read_again(row: LineForm) -> None:
    """A saved line counts as typed: the panel prices it."""
    try:
        row.quantity.value = row.quantity.reader(row.quantity.data or "", row.quantity.label.text)
    except DomainError:
        row.quantity.value = None


def _price(order: Order, form: OrderForm) -> dict[str, Any]:
    """What the panel shows: the readable lines at today's price, and what placing would do."""
    rows = form.readable()
    today = local_day(g.now, order.agreement.time_zone)
    priced = price_order(
        db.session(), order.agreement, [row.wish() for row in rows], today, window_days()
    )
    limit = find_approval_limit(db.session(), order.organisation_id, order.currency)
    total = priced.total
    typed = (form.cost_centre.data or "").strip() or None
    minor = None if total is None else total.minor
    return {
        "drafted": Drafted(order.organisation_id, typed, order.currency, today, minor),
        "priced": priced,
        "priced_rows": _with_names(form, rows, priced.lines),
        "unread_count": len(form.filled()) - len(rows),
        "is_above_limit": total is not None and needs_approval(total.minor, limit),
        "limit": None if limit is None else Money(limit, order.currency),
        "explain": explain,
        "charge_words": CHARGE_WORDS,
    }


def _with_names(
    form: OrderForm, rows: Sequence[LineForm], lines: Sequence[Any]
) -> list[tuple[str, int, Any]]:
    """Each priced line with its row's name in the form and its number on the page."""
    places = {id(entry.form): entry.name for entry in form.lines.entries}
    numbers = {id(row): number for number, row in enumerate(form.rows(), start=1)}
    return [
        (places[id(row)], numbers[id(row)], line) for row, line in zip(rows, lines, strict=True)
    ]


def _choices(order: Order) -> list[Choice]:
    """All products; those that cannot be ordered say why and are only chosen when they were."""
    today = local_day(g.now, order.agreement.time_zone)
    chosen = {line.product_id for line in order.lines}
    found: list[Choice] = []
    for product, refusal in products_for(db.session(), order.agreement, today):
        name = name_of(product)
        if refusal is None:
            found.append((str(product.id), name, {}))
        else:
            label = f"{name} – {refusal.sentence}{bracketed(refusal.rule)}"
            found.append((str(product.id), label, {"disabled": product.id not in chosen}))
    return found
