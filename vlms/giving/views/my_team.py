"""A manager's people: their requests, how their codes stand, and a word to who has not begun.

Managers act outside any workspace: what they see is held to their people (`Team`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import Session

from vlms.codes.rules.shown_state import word
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import Team
from vlms.core.text import _
from vlms.giving.forms.requests import ApproveForm
from vlms.giving.models.requests import AskState
from vlms.giving.queries.requests import get_request, list_requests
from vlms.giving.request_words import ASK_WORDS
from vlms.giving.service.requests import approve as approve_request
from vlms.giving.service.team import list_members, team_of
from vlms.giving.service.team import nudge as nudge_person
from vlms.giving.views.request_answers import Answer, AnswerPage, answer_forms
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

my_team = Blueprint("my_team", __name__, url_prefix="/my/team")


@my_team.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    with _looking() as (session, team):
        return render_template(
            "my_team/index.html",
            members=list_members(session, team, g.now),
            asked=list_requests(session, AskState.ASKED),
            waiting=list_requests(session, AskState.WAITING),
            states=ASK_WORDS,
            code_word=word,
        )


@my_team.get("/requests/<uuid:voucher_request_id>")
@requires(Permission.USE_OWN_CODES)
def request_page(voucher_request_id: UUID) -> Answer:
    return _request_page(voucher_request_id)


@my_team.post("/requests/<uuid:voucher_request_id>/approve")
@requires(Permission.USE_OWN_CODES)
def approve(voucher_request_id: UUID) -> Answer:
    form = ApproveForm()
    return _ANSWERS.approve(
        form,
        voucher_request_id,
        lambda work, found: approve_request(work, found, form.remark.value),
    )


@my_team.post("/requests/<uuid:voucher_request_id>/refuse")
@requires(Permission.USE_OWN_CODES)
def refuse(voucher_request_id: UUID) -> Answer:
    return _ANSWERS.refuse(voucher_request_id)


@my_team.post("/codes/<uuid:code_id>/nudge")
@requires(Permission.USE_OWN_CODES)
def nudge(code_id: UUID) -> Answer:
    """Reminds one of the manager's people of a code; once a week."""
    form = Form()
    if not form.validate_on_submit():
        return index()
    with unit_of_work(form, scope=_team()) as work:
        work.location = url_for(".index")
        nudge_person(work, code_id)
    return answer(work, _("The reminder is on its way."))


def _team() -> Team:
    return team_of(g.visitor.user_id, g.visitor.only_in)


@contextmanager
def _looking() -> Iterator[tuple[Session, Team]]:
    """A session that sees the visitor's people, and nothing else."""
    team = _team()
    with reading(team) as session:
        yield session, team


def _request_page(voucher_request_id: UUID, sent: Form | None = None) -> str:
    with _looking() as (session, _own_people):
        return render_template(
            "my_team/request_page.html",
            request_=get_request(session, voucher_request_id),
            **answer_forms(sent),
        )


_ANSWERS = AnswerPage(".request_page", _request_page, _team)
