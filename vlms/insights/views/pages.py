"""The start page, health, and the rules that messages cite."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.queries.own_seats import has_own_seats
from vlms.codes.rules.shown_state import Shown
from vlms.core.db import db
from vlms.core.health import is_ready
from vlms.core.permissions import Permission
from vlms.insights.charts import list_charts
from vlms.insights.home import open_home
from vlms.insights.rules_page import rule_sections
from vlms.insights.task import Task
from vlms.insights.views.blueprint import insights, look_around
from vlms.orders.words import STATE_WORDS
from vlms.web.access import public, requires
from vlms.web.locales import current_language
from vlms.web.pages import is_partial


@insights.get("/")
@public
def start() -> Response:
    """Leads to the only workspace, to the choice of one, or to what is the visitor's own."""
    if g.visitor is None:
        return redirect(url_for("accounts.sign_in"))
    places = g.visitor.workspaces
    if not places:
        return redirect(url_for(".own_start"))
    if len(places) == 1:
        return redirect(url_for("insights.workspace", organisation=places[0].slug))
    return redirect(url_for("insights.places"))


@insights.get("/my/")
@requires(Permission.USE_OWN_CODES)
def own_start() -> Response:
    """Leads who has a seat in a sitting to their exams, everybody else to their codes."""
    has_exams = has_own_seats(db.session())
    return redirect(url_for("my_exams.index" if has_exams else "my_codes.index"))


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
    look = look_around()
    home = open_home(look)
    return render_template(
        "insights/workspace.html",
        home=home,
        tasks=[(task, _address(task)) for task in home.tasks],
        shown_states=list(Shown),
        order_states=STATE_WORDS,
        shows_unused=home.figures.codes is not None or look.kind == "reseller",
        address_of=_address_of,
    )


@insights.get("/o/<organisation>/figures")
@requires(Permission.VIEW_WORKSPACE)
def charts() -> str:
    """The charts; the home page asks for them alone, after it is shown."""
    name = "_charts" if is_partial() else "charts"
    return render_template(f"insights/{name}.html", charts=list_charts(look_around()))


def _address(task: Task) -> str | None:
    """Where a task is done, if this visitor may go there."""
    return _address_of(task.endpoint, **task.arguments)


def _address_of(endpoint: str, **arguments: Any) -> str | None:
    """The address of a page, if there is one that this visitor may open."""
    access = getattr(current_app.view_functions.get(endpoint), "access", None)
    return url_for(endpoint, **arguments) if access and g.actor.may(access) else None


@insights.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    ready = is_ready()
    return jsonify(status="ok" if ready else "not ready"), 200 if ready else 503


@insights.get("/rules")
@public
def rules() -> str:
    return render_template("insights/rules.html", sections=rule_sections(current_language()))
