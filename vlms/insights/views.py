"""The start page, health, and the rules that messages cite."""

from __future__ import annotations

from flask import Blueprint, g, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.health import is_ready
from vlms.core.permissions import Permission
from vlms.insights.queries import count_codes, count_lapsing, list_open_orders, list_running
from vlms.insights.rules_page import rule_sections
from vlms.web.access import public, requires
from vlms.web.locales import current_language

insights = Blueprint("insights", __name__)


@insights.get("/")
@public
def start() -> Response:
    """Leads to the only workspace, to the choice of one, or to the visitor's own codes."""
    if g.visitor is None:
        return redirect(url_for("accounts.sign_in"))
    places = g.visitor.workspaces
    if not places:
        return redirect(url_for("my_codes.index"))
    if len(places) == 1:
        return redirect(url_for("insights.workspace", organisation=places[0].slug))
    return redirect(url_for("insights.places"))


@insights.get("/places")
@requires(Permission.USE_OWN_CODES)
def places() -> str:
    return render_template("insights/places.html")


@insights.get("/o/<organisation>/")
@requires(Permission.VIEW_WORKSPACE)
def workspace() -> str | Response:
    """What one works with here; the exam desk has nothing else than the desk."""
    if g.actor.may(Permission.CHECK_CODES) and not g.actor.may(Permission.VIEW_ORDERS):
        return redirect(url_for("desk.index"))
    session = db.session()
    sees_codes = g.actor.may(Permission.VIEW_CODES)
    return render_template(
        "insights/workspace.html",
        running=list_running(session, g.now) if g.actor.may(Permission.VIEW_AGREEMENTS) else [],
        orders=list_open_orders(session) if g.actor.may(Permission.VIEW_ORDERS) else [],
        counts=count_codes(session, g.now) if sees_codes else [],
        lapsing=count_lapsing(session, g.now) if sees_codes else {},
    )


@insights.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    ready = is_ready()
    return jsonify(status="ok" if ready else "not ready"), 200 if ready else 503


@insights.get("/rules")
@public
def rules() -> str:
    return render_template("insights/rules.html", sections=rule_sections(current_language()))
