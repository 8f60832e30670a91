"""The list of invoices, an invoice's page, its paper and workbook, and a panel on orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template
from flask_babel import force_locale
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.invoice_acts import acts_on_invoice
from vlms.billing.invoice_papers import (
    OWN_PRICE,
    Paper,
    invoice_book,
    invoice_paper,
    invoice_table,
    paper_name,
    paper_of,
)
from vlms.billing.invoice_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    STATE_WORDS,
    VALUE_WORDS,
)
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.queries.customers import list_customers
from vlms.billing.queries.invoices import (
    InvoiceFilter,
    count_invoices,
    list_invoices,
    list_invoices_of_order,
    search_invoices,
)
from vlms.billing.queries.invoicing import get_invoice, list_credit_notes, list_open_of_order
from vlms.billing.service.invoicing_figures import rate_text
from vlms.core.db import db
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.orders.explanation import explain
from vlms.orders.rules.trace import LineTrace
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, send_book, send_document, wanted
from vlms.web.panels import Panel, add_panel
from vlms.web.words import add_words

invoices = Blueprint("invoices", __name__, url_prefix="/o/<organisation>/invoices")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)

_HEADINGS = (
    Heading("number", _("Number"), "number", "nowrap"),
    Heading("customer", _("Customer")),
    Heading("reseller", _("Reseller")),
    Heading("kind", _("Kind"), is_extra=True),
    Heading("state", _("State"), None, "nowrap"),
    Heading("issued_on", _("Invoice day"), "issued_on", "nowrap"),
    Heading("due_on", _("Due on"), "due_on", "nowrap"),
    Heading("purchase_order", _("Purchase order"), is_extra=True),
    Heading("cost_centre", _("Cost centre"), is_extra=True),
    Heading("tax_invoice", _("Tax invoice number"), is_extra=True),
    Heading("gross", _("Gross"), "gross", "number"),
)


@invoices.get("/")
@requires(Permission.VIEW_INVOICES)
def index() -> str:
    found = search_invoices(db.session(), _wanted(), listing("-created"))
    return render_template(
        "invoices/index.html",
        list=ListPage("invoices.index", _headings(), _filters()),
        found=found,
        **_words(),
    )


def is_seller() -> bool:
    """Whether the workspace is the reseller's: a buyer sees what was posted to it."""
    return bool(g.workspace.kind == "reseller")


def _headings() -> Sequence[Heading]:
    own = "reseller" if is_seller() else "customer"
    return [each for each in _HEADINGS if each.name != own]


def _filters() -> Sequence[Filter]:
    states = {
        state.value: word
        for state, word in STATE_WORDS.items()
        if is_seller() or state is not InvoiceState.DRAFT
    }
    customers = [Filter("customer", _("Customer"), _customers())] if is_seller() else []
    return (
        Filter("q", _("Search in this list"), hint=_("Number, customer or purchase order")),
        *customers,
        Filter("state", _("State"), states),
        Filter("kind", _("Kind"), {kind.value: word for kind, word in KIND_WORDS.items()}),
    )


def _customers() -> dict[str, str]:
    return {str(one.id): one.name for one in list_customers(db.session())}


def _wanted() -> InvoiceFilter:
    state, kind, customer = wanted("state"), wanted("kind"), wanted("customer")
    return InvoiceFilter(
        words=wanted("q"),
        customer_id=UUID(customer) if is_seller() and customer in _customers() else None,
        state=InvoiceState(state) if state in set(InvoiceState) else None,
        kind=InvoiceKind(kind) if kind in set(InvoiceKind) else None,
    )


def _words() -> dict[str, Any]:
    return {"kinds": KIND_WORDS, "states": STATE_WORDS, "is_seller": is_seller()}


@invoices.get("/download/<form>")
@requires(Permission.VIEW_INVOICES)
def download(form: str) -> Response:
    return send_or_plan(INVOICES, form)


INVOICES = add_export(
    Export(
        "invoices",
        _("Invoices"),
        lambda session: count_invoices(session, _wanted()),
        lambda session: invoice_table(list_invoices(session, _wanted()), _made_at()),
    )
)


def _made_at() -> datetime:
    """The request's instant in the workspace's zone."""
    instant: datetime = g.now
    return instant.astimezone(ZoneInfo(g.workspace.time_zone))


@invoices.get("/<uuid:invoice_id>")
@requires(Permission.VIEW_INVOICES)
def show(invoice_id: UUID) -> str:
    invoice = get_invoice(db.session(), invoice_id)
    paper = _paper(invoice)
    return render_template(
        "invoices/show.html",
        invoice=invoice,
        paper=paper,
        traces={line.id: LineTrace.from_json(line.trace) for line in paper.lines},
        notes=list_credit_notes(db.session(), invoice.id),
        acts=acts_on_invoice(db.session(), g.actor, invoice),
        rate=rate_text(invoice),
        explain=explain,
        own_price=OWN_PRICE,
        languages=LANGUAGE_WORDS,
        entries=journal_of(invoice.id),
        **_words(),
    )


def _paper(invoice: Invoice) -> Paper:
    return paper_of(db.session(), invoice, _made_at())


@invoices.get("/<uuid:invoice_id>/invoice.pdf")
@requires(Permission.VIEW_INVOICES)
def pdf(invoice_id: UUID) -> Response:
    """The paper, in the language of the address, else in its own."""
    invoice = get_invoice(db.session(), invoice_id)
    with force_locale(_language(invoice).value):
        paper = invoice_paper(_paper(invoice), _language(invoice))
        return send_document(paper, paper_name(invoice))


@invoices.get("/<uuid:invoice_id>/invoice.xlsx")
@requires(Permission.VIEW_INVOICES)
def workbook(invoice_id: UUID) -> Response:
    invoice = get_invoice(db.session(), invoice_id)
    with force_locale(_language(invoice).value):
        return send_book(invoice_book(_paper(invoice)), paper_name(invoice))


def _language(invoice: Invoice) -> Language:
    asked = wanted("language")
    return Language(asked) if asked in set(Language) else invoice.language


def _of_order(order_id: UUID) -> dict[str, Any] | None:
    """The panel's values; nothing where nothing is invoiced and nothing can be."""
    found = list_invoices_of_order(db.session(), order_id)
    may_draft = is_seller() and g.actor.may(Permission.EDIT_INVOICES)
    lines = list_open_of_order(db.session(), order_id) if may_draft else []
    if not found and not lines:
        return None
    customer = lines[0].order if lines else None
    return {"found": found, "customer": customer, **_words()}


add_panel(Panel("order", Permission.VIEW_INVOICES, "invoices/panel.html", _of_order))
