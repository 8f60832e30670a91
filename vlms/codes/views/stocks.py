"""The operator's pages of provider's lists and of how a product's codes are made."""

from __future__ import annotations

import io
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.catalog.models import CodeSource, Product
from vlms.catalog.queries import get_product, list_products
from vlms.codes.exports import bad_row_table, bad_rows
from vlms.codes.forms import ListFileForm, SourceForm, TakeInForm
from vlms.codes.list_import import is_long, plan_take_in
from vlms.codes.rules.code_text import SAMPLE_COUNT, bytes_needed, sample, strength
from vlms.codes.rules.list_columns import Columns
from vlms.codes.rules.provider_list import Analysis
from vlms.codes.service.sources import choose_source
from vlms.codes.service.stock import (
    PURPOSE,
    ListTarget,
    ProviderList,
    dry_run,
    keep_list,
    open_list,
    read_list,
    take_in_upload,
)
from vlms.codes.stock_queries import get_level, list_levels, list_open_lines
from vlms.codes.views.blueprint import made_at, stock
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.once import check_first_time
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.core.tokens import random_bytes
from vlms.core.uploads import Upload, get_upload
from vlms.exports.reading import read_rows
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.pages import send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]
_SHOWN_ROWS = 100


@stock.get("/")
@requires(Permission.EDIT_STOCK)
def index() -> str:
    own = [p for p in list_products(db.session()) if p.code_source is CodeSource.VC1]
    levels = list_levels(db.session(), g.now)
    if wanted("low"):
        own, levels = [], [level for level in levels if level.is_low]
    return render_template("stock/index.html", levels=levels, own=own)


@stock.route("/products/<uuid:product_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_STOCK)
def product(product_id: UUID) -> Answer:
    found = get_product(db.session(), product_id)
    form = SourceForm(
        code_source=found.code_source.value, low_stock_count=str(found.low_stock_count)
    )
    form.offer_sources()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                source = CodeSource(form.code_source.value)
                choose_source(work, product_id, source, form.low_stock_count.value)
                work.location = url_for(".product", product_id=product_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    return _product_page(found, form), 422 if form.is_refused else 200


@stock.route("/upload", methods=["GET", "POST"])
@requires(Permission.EDIT_STOCK)
def upload() -> Answer:
    form = ListFileForm(product=wanted("product"))
    levels = list_levels(db.session(), g.now)
    form.offer([level.product for level in levels], list_open_lines(db.session()))
    if form.validate_on_submit():
        try:
            filename, body = form.file.value or ("", b"")
            sheet = read_rows(io.BytesIO(body), filename)
            with unit_of_work(form) as work:
                kept = keep_list(work, filename, read_list(sheet, _target(form)))
                work.location = url_for(".check", upload_id=kept.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    return render_template("stock/upload.html", form=form), 422 if form.is_refused else 200


@stock.get("/uploads/<uuid:upload_id>")
@requires(Permission.EDIT_STOCK)
def check(upload_id: UUID) -> Answer:
    return _check_page(upload_id, TakeInForm(formdata=None))


@stock.get("/uploads/<uuid:upload_id>/bad-rows.<form>")
@requires(Permission.EDIT_STOCK)
def bad(upload_id: UUID, form: str) -> Response:
    _kept, found, columns = _opened(upload_id)
    rows = bad_rows(_looked_at(found, columns))
    return send_table(bad_row_table(rows, made_at()), "bad-rows", form)


@stock.post("/uploads/<uuid:upload_id>/take-in")
@requires(Permission.EDIT_STOCK)
def take_in(upload_id: UUID) -> Answer:
    form = TakeInForm()
    check_first_time(db.session(), form.once())
    _kept, found, _guess = _opened(upload_id)
    form.offer_columns(found.headers)
    if form.validate_on_submit():
        columns = _columns(form.code_column.value, form.day_column.value)
        try:
            with unit_of_work(form) as work:
                kept = _own(work.session, upload_id)
                leaves = bool(form.leave_bad_rows.data)
                if is_long(found):
                    planned = plan_take_in(work, kept, columns, leave_bad_rows=leaves)
                    work.location = follow(planned)
                    return redirect(work.location)
                count = take_in_upload(work, kept, columns, leave_bad_rows=leaves)
                work.location = url_for(".product", product_id=found.target.product_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            done = ngettext(
                "%(number)s code was taken in.", "%(number)s codes were taken in.", count
            )
            return answer(work, done)
    return _check_page(upload_id, form)


def _product_page(found: Product, form: SourceForm) -> str:
    return render_template(
        "stock/product.html",
        product=found,
        form=form,
        level=get_level(db.session(), found, g.now),
        strength=strength(),
        samples=sample(random_bytes(bytes_needed(SAMPLE_COUNT))),
        entries=journal_of(found.id),
    )


def _target(form: ListFileForm) -> ListTarget:
    line_id = UUID(form.line.value) if form.line.value else None
    return ListTarget(UUID(form.product.value), form.zone.value, line_id)


def _own(session: Session, upload_id: UUID) -> Upload:
    return get_upload(session, upload_id, PURPOSE, (g.actor, g.now))


def _opened(upload_id: UUID) -> tuple[Upload, ProviderList, Columns]:
    """The kept list, and the columns that the address names, else those that are guessed."""
    with unit_of_work() as work:
        kept = _own(work.session, upload_id)
        found = open_list(work.keys, kept)
    if "code_column" not in request.args:
        return kept, found, found.guess()
    return kept, found, _columns(wanted("code_column"), wanted("day_column"))


def _looked_at(found: ProviderList, columns: Columns) -> Analysis:
    with unit_of_work() as work:
        return dry_run(work.session, work.keys, found, columns, work.now)


def _columns(code: str | None, day: str | None) -> Columns:
    return Columns(_place(code), _place(day))


def _place(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None


def _check_page(upload_id: UUID, form: TakeInForm) -> Answer:
    kept, found, columns = _opened(upload_id)
    form.offer_columns(found.headers)
    if form.is_submitted():
        columns = _columns(form.code_column.data, form.day_column.data)
    else:
        form.code_column.data = "" if columns.code is None else str(columns.code)
        form.day_column.data = "" if columns.last_day is None else str(columns.last_day)
    analysis, rows = None, []
    try:
        analysis = _looked_at(found, columns)
        rows = bad_rows(analysis)
    except DomainError as refusal:
        form.refuse(refusal)
    page = render_template(
        "stock/check.html",
        kept=kept,
        headers=found.headers,
        columns=columns,
        product=get_product(db.session(), found.target.product_id),
        analysis=analysis,
        rows=rows[:_SHOWN_ROWS],
        bad_count=len(rows),
        form=form,
    )
    return page, 422 if form.is_submitted() and form.is_refused else 200
