"""Pages of payments, and of what is open and overdue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.forms.receipts import FIRST_DUE, ReceiptForm, ShareForm, TakeBackForm
from vlms.billing.models.invoices import Invoice
from vlms.billing.models.receipts import Receipt
from vlms.billing.queries.customers import list_customers
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.queries.receipts import (
    OpenFilter,
    OpenInvoice,
    get_receipt,
    last_reminders,
    list_open,
    paid_within,
    search_receipts,
    settled_of,
    shares_on,
    used_of,
)
from vlms.billing.rules.amounts import typed_amount
from vlms.billing.rules.settling import days_late, open_sums
from vlms.billing.service.receipts import record_receipt, settle_credit, share_rest, take_back
from vlms.billing.service.reminding import remind as write_reminder
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import is_narrowed
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work

receipts = Blueprint("receipts", __name__, url_prefix="/o/<organisation>/receipts")
Answer = str | Response | tuple[str, int]
# So many open invoices stand on the page; each of them has its number.
MOST_SHOWN = 200


def _headings(has_whole_amounts: bool) -> tuple[Heading, ...]:
    """Parts of amounts are no order to list by."""
    return (
        Heading("reference", _("Reference"), "reference"),
        Heading("customer", _("Customer")),
        Heading("received_on", _("Received on"), "received_on", "nowrap"),
        Heading("amount", _("Amount"), "amount" if has_whole_amounts else None, "number"),
        Heading("state", _("State")),
    )


_FILTERS = (Filter("q", _("Reference"), hint=_("Part of the reference")),)


@receipts.get("/")
@requires(Permission.VIEW_INVOICES)
def index() -> str:
    page = ListPage("receipts.index", _headings(not is_narrowed(g.scope)), _FILTERS)
    found = search_receipts(db.session(), page.filters[0].value, listing("-received_on"))
    return render_template(
        "receipts/index.html", list=page, found=found, own=_own([one.id for one in found.rows])
    )


def _own(receipt_ids: Collection[UUID]) -> Mapping[UUID, int] | None:
    """For who sees some agreements alone, what the payments paid of these; None: all of them."""
    return paid_within(db.session(), receipt_ids) if is_narrowed(g.scope) else None


@receipts.get("/due")
@requires(Permission.VIEW_INVOICES)
def due() -> str:
    today = _today()
    only_late = wanted("late") == "yes"
    found = list_open(db.session(), OpenFilter(due_before=today if only_late else None))
    shown = found[:MOST_SHOWN]
    return render_template(
        "receipts/due.html",
        found=shown,
        count=len(found),
        only_late=only_late,
        sums=open_sums(_sides(found), today),
        late={one.invoice.id: days_late(one.invoice.due_on or today, today) for one in shown},
        told=last_reminders(db.session(), [one.invoice.id for one in shown]),
        form=Form(formdata=None),
    )


def _sides(found: list[OpenInvoice]) -> list[tuple[str, int, date | None]]:
    return [(one.invoice.currency, one.open_minor, one.invoice.due_on) for one in found]


def _today() -> date:
    return local_day(g.now, g.workspace.time_zone)


@receipts.route("/record", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def record() -> Answer:
    reseller_id: UUID = g.workspace.organisation_id
    open_invoices = list_open(db.session(), OpenFilter(reseller_id))[:MOST_SHOWN]
    form = ReceiptForm(data=_asked())
    form.offer(list_customers(db.session()), open_invoices)

    def act(work: Work) -> None:
        amounts = {one.invoice.id: one.open_minor for one in open_invoices}
        made = record_receipt(work, reseller_id, form.receipt(amounts))
        work.location = url_for(".show", receipt_id=made.id)

    return _entered("record", form, act, _("The payment is recorded."))


def _asked() -> dict[str, object]:
    """What the page begins with: the invoice from whose page one came, all of it, today."""
    start: dict[str, object] = {"received_on": _today().isoformat(), "pays": FIRST_DUE}
    for one in list_open(db.session(), OpenFilter(g.workspace.organisation_id)):
        if str(one.invoice.id) == wanted("invoice"):
            currency = one.invoice.currency
            start |= {"customer": str(one.invoice.organisation_id), "currency": currency}
            start |= {"pays": str(one.invoice.id), "amount": typed_amount(one.open_minor, currency)}
    return start


def _entered(
    template: str, form: Form, act: Callable[[Work], None], message: Text, **facts: object
) -> Answer:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    page = render_template(f"receipts/{template}.html", form=form, **facts)
    return page, 422 if form.is_refused else 200


@receipts.get("/<uuid:receipt_id>")
@requires(Permission.VIEW_INVOICES)
def show(receipt_id: UUID) -> str:
    receipt = get_receipt(db.session(), receipt_id)
    own = _own([receipt.id])
    return render_template(
        "receipts/show.html",
        receipt=receipt,
        own=own,
        rest=receipt.amount_minor - used_of(db.session(), receipt),
        # The journal tells the whole amount.
        entries=journal_of(receipt.id) if own is None else None,
    )


@receipts.route("/<uuid:receipt_id>/share", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def share(receipt_id: UUID) -> Answer:
    receipt = get_receipt(db.session(), receipt_id)
    rest = receipt.amount_minor - used_of(db.session(), receipt)
    back = url_for(".show", receipt_id=receipt_id)

    def act(work: Work, invoice_id: UUID, minor: int) -> None:
        share_rest(work, receipt_id, invoice_id, minor)

    return _shared(receipt, rest, back, act)


@receipts.route("/settle/<uuid:invoice_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def settle(invoice_id: UUID) -> Answer:
    note = get_invoice(db.session(), invoice_id)
    rest = -note.gross_minor - used_of(db.session(), note)

    def act(work: Work, settled_id: UUID, minor: int) -> None:
        settle_credit(work, invoice_id, settled_id, minor)

    return _shared(note, rest, url_for(".due"), act)


def _shared(
    source: Receipt | Invoice, rest: int, back: str, pay: Callable[[Work, UUID, int], None]
) -> Answer:
    """The page on which a rest pays one more invoice of the same customer and currency."""
    wanted_ones = OpenFilter(source.reseller_id, source.organisation_id, source.currency)
    open_invoices = list_open(db.session(), wanted_ones)
    first = min(rest, open_invoices[0].open_minor) if open_invoices else 0
    form = ShareForm(data={"amount": typed_amount(first, source.currency)})
    form.offer(open_invoices)

    def act(work: Work) -> None:
        work.location = back
        pay(work, UUID(form.invoice.value), form.minor(source.currency))

    facts = {"rest": rest, "currency": source.currency, "back": back, "open": open_invoices}
    return _entered("share", form, act, _("Saved."), **facts)


@receipts.route("/<uuid:receipt_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def take_back_one(receipt_id: UUID) -> Answer:
    receipt = get_receipt(db.session(), receipt_id)
    form = TakeBackForm()

    def act(work: Work) -> None:
        take_back(work, receipt_id, form.reason.value)
        work.location = url_for(".show", receipt_id=receipt_id)

    done = _("The payment is taken back; what it paid is open again.")
    return _entered("take_back_one", form, act, done, receipt=receipt)


@receipts.post("/remind/<uuid:invoice_id>")
@requires(Permission.EDIT_INVOICES)
def remind(invoice_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".due"))
    with unit_of_work(form) as work:
        write_reminder(work, invoice_id)
        work.location = url_for(".due", late="yes")
    return answer(work, _("The reminder is written; it leaves with the next mail."))


def _of_invoice(invoice_id: UUID) -> dict[str, Any]:
    """For the invoice's own page: what paid it, and what is open."""
    invoice = get_invoice(db.session(), invoice_id)
    settled = settled_of(db.session(), [invoice_id]).get(invoice_id, 0)
    return {
        "invoice": invoice,
        "shares": shares_on(db.session(), invoice_id),
        "open_minor": invoice.gross_minor - settled,
        "rest": -invoice.gross_minor - used_of(db.session(), invoice),
    }


add_panel(Panel("invoice", Permission.VIEW_INVOICES, "receipts/panel.html", _of_invoice))
