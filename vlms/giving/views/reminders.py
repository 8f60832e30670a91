"""Reminders: whose codes lie where, one, ticked or all reminded, the plan, warnings on home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.codes.exports import number_of
from vlms.codes.queries import CodeFilter, search_codes
from vlms.codes.views.bulk import BulkAct, add_bulk_act
from vlms.codes.views.filters import wanted_codes
from vlms.codes.views.lists import code_filters
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.giving.forms.reminders import PlanForm
from vlms.giving.queries.end_warnings import list_standing
from vlms.giving.queries.reminders import TABS, count_tabs, list_sent, plan_of
from vlms.giving.reminder_words import ACTION_WORDS, COLUMN_WORDS
from vlms.giving.service.reminder_plans import acknowledge, set_plan
from vlms.giving.service.reminding import refusals, remind
from vlms.web.access import requires
from vlms.web.addresses import asked_here
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

reminders = Blueprint("reminders", __name__, url_prefix="/o/<organisation>/reminders")
add_words(ACTION_WORDS, COLUMN_WORDS)
TAB_WORDS = {
    "unassigned": _("Not assigned"),
    "unclaimed": _("Assigned, not claimed"),
    "unused": _("Claimed, not used"),
    "used": _("Used"),
    "expired": _("Expired"),
}
_HEADINGS = (
    Heading("person", _("Person")),
    Heading("number", _("Code"), "number", "nowrap"),
    Heading("product", _("Product")),
    Heading("agreement", _("Agreement"), None, "nowrap", is_extra=True),
    Heading("assigned", _("Assigned"), is_extra=True),
    Heading("last_day", _("Last day of use"), "expires", "nowrap"),
    Heading("reminded", _("Last reminded")),
    Heading("act", _("What to do")),
)
REMIND = "remind"
add_bulk_act(
    REMIND,
    BulkAct(
        refusals,
        _("Remind holders"),
        _("Remind the holders of these codes?"),
        _("Each gets a mail about their own code. Nobody gets more in a week than the plan says."),
        "bell",
        Permission.SEND_REMINDERS,
        rule=None,
        back="reminders.index",
    ),
    remind,
)


@reminders.get("/")
@requires(Permission.VIEW_REMINDERS)
def index() -> str | Response:
    """The codes of a tab, those first that lapse soonest; filters as in the list of codes."""
    asked = wanted_codes()
    if asked.only is None and asked.state is None:
        return redirect(url_for(".index", **{**asked_here(), **_of_tab("unclaimed")}))
    found = search_codes(db.session(), asked, g.now, listing("expires"))
    return render_template(
        "reminders/index.html",
        list=ListPage("reminders.index", _HEADINGS, _filters()),
        found=found,
        sent=list_sent(db.session(), [code.id for code in found.rows]),
        refused=refusals(db.session(), found.rows, g.now),
        tabs=[(_of_tab(tab), word, tab) for tab, word in TAB_WORDS.items()],
        tab=next((tab for tab in TABS if _is_shown(tab, asked)), None),
        counts=count_tabs(db.session(), g.now),
        acts=_acts(),
        number_of=number_of,
    )


def _acts() -> list[tuple[str, Text, str]]:
    can_send = g.actor.may(Permission.SEND_REMINDERS) and g.actor.may(Permission.ASSIGN_CODES)
    return [(REMIND, _("Remind holders"), "bell")] if can_send else []


def _filters() -> list[Filter]:
    """Those of the list of codes; the state is chosen by the tabs."""
    return [
        replace(one, is_offered=False) if one.name == "state" else one for one in code_filters()
    ]


def _is_shown(tab: str, asked: CodeFilter) -> bool:
    narrowing = TABS[tab]
    return (narrowing.only, narrowing.state) == (asked.only, asked.state)


def _of_tab(tab: str) -> dict[str, Any]:
    """The arguments of an address that show a tab."""
    narrowing = TABS[tab]
    shown = narrowing.state
    return {"only": narrowing.only, "state": shown.value if shown else None}


@reminders.route("/plan", methods=["GET", "POST"])
@requires(Permission.SEND_REMINDERS)
def plan() -> str | Response | tuple[str, int]:
    """The days on which holders are reminded and admins warned, and the cap of a week."""
    key = g.workspace.organisation_id
    form = PlanForm.of(plan_of(db.session(), key))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                set_plan(work, key, form.plan())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The plan is kept; it holds from the next round on."))
    return render_template("reminders/plan.html", form=form), 422 if form.is_refused else 200


@reminders.post("/warnings/<uuid:warning_id>/seen")
@requires(Permission.SEND_REMINDERS)
def seen(warning_id: UUID) -> Response:
    """Takes a warning off the screen; the next step brings another."""
    form = Form()
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            acknowledge(work, warning_id)
            work.location = url_for("reminders.index")
        return answer(work, _("Noted: you have seen the warning."))
    return redirect(url_for("reminders.index"))


def _standing(organisation_id: UUID) -> dict[str, Any] | None:
    standing = list_standing(db.session(), organisation_id, g.now)
    return {"standing": standing} if standing else None


add_panel(Panel("home-top", Permission.VIEW_REMINDERS, "reminders/warnings.html", _standing))
