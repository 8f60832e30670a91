"""Budgets: who enters them, and which orders are paid from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import budget_of, make_order_of
from tests.support.making_orders import Shop, make_shop
from vlms.billing.queries.budgets import (
    Spending,
    get_budget,
    list_budgets,
    list_covering,
    list_spent_on,
    standings,
)
from vlms.billing.service.budgets import add_budget, change_budget, remove_budget
from vlms.core import scope
from vlms.core.errors import BadInput, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.orders.service import placing, steps


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def spent(work: Work, shop: Shop) -> int:
    found = list_budgets(work.session, shop.customer.id)
    return sum(one.spent.minor for one in standings(work.session, found).values())


def test_placed_orders_of_the_cost_centre_are_spent_until_cancelled(
    shop: Shop, clock: StillClock
) -> None:
    with shop.buying(clock()) as work:
        add_budget(work, shop.customer.id, budget_of(clock()))
        order_id = make_order_of(work, shop, "IT-100").id
        make_order_of(work, shop, "IT-200")
        make_order_of(work, shop, None)
        assert spent(work, shop) == 0
        placed = placing.place(work, order_id)
        total = placed.total_minor
        assert spent(work, shop) == total > 0
        budget = list_budgets(work.session, shop.customer.id)[0]
        assert [one.id for one in list_spent_on(work.session, budget)] == [order_id]
        steps.cancel(work, order_id, "not needed")
        assert spent(work, shop) == 0


@pytest.mark.parametrize(
    "other",
    [{"currency": "TWD"}, {"cost_centre": "IT-1"}, {"first_day": date(2050, 1, 1)}],
    ids=str,
)
def test_an_order_of_another_cost_centre_currency_or_day_is_not(
    shop: Shop, clock: StillClock, other: dict[str, object]
) -> None:
    facts = replace(budget_of(clock()), last_day=date(2050, 12, 31))
    with shop.buying(clock()) as work:
        placing.place(work, make_order_of(work, shop, "IT-100").id)
        add_budget(work, shop.customer.id, replace(facts, **other))  # type: ignore[arg-type]
        assert spent(work, shop) == 0
        add_budget(work, shop.customer.id, replace(facts, first_day=facts.first_day))
        assert spent(work, shop) > 0


def test_the_first_and_last_day_belong_to_it(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        facts = budget_of(clock())
        made = add_budget(work, shop.customer.id, facts)

        def covering(day: date) -> list[UUID]:
            asked = Spending(shop.customer.id, "IT-100", "USD", day)
            return [one.id for one in list_covering(work.session, asked)]

        assert covering(facts.first_day) == covering(facts.last_day) == [made.id]
        assert covering(facts.first_day - timedelta(days=1)) == []
        assert covering(facts.last_day + timedelta(days=1)) == []


def test_days_in_the_wrong_order_and_doubles_are_refused(shop: Shop, clock: StillClock) -> None:
    facts = budget_of(clock())
    with pytest.raises(BadInput, match="last day"), shop.buying(clock()) as work:
        wrong = replace(facts, last_day=facts.first_day - timedelta(days=1))
        add_budget(work, shop.customer.id, wrong)
    with shop.buying(clock()) as work:
        add_budget(work, shop.customer.id, facts)
    with pytest.raises(BadInput, match="already"), shop.buying(clock()) as work:
        add_budget(work, shop.customer.id, facts)


def test_a_budget_is_changed_and_removed(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        made = add_budget(work, shop.customer.id, budget_of(clock()))
        change_budget(work, made.id, replace(budget_of(clock()), amount_minor=5))
        assert get_budget(work.session, made.id).amount_minor == 5
        remove_budget(work, made.id)
        assert list_budgets(work.session, shop.customer.id) == []


def test_an_auditor_changes_no_budget(shop: Shop, clock: StillClock) -> None:
    with pytest.raises(Forbidden), shop.acting(Role.AUDITOR, clock()) as work:
        add_budget(work, shop.customer.id, budget_of(clock()))
    with shop.acting(Role.FINANCE, clock()) as work:
        assert add_budget(work, shop.customer.id, budget_of(clock())).amount_minor == 100_000


def test_whose_role_is_for_single_agreements_sees_and_enters_none(
    shop: Shop, clock: StillClock
) -> None:
    with shop.buying(clock()) as work:
        made = add_budget(work, shop.customer.id, budget_of(clock()))
    limited = scope.Organisation(shop.customer.id, frozenset({shop.agreement.id}))
    actor = Actor("limited", shop.admin.id, shop.customer.id, frozenset({Role.LICENSING_ADMIN}))
    with making(clock(), actor, limited) as work:
        assert list_budgets(work.session, shop.customer.id) == []
        with pytest.raises(NotFound):
            get_budget(work.session, made.id)
        with pytest.raises(Forbidden):
            add_budget(work, shop.customer.id, budget_of(clock()))
