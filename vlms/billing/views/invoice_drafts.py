"""Drafts of invoices: choosing lines, entering facts, posting, discarding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.billing.forms.invoices import DraftForm, PostForm, fill
from vlms.billing.models.invoices import Invoice
from vlms.billing.queries.invoicing import get_invoice, list_open_groups, list_open_lines
from vlms.billing.queries.profiles import find_buyer
from vlms.billing.service.invoicing import (
    create_draft,
    discard_draft,
    edit_draft,
    order_lines_of,
    require_draft,
)
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.billing.views.invoices import invoices
from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import OrderLine
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.locales import show_minor
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

Page = str | Response | tuple[str, int]


@invoices.get("/to-invoice")
@requires(Permission.EDIT_INVOICES)
def to_invoice() -> str:
    """What was ordered and not invoiced yet, by customer and currency."""
    groups = list_open_groups(db.session(), g.workspace.organisation_id)
    return render_template("invoices/to_invoice.html", groups=groups)


@invoices.route("/draft/<uuid:customer_id>/<currency>", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def draft(customer_id: UUID, currency: str) -> Page:
    reseller_id: UUID = g.workspace.organisation_id
    lines = _open_lines(customer_id, currency)
    if not lines:
        raise NotFound(None, _("Nothing of this customer is to be invoiced in this currency."))
    form = DraftForm()
    form.offer(lines)
    if form.is_submitted():
        return _entered(
            form,
            lines,
            url_for(".to_invoice"),
            lambda work: create_draft(work, reseller_id, form.line_ids, form.facts()),
        )
    _begin(form, reseller_id, lines)
    return _page(form, lines, url_for(".to_invoice"))


@invoices.route("/<uuid:invoice_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def edit(invoice_id: UUID) -> Page:
    invoice = get_invoice(db.session(), invoice_id)
    require_draft(invoice)
    held = order_lines_of(db.session(), invoice)
    lines = [*held, *_open_lines(invoice.organisation_id, held[0].order.currency)]
    form = DraftForm()
    form.offer(lines)
    back = url_for(".show", invoice_id=invoice_id)
    if form.is_submitted():
        return _entered(
            form,
            lines,
            back,
            lambda work: edit_draft(
                work, invoice_id, form.shown_version, form.facts(), form.line_ids
            ),
        )
    fill(form, invoice)
    return _page(form, lines, back)


def _open_lines(customer_id: UUID, currency: str) -> list[OrderLine]:
    found = list_open_lines(db.session(), g.workspace.organisation_id, customer_id)
    return [line for line in found if line.order.currency == currency]


def _begin(form: DraftForm, reseller_id: UUID, lines: Sequence[OrderLine]) -> None:
    """The lines ticked of the order that the address names, else all; what orders and buyer say."""
    asked = wanted("order")
    ticked = [line for line in lines if asked in (None, line.order.number)] or lines
    order = ticked[0].order
    buyer = find_buyer(db.session(), reseller_id, order.organisation_id)
    language = buyer.language if buyer else order.organisation.language
    form.lines.data = [str(line.id) for line in ticked]
    form.currency.data, form.tax_country.data = order.currency, order.agreement.country
    form.language.data = language.value


def _entered(
    form: DraftForm, lines: Sequence[OrderLine], back: str, act: Callable[[Work], Invoice]
) -> Page:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                invoice = act(work)
                work.location = url_for(".show", invoice_id=invoice.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The draft is saved. Look at its amounts, then post it."))
    return _page(form, lines, back)


def _page(form: DraftForm, lines: Sequence[OrderLine], back: str) -> Page:
    page = render_template("invoices/draft.html", form=form, lines=lines, back=back)
    return page, 422 if form.is_refused else 200


@invoices.route("/<uuid:invoice_id>/post", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def post(invoice_id: UUID) -> Page:
    invoice = get_invoice(db.session(), invoice_id)
    form = PostForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", invoice_id=invoice_id)
                number = post_invoice(work, invoice_id, form.shown_version).number
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Posted as %(number)s.", number=number))
    else:
        form.version.data = str(invoice.version)
    page = render_template("invoices/post.html", form=form, invoice=invoice)
    return page, 422 if form.is_refused else 200


@invoices.route("/<uuid:invoice_id>/discard", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def discard(invoice_id: UUID) -> Page:
    invoice = get_invoice(db.session(), invoice_id)
    question = Question(
        _("Discard the draft"),
        invoice.organisation.name,
        ((_("Gross"), show_minor(invoice.gross_minor, invoice.currency)),),
        ((_("Its lines can be invoiced anew; no number is missing."), "P3"),),
        _("Discard it"),
        "trash",
        url_for(".show", invoice_id=invoice_id),
        takes_away=True,
    )

    def act(work: Work) -> None:
        discard_draft(work, invoice_id)
        work.location = url_for(".index")

    return confirmed(question, act, _("The draft is discarded."))
