"""How competencies stood, as a page and in the publisher's layouts (K3)."""

from __future__ import annotations

from flask import g, render_template
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.partners.competencies import name_of
from vlms.partners.competency_exports import history_table, performance_table
from vlms.partners.queries.competencies import get_facts, list_spells
from vlms.partners.views.competencies import WORDS, competencies, today
from vlms.web.access import requires
from vlms.web.pages import send_table

__all__ = ["competencies"]


@competencies.get("/history")
@requires(Permission.VIEW_COMPETENCIES)
def history() -> str:
    spells = list_spells(db.session(), g.workspace.organisation_id)
    return render_template("competencies/history.html", spells=spells, name_of=name_of, **WORDS)


@competencies.get("/history.<form>")
@requires(Permission.VIEW_COMPETENCIES)
def download_history(form: str) -> Response:
    spells = list_spells(db.session(), g.workspace.organisation_id)
    return send_table(history_table(spells, g.now), "competency-history", form)


@competencies.get("/performance.<form>")
@requires(Permission.VIEW_COMPETENCIES)
def download_performance(form: str) -> Response:
    facts = get_facts(db.session(), g.workspace.organisation_id, today())
    return send_table(performance_table(facts, g.now), "competency-performance", form)
