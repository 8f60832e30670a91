"""Pages of a reseller's exchange rates."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.billing.forms.exchange_rates import RateFileForm, RateForm
from vlms.billing.queries.exchange_rates import search_rates
from vlms.billing.rules.exchange import LABELS, RateRow, shown_rate
from vlms.billing.service.exchange_rates import (
    add_rate,
    examine_rates,
    import_rates,
    remove_rate,
)
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
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work

exchange_rates = Blueprint(
    "exchange_rates", __name__, url_prefix="/o/<organisation>/exchange-rates"
)
exchange_rates.add_app_template_filter(shown_rate, "rate")
PURPOSE = "exchange_rates"
_HEADINGS = (
    Heading("pair", _("One unit of"), "from_currency"),
    Heading("rate", _("is worth"), None, "number"),
    Heading("effective_on", _("In effect from"), "effective_on", "nowrap"),
    Heading("source", LABELS["source"]),
    Heading("remove", _("Remove")),
)
_FILTERS = (Filter("currency", _("Currency"), hint=_("As USD")),)


@exchange_rates.get("/")
@requires(Permission.EDIT_INVOICES)
def index() -> str:
    page = ListPage("exchange_rates.index", _HEADINGS, _FILTERS)
    currency = (page.filters[0].value or "").upper() or None
    found = search_rates(db.session(), currency, listing("-effective_on"))
    return render_template("exchange_rates/index.html", list=page, found=found)


@exchange_rates.route("/add", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def add() -> str | Response | tuple[str, int]:
    form = RateForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                add_rate(work, g.workspace.organisation_id, form.row())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("exchange_rates/add.html", form=form)
    return page, 422 if form.is_refused else 200


@exchange_rates.post("/<uuid:rate_id>/remove")
@requires(Permission.EDIT_INVOICES)
def remove(rate_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form) as work:
        remove_rate(work, rate_id)
        work.location = url_for(".index")
    return answer(work, _("The rate is removed."))


@exchange_rates.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def import_file() -> Response | tuple[str, int]:
    return file_page("exchange_rates/import_file.html", RateFileForm(), PURPOSE, _examine)


@exchange_rates.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def dry_run(upload_id: UUID) -> Response | tuple[str, int]:
    return dry_run_of("exchange_rates/dry_run.html", (PURPOSE, upload_id), _examine, _take)


def _examine(sheet: Sheet) -> DryRun[RateRow]:
    return examine_rates(db.session(), g.workspace.organisation_id, sheet)


def _take(work: Work, sheet: Sheet) -> Text:
    count = import_rates(work, g.workspace.organisation_id, sheet)
    work.location = url_for(".index")
    return ngettext("%(number)s rate is written.", "%(number)s rates are written.", count)
