"""Order plans: free stock first, the quote's prices, kept versions, drafts, what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_catalog import make_family
from tests.support.making_orders import Shop, make_delivered, make_placed, make_voucher, wish
from tests.support.making_plans import BEGINS_ON, goal, make_planning_shop, plan_of
from vlms.catalog.models import ProductKind
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.reserving import reserve
from vlms.core.errors import BadInput, Conflict, Forbidden
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.service.pricing import LineWish, price_order
from vlms.planning.models.order_plans import OrderPlan
from vlms.planning.queries.order_plans import compare, get_plan, list_drafts
from vlms.planning.queries.people_groups import EVERYBODY, list_groups
from vlms.planning.service.goals import GoalFacts
from vlms.planning.service.order_plans import add_plan, change_plan, make_draft, reckon_facts
from vlms.planning.service.reckoning import Wave

EXAM_ON = date(2026, 9, 2)


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_planning_shop(work)


def _waves(shop: Shop, clock: StillClock, *goals: GoalFacts) -> list[Wave]:
    with shop.buying(clock()) as work:
        return list(reckon_facts(work, shop.agreement, plan_of(*goals)).waves)


def test_prices_are_what_the_quote_says_for_each_day(shop: Shop, clock: StillClock) -> None:
    (wave,) = _waves(shop, clock, goal(30))
    assert (wave.exam_on, wave.needed, wave.free, wave.missing) == (EXAM_ON, 30, 0, 30)
    # Twelve business days before the exams, Labor Day not being entered.
    assert wave.order_by == date(2026, 8, 17)
    days = [offer.on for offer in wave.offers]
    assert days == [date(2026, month, 2) for month in range(3, 9)] + [wave.order_by]
    wishes = [LineWish(shop.product.id, 30)]
    with shop.buying(clock()) as work:
        for offer in wave.offers:
            quoted = price_order(work.session, shop.agreement, wishes, offer.on, 90)
            assert offer.total == quoted.total
    totals = [offer.total.minor for offer in wave.offers if offer.total]
    assert totals[0] == 30 * 120_00
    assert totals == sorted(totals, reverse=True)
    assert wave.best is not None
    assert wave.best.total is not None
    assert wave.best.total.minor == min(totals)


def test_free_stock_is_taken_first(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        make_delivered(work, shop, wish(shop.product, 10))
    with making(clock()) as work:
        person = make_person(work, shop.customer, "Asa")
        reserve(work, person.id, shop.product.id)
    (wave,) = _waves(shop, clock, goal(30))
    assert (wave.free, wave.missing) == (9, 21)
    assert wave.today is not None
    assert [line.quantity for line in wave.today.lines] == [21]
    (covered,) = _waves(shop, clock, goal(9))
    assert (covered.missing, covered.offers, covered.why_not) == (0, [], None)


def test_nothing_is_proposed_that_lapses_before_the_exams(shop: Shop, clock: StillClock) -> None:
    # Fourteen months: what is ordered today ends after twelve.
    (wave,) = _waves(shop, clock, goal(5, months=14))
    assert wave.exam_on == date(2027, 5, 2)
    assert wave.today is not None
    assert wave.today.total is None
    assert "lapse on 2027-03-01" in str(wave.today.refusal)
    fitting = [offer for offer in wave.offers if offer.priced is not None]
    assert fitting
    for offer in fitting:
        assert all(
            line.trace is not None and line.trace.end >= wave.exam_on
            for line in (offer.priced.lines if offer.priced else ())
        )
    # The first months refuse, the later ones fit: nothing in between is left out.
    assert [offer.priced is None for offer in wave.offers] == sorted(
        (offer.priced is None for offer in wave.offers), reverse=True
    )


def test_after_the_agreements_end_nothing_fits_and_it_says_why(
    shop: Shop, clock: StillClock
) -> None:
    (wave,) = _waves(shop, clock, goal(5, months=18))
    assert wave.offers == []
    assert "agreement ends on 2027-06-30" in str(wave.why_not)


def test_exams_that_no_product_covers_say_so(shop: Shop, clock: StillClock) -> None:
    (wave,) = _waves(shop, clock, goal(5, "architect"))
    assert wave.needed == 10
    assert wave.best is None
    assert "ROLE" in str(wave.why_not)


def test_a_pack_is_proposed_where_it_is_cheaper_and_says_what_would_lapse(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        pack = make_voucher(
            work,
            "pack",
            "600.00",
            kind=ProductKind.CLASS_PACK,
            is_academic_only=False,
            families=[make_family(work, "FUND")],
        )
    (few,) = _waves(shop, clock, goal(4))
    (many,) = _waves(shop, clock, goal(10))
    assert few.today is not None
    assert many.today is not None
    assert few.today.lines[0].product.id == shop.product.id
    assert [(one.product.id, one.quantity, one.surplus) for one in many.today.lines] == [
        (pack.id, 1, 20)
    ]
    # 600.00 over thirty codes, twenty of them too many.
    assert many.today.surplus_value is not None
    assert many.today.surplus_value.minor == 400_00


def test_too_late_is_said_with_the_day(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        facts = plan_of(goal(5), begins_on=date(2025, 9, 10))
        (wave,) = reckon_facts(work, shop.agreement, facts).waves
    assert wave.exam_on == date(2026, 3, 10)
    assert wave.offers == []
    assert "too late" in str(wave.why_not)


def test_groups_count_who_has_not_left(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        for name, department in (("Asa", "Sales"), ("Bo", "Sales"), ("Cy", None)):
            make_person(work, shop.customer, name).department = department
        make_person(work, shop.customer, "Di").left_at = clock()
    with shop.buying(clock()) as work:
        groups = {
            group.key: group.people
            for group in list_groups(work.session, shop.customer.id, EXAM_ON)
        }
        assert groups == {EVERYBODY: 3, "department:Sales": 2}
        facts = plan_of(GoalFacts("department:Sales", None, "basics"))
        (wave,) = reckon_facts(work, shop.agreement, facts).waves
        assert wave.needed == 2
        with pytest.raises(BadInput, match="Nobody is in this group") as caught:
            reckon_facts(work, shop.agreement, plan_of(goal(1), GoalFacts("class:x", 3, "basics")))
    assert caught.value.facts["position"] == 1


def _plan(shop: Shop, clock: StillClock) -> OrderPlan:
    with shop.buying(clock()) as work:
        return add_plan(work, shop.agreement.id, plan_of(goal(30)))


def test_versions_stay_as_they_were(shop: Shop, clock: StillClock) -> None:
    plan = _plan(shop, clock)
    clock.move(days=3)
    with shop.buying(clock()) as work:
        change_plan(work, plan.id, 1, plan_of(goal(12), title="Smaller"))
    with shop.buying(clock()) as work:
        kept = get_plan(work.session, plan.id)
        assert (kept.title, kept.version) == ("Smaller", 2)
        assert [version.result[0]["needed"] for version in kept.versions] == [30, 12]
        assert kept.versions[0].result[0]["total_minor"] == 30 * 120_00
        assert kept.versions[1].goals[0]["counted"] == 12
    with shop.buying(clock()) as work, pytest.raises(Conflict):
        change_plan(work, plan.id, 1, plan_of(goal(99)))


def test_a_draft_is_made_in_one_act_and_costs_what_the_plan_said(
    shop: Shop, clock: StillClock
) -> None:
    plan = _plan(shop, clock)
    with shop.buying(clock()) as work:
        found = reckon_facts(work, shop.agreement, plan_of(goal(30)))
        order = make_draft(work, plan.id)
        assert [(line.product_id, line.quantity) for line in order.lines] == [(shop.product.id, 30)]
        assert found.together is not None
        assert found.together.total is not None
        assert order.total_minor == found.together.total.minor
        assert not order.lines[0].next_period_asked
    with shop.buying(clock()) as work:
        drafts = list_drafts(work.session, get_plan(work.session, plan.id))
        assert [made.order_id for made in drafts] == [order.id]


def test_a_plan_that_needs_nothing_today_makes_no_draft(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        plan = add_plan(work, shop.agreement.id, plan_of(goal(5, months=18)))
    with shop.buying(clock()) as work, pytest.raises(BadInput, match="can be ordered today"):
        make_draft(work, plan.id)
    with making(clock()) as work:
        assert work.session.query(Order).count() == 0


def test_what_was_planned_is_compared_with_what_happened_since(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop.customer.assign_delay_minutes = 0
        work.session.merge(shop.customer)
        make_placed(work, shop, wish(shop.product, 50))
    clock.move(hours=1)
    plan = _plan(shop, clock)
    clock.move(hours=1)
    with making(clock()) as work:
        make_delivered(work, shop, wish(shop.product, 20))
    with making(clock()) as work:
        person = make_person(work, shop.customer, "Asa")
        for code in reserve(work, person.id, shop.product.id, count=2):
            start_assign(work, code.id)
    with shop.buying(clock()) as work:
        (found,) = compare(work.session, get_plan(work.session, plan.id))
        assert (found.planned, found.ordered, found.given, found.used) == (30, 20, 2, 0)


def test_only_who_plans_orders_keeps_plans(shop: Shop, clock: StillClock) -> None:
    with shop.acting(Role.FINANCE, clock()) as work, pytest.raises(Forbidden):
        add_plan(work, shop.agreement.id, plan_of(goal(1)))
    with shop.buying(clock()) as work, pytest.raises(BadInput, match="12 months or more"):
        add_plan(work, shop.agreement.id, plan_of(replace(goal(1, "architect"), months=6)))
    assert clock().date() == BEGINS_ON
