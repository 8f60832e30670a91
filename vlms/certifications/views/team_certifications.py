"""A manager's board: the certifications of their people, and nothing else (F13)."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from vlms.certifications.queries.board import count_states
from vlms.certifications.views.boards import board_facts, board_file, board_filter, check_board
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import Team
from vlms.giving.service.team import team_of
from vlms.web.access import requires
from vlms.web.pages import send_table

team_certifications = Blueprint(
    "team_certifications", __name__, url_prefix="/my/team/certifications"
)


@team_certifications.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    with reading(_team()) as session:
        facts = board_facts(session, "team_certifications.index", board_filter(None), {})
        states = count_states(session, board_filter(None))
        return render_template("team_certifications/index.html", states=states, **facts)


@team_certifications.get("/certifications.<form>")
@requires(Permission.USE_OWN_CODES)
def download(form: str) -> Response:
    check_board()
    with reading(_team()) as session:
        return send_table(board_file(session, board_filter(None)), "certifications", form)


def _team() -> Team:
    return team_of(g.visitor.user_id, g.visitor.only_in)
