"""The demo customer's money: budgets of its cost centres, and who bears its codes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from vlms.billing.service.budgets import BudgetFacts, add_budget
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.charging_to import set_cost_centre
from vlms.demo.agreements import MAIN
from vlms.demo.orders import ADMINS, Stage

# Cost centre and what it may spend in the year, in cents: the first is nearly used up.
_BUDGETS = (("4711", 520_000), ("4712", 400_000))


def play_budgets(stage: Stage) -> None:
    """Two budgets of this and the last year; some given codes are borne by the second."""
    organisation_id = stage.agreements[MAIN].organisation_id
    with stage.act(ADMINS[MAIN], -1) as work:
        for year in (work.now.year - 1, work.now.year):
            days = date(year, 1, 1), date(year, 12, 31)
            for cost_centre, minor in _BUDGETS:
                add_budget(work, organisation_id, BudgetFacts(cost_centre, "USD", *days, minor))
    with stage.act(ADMINS[MAIN], -0.9) as work:
        given = select(Code.id).where(
            Code.organisation_id == organisation_id, Code.state == State.ASSIGNED
        )
        for code_id in work.session.scalars(given.order_by(Code.id).limit(3)).all():
            set_cost_centre(work, code_id, "4712")
