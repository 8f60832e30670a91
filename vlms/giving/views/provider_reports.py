"""Pages of exam providers' reports: uploaded, looked at, taken in (C3)."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.agreements.queries import list_agreements
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work, key_ring
from vlms.exports.reading import read_rows
from vlms.giving.forms.provider_reports import ColumnsForm, ReportFileForm, TakeForm
from vlms.giving.models.provider_reports import ProviderReport, RowState
from vlms.giving.queries.provider_reports import (
    OPEN,
    count_rows,
    get_report,
    list_providers,
    search_reports,
    search_rows,
)
from vlms.giving.report_job import is_long, plan_taking, summary
from vlms.giving.report_words import (
    FATE_WORDS,
    HAPPENING_WORDS,
    OVERTAKEN,
    REPORT_ACTION_WORDS,
    REPORT_COLUMN_WORDS,
    REPORT_VALUE_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    WHY_WORDS,
)
from vlms.giving.rules.report_words import Fate
from vlms.giving.service.report_files import (
    PURPOSE,
    Columns,
    Report,
    columns_of,
    keep_report,
    open_report,
    read_report,
    remember_columns,
    require_columns,
    settled,
)
from vlms.giving.service.report_plan import ReportPlan
from vlms.giving.service.report_taking import take_report
from vlms.giving.service.report_tries import look_at, require_looked_at
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.dry_runs import shown_lines
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

provider_reports = Blueprint(
    "provider_reports", __name__, url_prefix="/o/<organisation>/provider-reports"
)
add_words(REPORT_ACTION_WORDS, REPORT_COLUMN_WORDS, REPORT_VALUE_WORDS)
Answer = str | Response | tuple[str, int]


def here() -> UUID:
    """The organisation in whose workspace reports are taken in."""
    owner: UUID = g.workspace.organisation_id
    return owner


@provider_reports.get("/")
@requires(Permission.IMPORT_OUTCOMES)
def index() -> str:
    session = db.session()
    return render_template(
        "provider_reports/index.html",
        found=search_reports(session, here(), listing("-taken")),
        waiting_count=count_rows(session, here(), OPEN),
    )


@provider_reports.get("/<uuid:provider_report_id>")
@requires(Permission.IMPORT_OUTCOMES)
def show(provider_report_id: UUID) -> str:
    """What became of a report, and the rows that told something new."""
    session = db.session()
    report = get_report(session, provider_report_id)
    rows = search_rows(session, here(), tuple(RowState), listing("happened"), report.id)
    return render_template(
        "provider_reports/show.html", report=report, found=rows, summary=summary(report), **WORDS
    )


@provider_reports.route("/upload", methods=["GET", "POST"])
@requires(Permission.IMPORT_OUTCOMES)
def upload() -> Answer:
    """Takes a file of a provider; it is looked at before anything is written."""
    form = ReportFileForm()
    limited = _limited_to()
    form.offer(limited if len(limited) > 1 else ())
    if form.validate_on_submit() and form.file.value is not None:
        name, body = form.file.value
        try:
            chosen = UUID(form.agreement.value) if "agreement" in form else _only(limited)
            found = read_report(
                read_rows(io.BytesIO(body), name), form.provider.value, name, chosen
            )
            with unit_of_work(form) as work:
                kept = keep_report(work, here(), found)
                work.location = url_for(".check", upload_id=kept.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    known = list_providers(db.session(), here())
    page = render_template("provider_reports/upload.html", form=form, known=known)
    return page, 422 if form.is_refused else 200


@provider_reports.get("/uploads/<uuid:upload_id>")
@requires(Permission.IMPORT_OUTCOMES)
def check(upload_id: UUID) -> Answer:
    return _check_page(upload_id, ColumnsForm(formdata=None), TakeForm(formdata=None))


@provider_reports.post("/uploads/<uuid:upload_id>/columns")
@requires(Permission.IMPORT_OUTCOMES)
def columns(upload_id: UUID) -> Answer:
    """Remembers for the provider where each field stands."""
    form = ColumnsForm()
    found = open_report(key_ring(), _own(upload_id))
    form.offer(found.headers, _columns(found))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".check", upload_id=upload_id)
                remember_columns(work, here(), found, settled(found, form.columns()))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The columns are remembered for this provider."))
    return _check_page(upload_id, form, TakeForm(formdata=None))


@provider_reports.post("/uploads/<uuid:upload_id>/take-in")
@requires(Permission.IMPORT_OUTCOMES)
def take(upload_id: UUID) -> Answer:
    form = TakeForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                kept = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
                found = open_report(work.keys, kept)
                chosen = _columns_in(work, found)
                require_looked_at(work, here(), kept, found, chosen)
                if is_long(found):
                    job, _report = plan_taking(work, here(), kept, found, chosen)
                    work.location = follow(job)
                    return redirect(work.location)
                report = _take_now(work, kept, found, chosen)
                work.location = url_for(".show", provider_report_id=report.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The report is taken in."))
    return _check_page(upload_id, ColumnsForm(formdata=None), form)


def _take_now(work: Work, kept: Upload, found: Report, chosen: Columns) -> ProviderReport:
    report = take_report(work, here(), found, chosen)
    drop_upload(work, kept)
    return report


def _columns_in(work: Work, found: Report) -> Columns:
    """As they were shown, and remembered for the provider from now on."""
    chosen = columns_of(work.session, here(), found, g.workspace.time_zone)
    remember_columns(work, here(), found, chosen)
    return chosen


def _columns(found: Report) -> Columns:
    return columns_of(db.session(), here(), found, g.workspace.time_zone)


def _own(upload_id: UUID) -> Upload:
    return get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))


def _limited_to() -> list[Agreement]:
    """The agreements to which the visitor is limited; none: they see the whole workspace."""
    if not isinstance(g.scope, Organisation) or g.scope.agreement_ids is None:
        return []
    return list(list_agreements(db.session()))


def _only(limited: list[Agreement]) -> UUID | None:
    return limited[0].id if limited else None


def _check_page(upload_id: UUID, form: ColumnsForm, confirmation: TakeForm) -> Answer:
    kept = _own(upload_id)
    found = open_report(key_ring(), kept)
    chosen = _columns(found)
    form.offer(found.headers, chosen)
    run, missing = None, None
    try:
        require_columns(found, chosen)
        run = _plan(upload_id, found, chosen)
    except DomainError as refusal:
        missing = refusal
    page = render_template(
        "provider_reports/check.html",
        kept=kept,
        report=found,
        form=form,
        confirmation=confirmation,
        missing=missing,
        run=run,
        shown=run and shown_lines(run, Fate),
        **WORDS,
    )
    return page, 422 if form.is_refused or confirmation.is_refused else 200


def _plan(upload_id: UUID, found: Report, chosen: Columns) -> ReportPlan:
    with unit_of_work() as work:
        kept = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
        return look_at(work, here(), kept, found, chosen)


WORDS = {
    "fates": FATE_WORDS,
    "happenings": HAPPENING_WORDS,
    "results": RESULT_WORDS,
    "states": STATE_WORDS,
    "whys": WHY_WORDS,
    "overtaken": OVERTAKEN,
}
