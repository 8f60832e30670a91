"""Correcting posted invoices: credit notes, declaring void, tax invoice numbers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.billing.forms.invoices import (
    AllowanceNumberForm,
    CreditForm,
    ReasonForm,
    TaxNumberForm,
    TaxNumbersFileForm,
)
from vlms.billing.models.invoices import Invoice
from vlms.billing.queries.invoices import get_whole_lines
from vlms.billing.queries.invoicing import credited_by_line, get_invoice
from vlms.billing.service import invoicing_credit
from vlms.billing.service.invoicing_numbers import (
    NumberRow,
    examine_numbers,
    import_numbers,
    set_allowance_number,
    set_tax_invoice_number,
)
from vlms.billing.views.invoices import invoices
from vlms.core.db import db
from vlms.core.dry_run import DryRun
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.exports.sheets import Sheet
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_of, file_page
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Page = str | Response | tuple[str, int]
PURPOSE = "tax_invoice_numbers"


@invoices.route("/<uuid:invoice_id>/credit", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def credit(invoice_id: UUID) -> Page:
    invoice = get_invoice(db.session(), invoice_id)
    invoicing_credit.check_creditable(db.session(), invoice)
    left = invoicing_credit.left_of(invoice, credited_by_line(db.session(), invoice.id))
    form = CreditForm()
    if not form.is_submitted():
        form.offer(left)
    elif form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                parts = form.parts(invoice.currency)
                note = invoicing_credit.credit(work, invoice_id, form.reason.value, parts)
                work.location = url_for(".show", invoice_id=note.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The credit note %(number)s is made.", number=note.number))
    lines = {str(line.id): line for line in get_whole_lines(db.session(), invoice)}
    page = render_template(
        "invoices/credit.html", form=form, invoice=invoice, lines=lines, left=left
    )
    return page, 422 if form.is_refused else 200


@invoices.route("/<uuid:invoice_id>/void", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def void(invoice_id: UUID) -> Page:
    form = ReasonForm()
    return _stepped(
        invoice_id,
        form,
        (_("Declare it void"), _("It is declared void.")),
        lambda work: invoicing_credit.void(work, invoice_id, form.reason.value),
        (
            (_("It keeps its number and counts no more; its lines can be invoiced anew."), "P3"),
            (_("What was paid of it is free for other invoices."), None),
        ),
    )


@invoices.route("/<uuid:invoice_id>/tax-number", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def tax_number(invoice_id: UUID) -> Page:
    form = TaxNumberForm()

    def act(work: Work) -> Invoice:
        return set_tax_invoice_number(work, invoice_id, form.tax_invoice_number.value)

    effects = ((_("The number stands on the paper; its buyer sees it at once."), None),)
    return _stepped(
        invoice_id, form, (_("Note the tax invoice"), _("The number is noted.")), act, effects
    )


@invoices.route("/<uuid:invoice_id>/allowance-number", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def allowance_number(invoice_id: UUID) -> Page:
    form = AllowanceNumberForm()

    def act(work: Work) -> Invoice:
        return set_allowance_number(work, invoice_id, form.allowance_number.value)

    effects = ((_("The number stands on the paper; its buyer sees it at once."), None),)
    told = (_("Note the allowance certificate"), _("The number is noted."))
    return _stepped(invoice_id, form, told, act, effects)


def _stepped(
    invoice_id: UUID,
    form: Form,
    told: tuple[Text, Text],
    act: Callable[[Work], Invoice],
    effects: tuple[tuple[Text, str | None], ...],
) -> Page:
    """A page with one field and one button; `told` are its title, and its message after."""
    invoice = get_invoice(db.session(), invoice_id)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
                work.location = url_for(".show", invoice_id=invoice_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, told[1])
    page = render_template(
        "invoices/step.html", form=form, invoice=invoice, title=told[0], effects=effects
    )
    return page, 422 if form.is_refused else 200


@invoices.route("/tax-numbers", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def import_tax_numbers() -> Page:
    form, page = TaxNumbersFileForm(), "invoices/import_tax_numbers.html"
    return file_page(page, form, PURPOSE, _examine, ".dry_run_tax_numbers")


@invoices.route("/tax-numbers/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def dry_run_tax_numbers(upload_id: UUID) -> Page:
    return dry_run_of("invoices/dry_run_tax_numbers.html", (PURPOSE, upload_id), _examine, _take)


def _examine(sheet: Sheet) -> DryRun[NumberRow]:
    return examine_numbers(db.session(), g.workspace.organisation_id, sheet)


def _take(work: Work, sheet: Sheet) -> Text:
    count = import_numbers(work, g.workspace.organisation_id, sheet)
    work.location = url_for(".index")
    return ngettext("%(number)s number is noted.", "%(number)s numbers are noted.", count)
