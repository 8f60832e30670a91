"""Pages of the publisher's invoices to a reseller, and of the margin per line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.forms.publisher_invoices import PublisherInvoiceForm, RemoveForm
from vlms.billing.margin_exports import margins_table
from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.queries.margins import (
    LineTrade,
    MarginFilter,
    find_latest_trade,
    list_margins,
    trades_of,
)
from vlms.billing.queries.publisher_invoices import (
    UnbilledLine,
    get_publisher_invoice,
    list_unbilled_lines,
    search_publisher_invoices,
)
from vlms.billing.rules.margin import margin_totals
from vlms.billing.service.publisher_invoices import (
    record_publisher_invoice,
    remove_publisher_invoice,
)
from vlms.billing.views.months import month_asked
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.reading import read_currency
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work

publisher_invoices = Blueprint(
    "publisher_invoices", __name__, url_prefix="/o/<organisation>/publisher-invoices"
)
# So many lines stand on the page of margins; the download has all.
LINES_SHOWN = 200
_HEADINGS = (
    Heading("number", _("Number"), "number"),
    Heading("invoiced_on", _("Day"), "invoiced_on", "nowrap"),
    Heading("net", _("Net"), None, "number"),
    Heading("tax", _("Tax"), None, "number"),
    Heading("gross", _("Gross"), "gross", "number"),
)
_FILTERS = (
    Filter("q", _("Number"), hint=_("Part of its number")),
    Filter("currency", _("Currency"), hint=_("As USD")),
)


@dataclass(frozen=True)
class Waiting:
    """Lines that one invoice of the publisher is likely to name."""

    reference: str
    currency: str
    count: int


@publisher_invoices.get("/")
@requires(Permission.VIEW_MARGINS)
def index() -> str:
    page = ListPage("publisher_invoices.index", _HEADINGS, _FILTERS)
    words, currency = (each.value for each in page.filters)
    found = search_publisher_invoices(
        db.session(), words, (currency or "").upper() or None, listing("-invoiced_on")
    )
    return render_template(
        "publisher_invoices/index.html", list=page, found=found, waiting=_waiting()
    )


def _waiting() -> list[Waiting]:
    lines = list_unbilled_lines(db.session(), g.workspace.organisation_id)
    counts = Counter((one.reference, one.currency) for one in lines)
    return [Waiting(*key, count) for key, count in counts.items()]


@publisher_invoices.route("/record", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def record() -> str | Response | tuple[str, int]:
    reference, currency = wanted("reference") or "", _currency()
    lines = list_unbilled_lines(db.session(), g.workspace.organisation_id, currency)
    form = PublisherInvoiceForm.offering(lines, reference, _invoiced_on(lines, reference))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                reseller_id: UUID = g.workspace.organisation_id
                made = record_publisher_invoice(work, reseller_id, form.invoice(currency))
                work.location = url_for(".show", publisher_invoice_id=made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The invoice is recorded."))
    known = {str(one.line.id): one for one in lines}
    page = render_template(
        "publisher_invoices/record.html", form=form, currency=currency, known=known
    )
    return page, 422 if form.is_refused else 200


def _currency() -> str:
    return read_currency(wanted("currency") or "", _("Currency"))


def _invoiced_on(lines: list[UnbilledLine], reference: str) -> str:
    """The day of the step with this reference, in the agreement's zone."""
    for one in lines:
        if one.reference == reference:
            zone = one.line.order.agreement.time_zone
            return local_day(one.invoiced_at, zone).isoformat()
    return ""


@publisher_invoices.get("/<uuid:publisher_invoice_id>")
@requires(Permission.VIEW_MARGINS)
def show(publisher_invoice_id: UUID) -> str:
    invoice = get_publisher_invoice(db.session(), publisher_invoice_id)
    trades = trades_of(db.session(), [line.order_line_id for line in invoice.lines])
    return render_template(
        "publisher_invoices/show.html",
        invoice=invoice,
        trades=trades,
        entries=journal_of(invoice.id),
    )


@publisher_invoices.route("/<uuid:publisher_invoice_id>/remove", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def remove(publisher_invoice_id: UUID) -> str | Response | tuple[str, int]:
    form = RemoveForm()
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            remove_publisher_invoice(work, publisher_invoice_id, form.reason.value)
            work.location = url_for(".index")
        return answer(work, _("The invoice is taken out; its lines can be recorded again."))
    invoice: PublisherInvoice = get_publisher_invoice(db.session(), publisher_invoice_id)
    page = render_template("publisher_invoices/remove.html", form=form, invoice=invoice)
    return page, 422 if form.is_refused else 200


@publisher_invoices.get("/margins")
@requires(Permission.VIEW_MARGINS)
def margins() -> str:
    first, last = _month()
    found = _margins(first, last)
    return render_template(
        "publisher_invoices/margins.html",
        first=first,
        last=last,
        found=found[:LINES_SHOWN],
        count=len(found),
        totals=margin_totals(one.trade for one in found),
    )


@publisher_invoices.get("/margins.<form>")
@requires(Permission.VIEW_MARGINS)
def download_margins(form: str) -> Response:
    return send_table(margins_table(_margins(*_month()), g.now), "margins", form)


def _month() -> tuple[date, date]:
    """The month asked for, else the latest with anything in it."""
    return month_asked(find_latest_trade(db.session(), g.workspace.organisation_id))


def _margins(first: date, last: date) -> list[LineTrade]:
    wanted_lines = MarginFilter(g.workspace.organisation_id, first, last)
    return list_margins(db.session(), wanted_lines)
