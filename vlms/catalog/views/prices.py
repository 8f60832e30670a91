"""Pages of price lists and of their import."""

from __future__ import annotations

import io
from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.catalog.forms import ConfirmForm, PriceFileForm
from vlms.catalog.jobs import PURPOSE, plan_prices
from vlms.catalog.queries import get_price_list, list_price_lists, search_prices
from vlms.catalog.rules.price_row import PriceRow
from vlms.catalog.service.price_import import examine_prices, import_prices, says_sample
from vlms.catalog.views.blueprint import catalog
from vlms.core.db import db
from vlms.core.dry_run import DryRun
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.uploads import drop_upload, get_upload, keep_upload
from vlms.exports.reading import read_rows, read_upload
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_page
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work


@catalog.get("/prices")
@requires(Permission.EDIT_CATALOG)
def price_lists() -> str:
    return render_template("catalog/price_lists.html", lists=list_price_lists(db.session()))


@catalog.get("/prices/<uuid:price_list_id>")
@requires(Permission.EDIT_CATALOG)
def price_list(price_list_id: UUID) -> str:
    found = get_price_list(db.session(), price_list_id)
    product = wanted("product")
    page = search_prices(db.session(), price_list_id, product, listing("programme"))
    return render_template(
        "catalog/price_list.html",
        price_list=found,
        found=page,
        product=product,
        entries=journal_of(found.id),
    )


@catalog.route("/prices/import", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def import_file() -> str | Response | tuple[str, int]:
    form = PriceFileForm()
    if form.validate_on_submit() and form.file.value is not None:
        try:
            _look_at(*form.file.value)
            with unit_of_work(form) as work:
                upload = keep_upload(
                    work, PURPOSE, form.file.value, organisation_id=None, remark=form.remark()
                )
                work.location = url_for(".dry_run", upload_id=upload.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    return render_template("catalog/import_file.html", form=form), 422 if form.is_refused else 200


def _look_at(filename: str, body: bytes) -> None:
    """Raises BadInput for a file that no dry run can be made of."""
    examine_prices(db.session(), read_rows(io.BytesIO(body), filename))


@catalog.route("/prices/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def dry_run(upload_id: UUID) -> str | Response | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
                sheet = read_upload(upload)
                if len(sheet.rows) > LONG_IMPORT:
                    examine_prices(work.session, sheet).require_sound()
                    work.location = follow(plan_prices(work, upload, len(sheet.rows)))
                    return redirect(work.location)
                kind, _colon, name = upload.remark.partition(":")
                made = import_prices(work, sheet, name, is_sample=kind == "sample")
                drop_upload(work, upload)
                work.location = url_for(".price_list", price_list_id=made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The prices are imported."))
    return _dry_run_page(upload_id, form)


def _dry_run_page(upload_id: UUID, form: ConfirmForm) -> tuple[str, int]:
    upload = get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))
    sheet = read_upload(upload)
    run: DryRun[PriceRow] = examine_prices(db.session(), sheet)
    kind, _colon, name = upload.remark.partition(":")
    return dry_run_page(
        "catalog/dry_run.html",
        form,
        run,
        name=name,
        filename=upload.filename,
        is_sample=kind == "sample" or says_sample(sheet),
        ignored_sheets=sheet.ignored_sheets,
    )
