"""An organisation's board of certifications, and what its admins enter there (F13)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.directory_queries import list_managers
from vlms.audit.views import journal_of
from vlms.catalog.queries import list_certifications, list_exams
from vlms.certifications.forms.entering import EnterForm
from vlms.certifications.forms.results import ResultForm
from vlms.certifications.models import HeldCertification
from vlms.certifications.names import name_certifications
from vlms.certifications.queries.board import BoardFilter, count_board, count_teams, states_of
from vlms.certifications.service.entering import enter
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.views.boards import board_facts, board_file, board_filter, check_board
from vlms.certifications.views.results import Page, held_facts, take_result, with_status
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.locales import name_of
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_names

certifications = Blueprint(
    "certifications", __name__, url_prefix="/o/<organisation>/certifications"
)
add_names(certification_key=name_certifications)


@certifications.get("/")
@requires(Permission.VIEW_CERTIFICATIONS)
def index() -> str:
    """By state, team and month: who holds what, and what ends next."""
    session, asked = db.session(), _asked()
    managers = {str(one.id): one.name for one in list_managers(session, _place())}
    teams = count_teams(session, asked)
    facts = board_facts(session, "certifications.index", asked, managers)
    named = [(str(key) if key else None, counts) for key, counts in teams.items()]
    named.sort(key=lambda pair: managers.get(pair[0] or "", "\U0010ffff"))
    return render_template(
        "certifications/index.html",
        **facts,
        states=states_of(teams, asked),
        teams=named,
        manager_names=managers,
    )


def _place() -> UUID:
    return UUID(str(g.workspace.organisation_id))


def _asked() -> BoardFilter:
    return board_filter(_place())


@certifications.get("/certifications.<form>")
@requires(Permission.VIEW_CERTIFICATIONS)
def download(form: str) -> Response:
    check_board()
    return send_or_plan(BOARD, form)


def _table(session: Session) -> Table[HeldCertification]:
    return board_file(session, _asked())


BOARD = add_export(
    Export(
        "certifications",
        _("Certifications"),
        lambda session: count_board(session, _asked()),
        _table,
        lambda: f"certifications-{g.workspace.slug}",
    )
)


@certifications.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def new() -> Page:
    """Enter an exam that somebody passed, or a certification that they earned."""
    form = EnterForm()
    session = db.session()
    exams = [(one.number, f"{one.number} {name_of(one)}") for one in list_exams(session)]
    form.offer_all(exams, [(one.key, name_of(one)) for one in list_certifications(session)])
    if form.validate_on_submit():
        kind, _sign, key = form.what.value.partition(":")
        try:
            with unit_of_work(form) as work:
                person = enter(work, _place(), form.who.value, (kind, key), form.day.value)
                work.location = url_for(".index", q=person.email or person.number or person.name)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("It is entered."))
    return with_status(render_template("certifications/new.html", form=form), form)


@certifications.get("/<uuid:held_id>")
@requires(Permission.VIEW_CERTIFICATIONS)
def show(held_id: UUID) -> str:
    return _page(held_id, ResultForm(g.actor.time_zone))


@certifications.post("/<uuid:held_id>/attempts")
@requires(Permission.EDIT_CERTIFICATIONS)
def record(held_id: UUID) -> Page:
    """A renewal assessment that somebody has taken, as an admin knows it."""
    return take_result(held_id, record_attempt, _page)


def _page(held_id: UUID, form: ResultForm) -> str:
    facts = held_facts(held_id)
    entries = journal_of(held_id, edited_by=Permission.EDIT_CERTIFICATIONS)
    return render_template("certifications/show.html", **facts, form=form, entries=entries)
