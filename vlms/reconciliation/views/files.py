"""Pages of files of others: taken in, asked about, shown row by row, taken back."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from itertools import islice
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.rules.month import month_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.uploads import Upload, drop_upload, get_upload, keep_upload
from vlms.exports.reading import Limits, read_raw
from vlms.reconciliation import file_texts as texts
from vlms.reconciliation.forms.files import FileForm, ReadingForm
from vlms.reconciliation.models.files import Layout, ReconciliationFile, RowFate
from vlms.reconciliation.queries.files import (
    count_fates,
    count_replaced,
    find_same_file,
    get_file,
    list_mappings,
    search_files,
    search_lines,
    sum_file,
)
from vlms.reconciliation.queries.periods import find_open_month
from vlms.reconciliation.rules.file_examination import QUESTIONS, Answers
from vlms.reconciliation.rules.file_layouts import LABELS
from vlms.reconciliation.service.mappings import forget_mapping
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.taking import Delivered, examine_file, take_file
from vlms.reconciliation.service.withdrawing import withdraw_file
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

files = Blueprint("files", __name__, url_prefix="/o/<organisation>/reconciliation/files")
add_words(texts.ACTION_WORDS, texts.COLUMN_WORDS, texts.VALUE_WORDS)
PURPOSE = "reconciliation"
LIMITS = Limits(columns=200)
_PREVIEW_ROWS = 8
_HEADINGS = (
    Heading("filename", _("File")),
    Heading("month", _("Month")),
    Heading("source", _("Whose account")),
    Heading("layout", _("Layout")),
    Heading("lines", _("Rows"), None, "number"),
    Heading("left_out", _("Not counted"), None, "number"),
    Heading("taken_at", _("Taken in"), "taken_at", "nowrap"),
)
_ROW_HEADINGS = (
    Heading("row", _("Row"), "row_number", "number"),
    Heading("fate", _("What became of it")),
    Heading("order", _("Order"), None, "nowrap"),
    Heading("product", _("Product"), None, "nowrap"),
    Heading("quantity", _("Quantity"), None, "number"),
    Heading("net", _("Net"), None, "number"),
    Heading("gross", _("Gross"), None, "number"),
    Heading("charged", _("Charged for")),
    Heading("customer", _("Customer"), is_extra=True),
    Heading("invoice", _("Invoice"), is_extra=True),
)
_FATES = Filter(
    "fate",
    _("What became of it"),
    {fate.value: text for fate, text in texts.FATE_TEXTS.items()},
    is_offered=False,
)


def _reseller_id() -> UUID:
    return UUID(str(g.workspace.organisation_id))


@files.get("/")
@requires(Permission.RECONCILE)
def index() -> str:
    page = ListPage("files.index", _HEADINGS)
    found = search_files(db.session(), listing("-taken_at"))
    return render_template("files/index.html", list=page, found=found, texts=texts)


@files.route("/upload", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def upload() -> str | Response | tuple[str, int]:
    form = FileForm()
    if not form.is_submitted():
        form.month.data = request.args.get("month") or _usual_month()
    if form.validate_on_submit() and form.file.value is not None:
        try:
            filename, body = form.file.value
            delivered = _delivered(filename, body, form.encoding.value)
            examine_file(db.session(), _reseller_id(), delivered, Answers())
            with unit_of_work(form) as work:
                kept = keep_upload(
                    work,
                    PURPOSE,
                    form.file.value,
                    organisation_id=_reseller_id(),
                    remark=f"{form.month.value} {form.encoding.value}",
                )
                work.location = url_for(".examine", upload_id=kept.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template("files/upload.html", form=form)
    return page, 422 if form.is_refused else 200


def _usual_month() -> str:
    """The latest month that is not closed, else the one before this."""
    first, _last = month_of(local_day(g.now, g.workspace.time_zone))
    return find_open_month(db.session()) or f"{first - timedelta(days=1):%Y-%m}"


def _delivered(filename: str, body: bytes, encoding: str) -> Delivered:
    """An uploaded file, read in a process of its own. Raises BadInput."""
    try:
        table = read_raw(io.BytesIO(body), filename, LIMITS, encoding or None)
    except BadInput as refusal:
        if refusal.reason in ("too_many_rows", "too_large", "too_much_text", "too_costly"):
            refusal.way_out = _("Import it with the command “vlms reconciliation import”.")
        raise
    return Delivered(filename, hashlib.sha256(body).hexdigest(), table)


def _kept(upload: Upload) -> tuple[str, Delivered]:
    """The month that was said with a kept file, and the file."""
    month, _space, encoding = upload.remark.partition(" ")
    return month, _delivered(upload.filename, upload.body, encoding)


@files.route("/upload/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def examine(upload_id: UUID) -> str | Response | tuple[str, int]:
    kept = get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))
    month, delivered = _kept(kept)
    found = examine_file(db.session(), _reseller_id(), delivered, Answers())
    same = find_same_file(db.session(), _reseller_id(), delivered.digest)
    is_mapped = found.heading.layout is Layout.MAPPED
    form = ReadingForm(found) if is_mapped else Form()
    if form.validate_on_submit():
        said = form.answers() if isinstance(form, ReadingForm) else Answers()
        try:
            with unit_of_work(form) as work:
                period = period_for(work, _reseller_id(), month)
                file = take_file(work, period, delivered, said)
                drop_upload(work, get_upload(work.session, upload_id, PURPOSE, (g.actor, g.now)))
                work.location = url_for(".show", file_id=file.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _taken(file, was_there=same is not None))
    page = render_template(
        "files/examine.html",
        form=form,
        kept=kept,
        same=same,
        month=month,
        found=found,
        table=delivered.table,
        preview=list(islice(delivered.table.rows(), _PREVIEW_ROWS)),
        questions=[QUESTIONS[one] for one in found.questions],
        texts=texts,
    )
    return page, 422 if form.is_refused else 200


def _taken(file: ReconciliationFile, *, was_there: bool) -> Text:
    if was_there:
        return _("This very file was taken in already; nothing is counted twice.")
    count = file.line_count - file.left_out_count
    return ngettext("%(number)s row counts.", "%(number)s rows count.", count)


@files.get("/<uuid:file_id>")
@requires(Permission.RECONCILE)
def show(file_id: UUID) -> str:
    file = get_file(db.session(), file_id)
    page = ListPage("files.show", _ROW_HEADINGS, [_FATES])
    chosen = page.filters[0].value
    fate = RowFate(chosen) if chosen else None
    return render_template(
        "files/show.html",
        file=file,
        counts=count_fates(db.session(), file_id),
        replaced_count=count_replaced(db.session(), file_id),
        sums=sum_file(db.session(), file_id),
        list=page,
        found=search_lines(db.session(), file_id, fate, listing("row_number")),
        entries=journal_of(file_id),
        texts=texts,
    )


@files.route("/<uuid:file_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def withdraw(file_id: UUID) -> str | Response | tuple[str, int]:
    file = get_file(db.session(), file_id)
    question = Question(
        title=_("Take a file back"),
        of=file.filename,
        facts=((_("Rows"), file.line_count), (_("Not counted"), file.left_out_count)),
        effects=(
            (_("None of its rows counts any more."), None),
            (_("Rows of earlier files that it replaced count again."), None),
            (_("The same file may be taken in again."), None),
        ),
        button=_("Take the file back"),
        picture="arrow-back-up",
        back=url_for(".show", file_id=file_id),
        takes_away=True,
    )
    return confirmed(
        question, lambda work: withdraw_file(work, file_id), _("The file is taken back.")
    )


@files.get("/headings")
@requires(Permission.RECONCILE)
def mappings() -> str:
    known = [one for one in list_mappings(db.session(), _reseller_id()) if one.columns]
    return render_template("files/mappings.html", known=known, texts=texts, labels=LABELS)


@files.post("/headings/<uuid:mapping_id>/forget")
@requires(Permission.RECONCILE)
def forget(mapping_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".mappings"))
    with unit_of_work(form) as work:
        forget_mapping(work, mapping_id)
        work.location = url_for(".mappings")
    return answer(work, _("Forgotten: the next file with these columns is asked about again."))
