"""The list that is worked off after a skills report: its No's, and where links differ (K2)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound, Topic
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.partners.forms.skills_reports import DecisionForm
from vlms.partners.queries.report_case_rows import Asked
from vlms.partners.queries.report_cases import (
    Todo,
    find_todo,
    line_count,
    list_todos,
    page_todos,
)
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.service.report_deciding import decide
from vlms.partners.skill_report_exports import todos_table
from vlms.partners.skill_report_words import CASE_WORDS, STATE_WORDS, WHAT_TO_DO
from vlms.partners.views.skills_reports import skills_reports
from vlms.web.access import requires
from vlms.web.dry_runs import LINES_SHOWN, ShownLines, asked_kind, asked_part
from vlms.web.errors import status_of
from vlms.web.lists import Filter, ListPage
from vlms.web.pages import send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["skills_reports"]
Answer = str | Response | tuple[str, int]
_ALL = "all"
_STATES: Mapping[str, Text] = {
    CaseState.DONE.value: STATE_WORDS[CaseState.DONE],
    CaseState.IGNORED.value: STATE_WORDS[CaseState.IGNORED],
    _ALL: _("All"),
}


@skills_reports.get("/to-do")
@requires(Permission.VIEW_SKILLS)
def todos() -> str:
    """`state`, `q` and `change` in the address narrow the list; what is open shows unasked."""
    session, place, case = db.session(), g.workspace.organisation_id, asked_kind(Case)
    asked = Asked(*_asked(), case)
    found = page_todos(session, place, g.now, asked, _part)
    number, page_count = asked_part(line_count(found.counts, case))
    filters = [
        Filter("state", _("State"), _STATES, unasked=STATE_WORDS[CaseState.OPEN]),
        Filter("q", _("Search in this list"), hint=_("Name, MCID or training")),
    ]
    return render_template(
        "skills_reports/todos.html",
        found=found,
        list=ListPage("skills_reports.todos", (), filters, kept=("change",)),
        shown=ShownLines(case, found.lines, number, page_count),
        cases=CASE_WORDS,
        states=STATE_WORDS,
    )


@skills_reports.get("/to-do.<form>")
@requires(Permission.VIEW_SKILLS)
def download_todos(form: str) -> Response:
    """The list as it is narrowed."""
    place = g.workspace.organisation_id
    found = list_todos(db.session(), place, g.now, _asked(), asked_kind(Case))
    return send_table(todos_table(found, g.workspace.time_zone, g.now), "skills-to-do", form)


@skills_reports.route("/to-do/<case>/<uuid:reported_skill_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SKILLS)
def decide_todo(case: str, reported_skill_id: UUID) -> Answer:
    """What to do about a line, and what became of it."""
    if case not in set(Case):
        raise NoSuchPage
    line = Case(case), reported_skill_id
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                state = CaseState(form.state.value)
                decide(work, g.workspace.organisation_id, line, state, form.note.value or "")
                work.location = url_for(".todos", change=case)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("It is noted."))
    found = _existing(line)
    if found.decision is not None and not form.is_submitted():
        form.state.data, form.note.data = found.decision.state.value, found.decision.note
    page = render_template(
        "skills_reports/decide_todo.html",
        form=form,
        todo=found,
        case_word=CASE_WORDS[found.case],
        what_to_do=WHAT_TO_DO[found.case],
        topic=Topic.PARTNER_SUPPORT,
    )
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200


def _asked() -> tuple[CaseState | None, str | None]:
    state = wanted("state")
    asked = None if state == _ALL else CaseState.OPEN
    if state in set(CaseState):
        asked = CaseState(state)
    return asked, wanted("q")


def _part(count: int) -> tuple[int, int]:
    number, _page_count = asked_part(count)
    return (number - 1) * LINES_SHOWN, LINES_SHOWN


def _existing(line: tuple[Case, UUID]) -> Todo:
    found = find_todo(db.session(), g.workspace.organisation_id, *line, g.now)
    if found is None:
        raise NotFound("K2", _("This line does not stand in the list any more."))
    return found
