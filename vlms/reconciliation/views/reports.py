"""The pages of saved reports: statements that are sent by themselves."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.billing.queries.statement_choices import choices_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.reconciliation.forms.reports import ReportForm
from vlms.reconciliation.queries.reports import get_report, list_reports
from vlms.reconciliation.report_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    FORMAT_WORDS,
    RHYTHM_WORDS,
    VALUE_WORDS,
)
from vlms.reconciliation.rules.rhythm import FAILURES_UNTIL_STOP
from vlms.reconciliation.service.reports import (
    NARROWED_BY,
    NewReport,
    arguments_of,
    edit_report,
    pause_report,
    remove_report,
    resume_report,
    save_report,
    send_now,
    settings_of,
)
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

saved_reports = Blueprint(
    "saved_reports", __name__, url_prefix="/o/<organisation>/statements/reports"
)
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)


@saved_reports.get("/")
@requires(Permission.VIEW_STATEMENTS)
def index() -> str:
    return render_template(
        "saved_reports/index.html",
        found=list_reports(db.session(), g.workspace.organisation_id, g.visitor.user_id),
        arguments_of=arguments_of,
        formats=FORMAT_WORDS,
        rhythms=RHYTHM_WORDS,
        most_failures=FAILURES_UNTIL_STOP,
    )


@saved_reports.route("/add", methods=["GET", "POST"])
@requires(Permission.VIEW_STATEMENTS)
def add() -> str | Response | tuple[str, int]:
    form = ReportForm(data={name: wanted(name) or "" for name in NARROWED_BY})

    def act(work: Work, new: NewReport) -> None:
        save_report(work, g.workspace.organisation_id, g.visitor.user_id, new)

    return _entered("saved_reports/add.html", form, act)


@saved_reports.route("/<uuid:report_id>/edit", methods=["GET", "POST"])
@requires(Permission.VIEW_STATEMENTS)
def edit(report_id: UUID) -> str | Response | tuple[str, int]:
    report = get_report(db.session(), report_id, g.visitor.user_id)
    form = ReportForm.showing(settings_of(report))

    def act(work: Work, new: NewReport) -> None:
        edit_report(work, report_id, new)

    return _entered("saved_reports/edit.html", form, act)


def _entered(
    template: str, form: ReportForm, act: Callable[[Work, NewReport], None]
) -> str | Response | tuple[str, int]:
    form.offer_choices(choices_of(db.session()), has_customers=g.workspace.kind == "reseller")
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work, form.new())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The report is saved."))
    page = render_template(template, form=form)
    return page, 422 if form.is_refused else 200


@saved_reports.post("/<uuid:report_id>/send")
@requires(Permission.VIEW_STATEMENTS)
def send(report_id: UUID) -> Response:
    return _done(lambda work: send_now(work, report_id), _("The report is being sent."))


@saved_reports.post("/<uuid:report_id>/pause")
@requires(Permission.VIEW_STATEMENTS)
def pause(report_id: UUID) -> Response:
    return _done(lambda work: pause_report(work, report_id), _("The report is paused."))


@saved_reports.post("/<uuid:report_id>/resume")
@requires(Permission.VIEW_STATEMENTS)
def resume(report_id: UUID) -> Response:
    return _done(lambda work: resume_report(work, report_id), _("The report is sent again."))


@saved_reports.post("/<uuid:report_id>/remove")
@requires(Permission.VIEW_STATEMENTS)
def remove(report_id: UUID) -> Response:
    return _done(lambda work: remove_report(work, report_id), _("The report is removed."))


def _done(act: Callable[[Work], None], message: Text) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form) as work:
        act(work)
        work.location = url_for(".index")
    return answer(work, message)
