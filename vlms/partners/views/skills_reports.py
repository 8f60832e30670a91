"""The programme's monthly reports: what was imported, what would be, what changed (K2, K5)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.exports.sheets import Sheet
from vlms.partners.forms.skills_reports import ReportForm
from vlms.partners.queries.report_case_rows import Asked
from vlms.partners.queries.report_cases import count_cases
from vlms.partners.queries.skills_reports import compare, get_report, list_reports
from vlms.partners.rules.report_cases import CaseState
from vlms.partners.rules.report_differences import DifferenceKind
from vlms.partners.rules.report_rows import LABELS, read_report_month
from vlms.partners.service.report_importing import Imported, import_report
from vlms.partners.service.skills_reports import ReportRun, examine_report
from vlms.partners.skill_report_exports import differences_table
from vlms.partners.skill_report_words import (
    DIFFERENCE_WORDS,
    KIND_WORDS,
    REPORT_ACTION_WORDS,
    REPORT_COLUMN_WORDS,
    REPORT_VALUE_WORDS,
    value_word,
)
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_of, kept_for_dry_run, shown_lines
from vlms.web.pages import send_table, wanted
from vlms.web.words import add_words

Answer = str | Response | tuple[str, int]
PURPOSE = "skills_report"
skills_reports = Blueprint(
    "skills_reports", __name__, url_prefix="/o/<organisation>/monthly-reports"
)
add_words(REPORT_ACTION_WORDS, REPORT_COLUMN_WORDS, REPORT_VALUE_WORDS)


@skills_reports.get("/")
@requires(Permission.VIEW_SKILLS)
def index() -> str:
    place = g.workspace.organisation_id
    found = list_reports(db.session(), place)
    counts = count_cases(db.session(), place, g.now, Asked(CaseState.OPEN)) if found else {}
    return render_template(
        "skills_reports/index.html",
        found=found,
        todo_count=sum(counts.values()) if found else None,
        kinds=KIND_WORDS,
    )


@skills_reports.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def import_file() -> Answer:
    form = ReportForm()
    month = _read_month(form.month.data)
    kept = kept_for_dry_run(
        form,
        PURPOSE,
        lambda sheet: _examine(sheet, month),
        ".dry_run",
        values={"month": f"{month:%Y-%m}"} if month else None,
    )
    if kept is not None:
        return kept
    page = render_template("skills_reports/import_file.html", form=form)
    return page, 422 if form.is_refused else 200


@skills_reports.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def dry_run(upload_id: UUID) -> Response | tuple[str, int]:
    """What each row would do; the typed month stands in the address."""
    month = _read_month(wanted("month"))
    return dry_run_of(
        "skills_reports/dry_run.html",
        (PURPOSE, upload_id),
        lambda sheet: _examine(sheet, month),
        lambda work, sheet: _take(work, sheet, month),
    )


@skills_reports.get("/<uuid:skills_report_id>")
@requires(Permission.VIEW_SKILLS)
def show(skills_report_id: UUID) -> str:
    """Who is new or gone, and what changed since the report before."""
    session = db.session()
    found = compare(session, get_report(session, skills_report_id))
    return render_template(
        "skills_reports/show.html",
        found=found,
        shown=shown_lines(found, DifferenceKind),
        words=DIFFERENCE_WORDS,
        kinds=KIND_WORDS,
        value_word=value_word,
        entries=journal_of(skills_report_id, edited_by=Permission.EDIT_SKILLS),
    )


@skills_reports.get("/<uuid:skills_report_id>/differences.<form>")
@requires(Permission.VIEW_SKILLS)
def download_differences(skills_report_id: UUID, form: str) -> Response:
    session = db.session()
    found = compare(session, get_report(session, skills_report_id))
    name = f"report-differences-{found.report.month:%Y-%m}"
    return send_table(differences_table(found, g.now), name, form)


def _read_month(typed: str | None) -> date | None:
    """What cannot be read counts as not typed; the form says that it cannot."""
    try:
        return read_report_month(typed, LABELS["month"]) if typed and typed.strip() else None
    except BadInput:
        return None


def _examine(sheet: Sheet, month: date | None) -> ReportRun:
    return examine_report(db.session(), g.workspace.organisation_id, sheet, (month, g.now))


def _take(work: Work, sheet: Sheet, month: date | None) -> Text:
    done = import_report(work, g.workspace.organisation_id, sheet, month)
    work.location = url_for(".show", skills_report_id=done.report_id)
    return told(done)


def told(done: Imported) -> Text:
    """What an import has done."""
    count = done.changed
    rows = ngettext("%(number)s row is imported.", "%(number)s rows are imported.", count)
    if not count:
        rows = _("Nothing in it is new.")
    if not done.seen:
        return rows
    links = ngettext("%(number)s link counts now.", "%(number)s links count now.", done.seen)
    return _("%(rows)s %(links)s", rows=rows, links=links)
