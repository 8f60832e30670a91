"""Enters, changes and removes the budgets of a customer's cost centres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vlms.accounts.service.limits import require_whole_organisation
from vlms.billing.models.budgets import Budget
from vlms.billing.queries.budgets import get_budget
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class BudgetFacts:
    """What a cost centre may spend, net, from a day to a day, in minor units."""

    cost_centre: str
    currency: str
    first_day: date
    last_day: date
    amount_minor: int


def add_budget(work: Work, organisation_id: UUID, facts: BudgetFacts) -> Budget:
    """Raises BadInput for days in the wrong order and for a second budget from the same day."""
    _check(work, facts)
    work.does("budget.added")
    budget = Budget(organisation_id=organisation_id)
    return _write(work, budget, facts)


def change_budget(work: Work, budget_id: UUID, facts: BudgetFacts) -> Budget:
    """The same for one that stands. Raises NotFound and BadInput."""
    _check(work, facts)
    budget = get_budget(work.session, budget_id)
    work.does("budget.changed")
    return _write(work, budget, facts)


def remove_budget(work: Work, budget_id: UUID) -> None:
    """Take a budget out; orders and their cost centres stay. Raises NotFound."""
    work.actor.require(Permission.EDIT_BUDGETS)
    require_whole_organisation(work)
    budget = get_budget(work.session, budget_id)
    work.does("budget.removed")
    work.session.delete(budget)
    work.flush()


def _check(work: Work, facts: BudgetFacts) -> None:
    work.actor.require(Permission.EDIT_BUDGETS)
    require_whole_organisation(work)
    if facts.last_day < facts.first_day:
        raise BadInput(
            None,
            _("The last day of a budget does not come before its first day."),
            field="last_day",
            way_out=_("Enter the days the other way round."),
        )


def _write(work: Work, budget: Budget, facts: BudgetFacts) -> Budget:
    double = BadInput(
        None,
        _("This cost centre has a budget in this currency from that day already."),
        reason="double",
        field="first_day",
        way_out=_("Change that budget, or choose another first day."),
    )
    with refusing_doubles(work, uq_budget=double):
        for name in ("cost_centre", "currency", "first_day", "last_day", "amount_minor"):
            setattr(budget, name, getattr(facts, name))
        work.session.add(budget)
    return budget
