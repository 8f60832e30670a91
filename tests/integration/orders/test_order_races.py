"""Two people at once: exactly one succeeds, and nothing is given or delivered twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import (
    Shop,
    make_draft,
    make_invoiced,
    make_placed,
    make_shop,
    wish,
)
from vlms.core.attempts import retrying
from vlms.core.errors import DomainError
from vlms.core.work import Work
from vlms.orders.models import NumberSeries, Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import delivery, drafts, placing, steps
from vlms.orders.service.numbers import take_number

THREADS = 8


def together(app: Flask, acts: list[Callable[[], str]]) -> list[str]:
    """Start all at the same moment, each in a context of its own; what each came to."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], str]) -> str:
        with app.app_context():
            barrier.wait(10)
            try:
                return act()
            except DomainError as refusal:
                return refusal.reason

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def buying(shop: Shop, clock: StillClock, act: Callable[[Work], Order]) -> Callable[[], str]:
    def attempt() -> str:
        with shop.buying(clock()) as work:
            return act(work).state.value

    return lambda: retrying(attempt)


def test_of_many_who_place_one_order_one_does(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop)
    place = buying(shop, clock, lambda work: placing.place(work, order.id))
    found = together(app, [place] * THREADS)
    assert sorted(found).count("placed") == 1
    with making(clock()) as work:
        placed = get_order(work.session, order.id)
        assert [event.step for event in placed.events] == [OrderStep.PLACE]


def test_of_placing_and_cancelling_at_once_one_comes_first(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    cancel = buying(shop, clock, lambda work: steps.cancel(work, order.id, "not needed"))

    def process() -> str:
        with shop.selling(clock()) as work:
            return steps.record_step(work, order.id, OrderStep.PROCESS, work.now).state.value

    found = together(app, [cancel, lambda: retrying(process)] * 4)
    assert sorted(found).count("cancelled") + sorted(found).count("processed") == 1
    with making(clock()) as work:
        after = get_order(work.session, order.id)
        assert after.state in (OrderState.CANCELLED, OrderState.PROCESSED)
        assert len(after.events) == 2


def test_the_same_rest_is_delivered_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop)
        line_id = order.lines[0].id

    def deliver() -> str:
        with shop.operating(clock()) as work:
            return delivery.deliver(work, order.id, line_id, 10).state.value

    found = together(app, [lambda: retrying(deliver)] * 4)
    assert found.count("closed") == 1
    with making(clock()) as work:
        after = get_order(work.session, order.id)
        assert after.lines[0].delivered_quantity == 10
        assert [event.step for event in after.events].count(OrderStep.FULFIL) == 1


def test_two_lines_delivered_at_once_fulfil_the_order(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop, wish(shop.product, 2), wish(shop.product, 3))
        lines = [(line.id, line.quantity) for line in order.lines]

    def delivering(line: tuple[object, int]) -> Callable[[], str]:
        def deliver() -> str:
            with shop.operating(clock()) as work:
                return delivery.deliver(work, order.id, line[0], line[1]).state.value  # type: ignore[arg-type]

        return lambda: retrying(deliver)

    acts = [delivering(line) for line in lines]
    for act, outcome in zip(acts, together(app, acts), strict=True):
        if outcome == "order_moved":
            act()
    with making(clock()) as work:
        assert get_order(work.session, order.id).state is OrderState.CLOSED


def test_numbers_are_given_once_and_without_gaps(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)

    def begin() -> str:
        with shop.buying(clock()) as work:
            return drafts.create_draft(work, shop.agreement.id).number

    found = together(app, [lambda: retrying(begin)] * THREADS)
    assert sorted(found) == [f"O-2026-{number:06d}" for number in range(1, THREADS + 1)]


def test_a_number_of_work_that_failed_is_given_again(app: Flask, clock: StillClock) -> None:
    with pytest.raises(ZeroDivisionError), making(clock()) as work:
        assert take_number(work, 2026) == "O-2026-000001"
        raise ZeroDivisionError
    with making(clock()) as work:
        assert take_number(work, 2026) == "O-2026-000001"
        assert take_number(work, 2027) == "O-2027-000001"
        series = work.session.scalars(select(NumberSeries.series)).all()
    assert sorted(series) == ["order-2026", "order-2027"]


def test_orders_placed_at_once_under_one_agreement_see_each_other(
    app: Flask, clock: StillClock
) -> None:
    """One of them is the anchor, the other ends with it (O3), whoever came first."""
    with making(clock()) as work:
        shop = make_shop(work)
        orders = [
            make_draft(work, shop, wish(shop.product, twelve_months=True)).id for _ in range(4)
        ]

    def placing_of(number: int) -> Callable[[], str]:
        return buying(shop, clock, lambda work: placing.place(work, orders[number]))

    assert together(app, [placing_of(number) for number in range(4)]) == ["placed"] * 4
    with making(clock()) as work:
        lines = [get_order(work.session, key).lines[0] for key in orders]
        anchored = [line.trace["anchor_end"] for line in lines if line.trace]
    assert sorted(map(str, anchored)).count("None") == 1
