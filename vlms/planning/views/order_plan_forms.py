"""Making and editing an order plan, with what it comes to beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.agreements.queries import list_agreements
from vlms.catalog.queries import list_certifications
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.reading import read_day
from vlms.core.text import _, bracketed
from vlms.orders.forms import seen_version
from vlms.orders.views.blueprint import window_days
from vlms.planning.forms.order_plans import GoalForm, PlanForm, fill
from vlms.planning.queries.order_plans import get_plan, latest_version
from vlms.planning.queries.people_groups import list_groups
from vlms.planning.service.goals import PlanFacts, is_earnable
from vlms.planning.service.order_plans import add_plan, change_plan, facts_of
from vlms.planning.views.order_plans import order_plans
from vlms.planning.views.reckoned import reckoned
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.errors import status_of
from vlms.web.kept_forms import keep_shown, kept_fields
from vlms.web.locales import name_of, show_day, show_number
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]
_BUTTONS = frozenset({"intent", "remove"})


@order_plans.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_ORDER_PLANS)
@takes("intent", "remove")
def new() -> Answer:
    form = PlanForm()
    _offer(form, _running())
    if request.method == "GET":
        return _page(_shown(form), 200)
    return _sent(form)


@order_plans.route("/<uuid:plan_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ORDER_PLANS)
@takes("intent", "remove")
def edit(plan_id: UUID) -> Answer:
    plan = get_plan(db.session(), plan_id)
    form = PlanForm()
    if request.method == "GET" and kept_fields() is None:
        fill(form, plan.version, facts_of(plan, latest_version(plan)), str(plan.agreement_id))
    _offer(form, [plan.agreement])
    if request.method == "GET":
        return _page(_shown(form), 200, plan_id)
    return _sent(form, plan_id)


@order_plans.post("/panel")
@requires(Permission.EDIT_ORDER_PLANS)
def panel() -> str:
    """What the plan comes to as it is typed right now."""
    form = PlanForm()
    _offer(form, list_agreements(db.session()))
    form.validate()
    return render_template("order_plans/panel.html", **_reckoned(form))


def _sent(form: PlanForm, plan_id: UUID | None = None) -> Answer:
    """Save the plan; any other button shows the form again with its rows rearranged."""
    if request.form.get("intent") != "save":
        return redirect(_rearranged(form))
    if not form.validate_on_submit():
        return _page(form, 422, plan_id)
    facts = form.facts(form.filled())
    try:
        with unit_of_work(form) as work:
            if plan_id is None:
                plan = add_plan(work, UUID(form.agreement.data), facts)
            else:
                plan = change_plan(work, plan_id, seen_version(form.version.data), facts)
            work.location = url_for(".show", plan_id=plan.id)
        return answer(work, _("The plan is kept."))
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(form, status_of(refusal), plan_id)


def _rearranged(form: PlanForm) -> str:
    """Where the form is shown after a button that saves nothing."""
    removed = request.form.get("remove")
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in _BUTTONS and not (removed and name.startswith(f"{removed}-"))
    ]
    return keep_shown(fields)


def _shown(form: PlanForm) -> PlanForm:
    """What was kept is checked again, so that it is reckoned with; a new form begins today."""
    if kept_fields() is not None:
        form.validate()
    elif not form.begins_on.data:
        form.begins_on.data = local_day(g.now, g.workspace.time_zone).isoformat()
    return form


def _page(form: PlanForm, status: int, plan_id: UUID | None = None) -> tuple[str, int]:
    rows = form.rows()
    if not rows or not rows[-1].is_blank:
        form.goals.append_entry()
    _offer_rows(form)
    plan = None if plan_id is None else get_plan(db.session(), plan_id)
    for row in rows:
        _read_again(row)
    return render_template("order_plans/edit.html", form=form, plan=plan, **_reckoned(form)), status


def _read_again(row: GoalForm) -> None:
    """A kept row counts as typed: the panel reckons with it."""
    for field in (row.people, row.months, row.exams_each):
        if field.value is None and not field.errors:
            field.value = field.reader(field.data or "", field.label.text)


def _reckoned(form: PlanForm) -> dict[str, Any]:
    """What the readable rows come to; nothing without an agreement, a day and a row."""
    rows = form.readable()
    chosen = form.agreement.data
    agreements = {str(one.id): one for one in list_agreements(db.session())}
    day = _day(form)
    if not rows or day is None or chosen not in agreements:
        return {"reckoning": None, "refusal": None, "agreement": agreements.get(chosen)}
    facts = PlanFacts("", day, tuple(row.facts() for row in rows))
    return reckoned(agreements[chosen], facts, window_days())


def _day(form: PlanForm) -> date | None:
    try:
        day: date = read_day(form.begins_on.data or "", form.begins_on.label.text)
    except DomainError:
        return None
    return day


def _running() -> Sequence[Agreement]:
    """The agreements that have not ended."""
    found = list_agreements(db.session())
    return [one for one in found if one.last_day >= local_day(g.now, one.time_zone)]


def _offer(form: PlanForm, agreements: Sequence[Agreement]) -> None:
    form.agreement.offer([(str(one.id), _label(one)) for one in agreements])
    if not form.agreement.data and agreements:
        form.agreement.data = str(agreements[0].id)
    _offer_rows(form)


def _offer_rows(form: PlanForm) -> None:
    today = local_day(g.now, g.workspace.time_zone)
    begins_on = _day(form) or today
    earnable, over = [], []
    for one in list_certifications(db.session()):
        if is_earnable(one, begins_on, today):
            earnable.append((one.key, name_of(one)))
        else:
            over.append((one.key, name_of(one) + bracketed(_("its exams retire first"))))
    groups = [
        (group.key, f"{group.name}{bracketed(show_number(group.people))}")
        for group in list_groups(db.session(), g.workspace.organisation_id, today)
    ]
    form.offer_rows(earnable, over, groups)


def _label(agreement: Agreement) -> str:
    term = f"{show_day(agreement.first_day)} – {show_day(agreement.last_day)}"
    return " · ".join((agreement.number, agreement.currency, term))
