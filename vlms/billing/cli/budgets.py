"""`vlms billing budgets`: what the cost centres of a customer may spend."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.billing.models.budgets import Budget
from vlms.billing.queries.budgets import list_budgets, standings
from vlms.billing.rules.amounts import read_amount, typed_amount
from vlms.billing.service.budgets import BudgetFacts, add_budget, change_budget, remove_budget
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_currency, read_day, read_text
from vlms.core.text import _

_DAY = Read(read_day, _("First day"))
_organisation = click.argument("organisation")
_cost_centre = click.argument("cost_centre", type=Read(read_text(60), _("Cost centre")))
_currency = click.argument("currency", type=Read(read_currency, _("Currency")))
_first_day = click.argument("first_day", type=_DAY)
_last_day = click.argument("last_day", type=Read(read_day, _("Last day")))
_amount = click.argument("amount")


@click.group("budgets")
def budgets() -> None:
    """What cost centres may spend on orders, before tax; a budget warns and never blocks."""


@budgets.command("list")
@_organisation
@json_option
@with_app
def list_all(organisation: str, as_json: bool) -> None:
    """List the budgets of an ORGANISATION (its short name), with what is spent and left."""
    with reading(SCOPE) as session:
        found = list_budgets(session, organisation_named(session, organisation).id)
        now = standings(session, found)
        rows = [
            {
                "cost_centre": one.cost_centre,
                "currency": one.currency,
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "amount": typed_amount(one.amount_minor, one.currency),
                "spent": f"{now[one.id].spent.amount:f}",
                "left": f"{now[one.id].left.amount:f}",
            }
            for one in found
        ]
    print_rows(rows, as_json=as_json)


@budgets.command()
@_organisation
@_cost_centre
@_currency
@_first_day
@_last_day
@_amount
@with_app
def add(organisation: str, amount: str, **told: Any) -> None:
    """Enter what a cost centre may spend from a day to a day."""
    facts = _facts(amount, told)
    with command_work() as work:
        add_budget(work, organisation_named(work.session, organisation).id, facts)
    click.echo("The budget is saved.")


@budgets.command()
@_organisation
@_cost_centre
@_currency
@_first_day
@_last_day
@_amount
@with_app
def change(organisation: str, amount: str, **told: Any) -> None:
    """Give the budget that begins on FIRST_DAY another last day and amount."""
    facts = _facts(amount, told)
    with command_work() as work:
        key = (facts.cost_centre, facts.currency, facts.first_day)
        change_budget(work, _named(work.session, organisation, key).id, facts)
    click.echo("The budget is saved.")


@budgets.command()
@_organisation
@_cost_centre
@_currency
@_first_day
@with_app
def remove(organisation: str, cost_centre: str, currency: str, first_day: date) -> None:
    """Take a budget out; orders stay as they are."""
    with command_work() as work:
        key = (cost_centre, currency, first_day)
        remove_budget(work, _named(work.session, organisation, key).id)
    click.echo("The budget is removed.")


def _facts(amount: str, told: dict[str, Any]) -> BudgetFacts:
    return BudgetFacts(**told, amount_minor=read_amount(told["currency"])(amount, _("Amount")))


def _named(session: Session, organisation: str, key: tuple[str, str, date]) -> Budget:
    for one in list_budgets(session, organisation_named(session, organisation).id):
        if (one.cost_centre, one.currency, one.first_day) == key:
            return one
    raise NotFound(None, _("There is no such budget."))
