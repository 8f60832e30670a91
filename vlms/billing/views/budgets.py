"""Pages of budgets, and what is left of them on the pages of orders and drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.budget_words import ACTION_WORDS, COLUMN_WORDS
from vlms.billing.forms.budgets import BudgetForm, typed_budget
from vlms.billing.models.budgets import Budget
from vlms.billing.queries.budgets import (
    MOST_ORDERS,
    Spending,
    currencies_of_budgets,
    get_budget,
    has_budgets,
    list_covering,
    list_spent_on,
    search_budgets,
    sees_budgets,
    standings,
)
from vlms.billing.service.budgets import add_budget, change_budget, remove_budget
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.orders.drafted import Drafted
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_currencies, add_words

budgets = Blueprint("budgets", __name__, url_prefix="/o/<organisation>/budgets")
add_words(ACTION_WORDS, COLUMN_WORDS)
add_currencies(budget=currencies_of_budgets)
Answer = str | Response | tuple[str, int]
_HEADINGS = (
    Heading("cost_centre", _("Cost centre"), "cost_centre"),
    Heading("days", _("Days"), "first_day", "nowrap"),
    Heading("amount", _("Budget"), None, "number"),
    Heading("spent", _("Spent"), None, "number"),
    Heading("left", _("Left"), None, "number"),
    Heading("used", _("Used"), None, "number"),
)
_FILTERS = (Filter("q", _("Cost centre"), hint=_("Part of its name")),)


@budgets.get("/")
@requires(Permission.VIEW_BUDGETS)
def index() -> str:
    page = ListPage("budgets.index", _HEADINGS, _FILTERS)
    found = search_budgets(db.session(), page.filters[0].value, listing("-first_day"))
    return render_template(
        "budgets/index.html",
        list=page,
        found=found,
        standings=standings(db.session(), found.rows),
        is_limited=not sees_budgets(db.session()),
    )


@budgets.route("/add", methods=["GET", "POST"])
@requires(Permission.EDIT_BUDGETS)
def add() -> Answer:
    form = BudgetForm()

    def act(work: Work) -> None:
        made = add_budget(work, g.workspace.organisation_id, form.facts())
        work.location = url_for(".show", budget_id=made.id)

    return _entered(form, act, _("The budget is saved."), None)


@budgets.get("/<uuid:budget_id>")
@requires(Permission.VIEW_BUDGETS)
def show(budget_id: UUID) -> str:
    budget = get_budget(db.session(), budget_id)
    return render_template(
        "budgets/show.html",
        budget=budget,
        standing=standings(db.session(), [budget])[budget.id],
        found=list_spent_on(db.session(), budget),
        most=MOST_ORDERS,
        form=Form(formdata=None),
        entries=journal_of(budget.id),
    )


@budgets.route("/<uuid:budget_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_BUDGETS)
def edit(budget_id: UUID) -> Answer:
    budget = get_budget(db.session(), budget_id)
    form = BudgetForm(data=typed_budget(budget))

    def act(work: Work) -> None:
        change_budget(work, budget_id, form.facts())
        work.location = url_for(".show", budget_id=budget_id)

    return _entered(form, act, _("The budget is saved."), budget)


@budgets.post("/<uuid:budget_id>/remove")
@requires(Permission.EDIT_BUDGETS)
def remove(budget_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".show", budget_id=budget_id))
    with unit_of_work(form) as work:
        remove_budget(work, budget_id)
        work.location = url_for(".index")
    return answer(work, _("The budget is removed."))


def _entered(
    form: BudgetForm, act: Callable[[Work], None], message: Text, budget: Budget | None
) -> Answer:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    page = render_template("budgets/enter.html", form=form, budget=budget)
    return page, 422 if form.is_refused else 200


def _of_order(order_id: UUID) -> dict[str, Any] | None:
    """What is left of the budgets that a placed order was paid from."""
    order = get_order(db.session(), order_id)
    if order.state is OrderState.CANCELLED:
        return None
    day = order.ordered_on or local_day(g.now, order.agreement.time_zone)
    spending = Spending(order.organisation_id, order.cost_centre, order.currency, day)
    is_spent = order.ordered_on is not None and order.placed_at is not None
    return _facts(spending, 0 if is_spent else order.total_minor, is_spent=is_spent)


def _of_draft(draft: Drafted) -> dict[str, Any] | None:
    """What the draft as it is typed would leave of them, were it placed today."""
    spending = Spending(draft.organisation_id, draft.cost_centre, draft.currency, draft.day)
    return _facts(spending, draft.total_minor or 0, is_spent=False)


def _facts(spending: Spending, more: int, *, is_spent: bool) -> dict[str, Any] | None:
    covering = list_covering(db.session(), spending)
    if not covering and not has_budgets(db.session(), spending.organisation_id):
        return None
    now = standings(db.session(), covering)
    return {
        "cost_centre": spending.cost_centre,
        "rows": [(one, now[one.id].with_more(more)) for one in covering],
        "is_spent": is_spent,
    }


_TEMPLATE = "budgets/panel.html"
add_panel(Panel("order", Permission.VIEW_BUDGETS, _TEMPLATE, _of_order))
add_panel(Panel("draft", Permission.VIEW_BUDGETS, _TEMPLATE, _of_draft))
