"""How many to order: the list of plans, one plan, its editions, its draft (O6)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.orders.views.blueprint import window_days
from vlms.planning.order_plan_words import ACTION_WORDS, COLUMN_WORDS
from vlms.planning.queries.order_plans import (
    compare,
    first_order_day,
    get_plan,
    latest_version,
    list_drafts,
    search_plans,
)
from vlms.planning.queries.people_groups import list_groups
from vlms.planning.service.order_plans import facts_of, make_draft
from vlms.planning.views.reckoned import names_of_certifications, reckoned
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

order_plans = Blueprint("order_plans", __name__, url_prefix="/o/<organisation>/order-plans")
add_words(ACTION_WORDS, COLUMN_WORDS)
_HEADINGS = (
    Heading("title", _("Plan"), "title"),
    Heading("agreement", _("Agreement"), None, "nowrap"),
    Heading("made", _("Made"), "made", "nowrap"),
    Heading("exams", _("Exams needed"), None, "number"),
    Heading("order_by", _("Order by"), None, "nowrap"),
)
_FILTERS = (Filter("q", _("Title"), hint=_("Part of it")),)


@order_plans.get("/")
@requires(Permission.VIEW_OUTLOOK)
def index() -> str:
    page = ListPage("order_plans.index", _HEADINGS, _FILTERS)
    found = search_plans(
        db.session(), g.workspace.organisation_id, page.filters[0].value, listing("-made")
    )
    return render_template(
        "order_plans/index.html",
        list=page,
        found=found,
        latest=latest_version,
        order_by=first_order_day,
    )


@order_plans.get("/<uuid:plan_id>")
@requires(Permission.VIEW_OUTLOOK)
def show(plan_id: UUID) -> str:
    plan = get_plan(db.session(), plan_id)
    version = latest_version(plan)
    facts = facts_of(plan, version)
    groups = list_groups(db.session(), plan.organisation_id, g.now.date())
    return render_template(
        "order_plans/show.html",
        plan=plan,
        version=version,
        certifications=names_of_certifications(),
        groups={group.key: group.name for group in groups},
        compared=compare(db.session(), plan),
        drafts=list_drafts(db.session(), plan),
        form=Form(formdata=None),
        entries=journal_of(plan.id),
        **reckoned(plan.agreement, facts, window_days()),
    )


@order_plans.post("/<uuid:plan_id>/draft")
@requires(Permission.PLACE_ORDERS)
def draft(plan_id: UUID) -> Response:
    """Make the order draft and open it."""
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".show", plan_id=plan_id))
    with unit_of_work(form) as work:
        order = make_draft(work, plan_id)
        work.location = url_for("orders.edit", order_id=order.id)
    return answer(work, _("The draft is made. Look through it, then place it."))
