"""Pages of competencies: the board, and each competency by itself (K3-K5)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, render_template

from vlms.audit.views import journal_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.partners.competency_words import (
    ACTION_WORDS,
    ALERT,
    COLUMN_WORDS,
    LEVEL_WORDS,
    STATE_WORDS,
    needs_words,
    room_words,
)
from vlms.partners.queries.competencies import list_records_of
from vlms.partners.queries.competency_pages import get_board, get_detail
from vlms.web.access import requires
from vlms.web.words import add_words

competencies = Blueprint("competencies", __name__, url_prefix="/o/<organisation>/competencies")
add_words(
    ACTION_WORDS,
    COLUMN_WORDS,
    {"competency_spell.state": {state.value: word for state, word in STATE_WORDS.items()}},
)
WORDS = {
    "levels": LEVEL_WORDS,
    "states": STATE_WORDS,
    "room_words": room_words,
    "needs_words": needs_words,
    "alert": ALERT,
}


def today() -> date:
    """The day in the organisation's zone, by which K and M are reckoned."""
    return local_day(g.now, g.workspace.time_zone)


@competencies.get("/")
@requires(Permission.VIEW_COMPETENCIES)
def index() -> str:
    board = get_board(db.session(), g.workspace.organisation_id, today())
    return render_template("competencies/index.html", board=board, **WORDS)


@competencies.get("/<name>")
@requires(Permission.VIEW_COMPETENCIES)
def show(name: str) -> str:
    session, place = db.session(), g.workspace.organisation_id
    found = get_detail(session, place, name, today())
    keys = list_records_of(session, place, name)
    entries = journal_of(*keys, edited_by=Permission.EDIT_COMPETENCIES)
    return render_template("competencies/show.html", found=found, entries=entries, **WORDS)
