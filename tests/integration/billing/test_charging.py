"""Charges are written with what they charge, add up to the order, and never change (I16-I18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import Shop, make_draft, make_placed, make_shop, wish
from vlms.billing.models.charges import Charge, ChargeReason
from vlms.billing.service.charging import charge_on_repricing
from vlms.core.scoping import ScopeError
from vlms.orders.events import LineRepriced
from vlms.orders.models import Order
from vlms.orders.service import steps


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def charges(clock: StillClock) -> list[Charge]:
    with making(clock()) as work:
        statement = select(Charge).order_by(Charge.order_line_id, Charge.sequence)
        return list(work.session.scalars(statement))


def place(shop: Shop, clock: StillClock, *quantities: int) -> Order:
    with shop.buying(clock()) as work:
        wishes = [wish(shop.product, quantity) for quantity in quantities or (10,)]
        return make_placed(work, shop, *wishes)


def test_placing_charges_each_line(shop: Shop, clock: StillClock) -> None:
    order = place(shop, clock, 10, 3)
    written = charges(clock)
    assert sum(one.net_minor for one in written) == order.total_minor
    assert sorted(one.quantity for one in written) == [3, 10]
    assert {one.reason for one in written} == {ChargeReason.PURCHASE}
    assert {one.charged_on for one in written} == {order.ordered_on}
    assert {one.reseller_id for one in written} == {shop.reseller.id}


def test_a_draft_is_charged_nothing_cancelled_or_not(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        draft = make_draft(work, shop)
        steps.cancel(work, draft.id, "not needed")
    assert charges(clock) == []


def test_cancelling_gives_all_of_it_back_on_its_own_day(shop: Shop, clock: StillClock) -> None:
    order = place(shop, clock)
    clock.now += timedelta(days=3)
    with shop.buying(clock()) as work:
        steps.cancel(work, order.id, "not needed")
    bought, back = charges(clock)
    assert (back.reason, back.sequence) == (ChargeReason.CANCELLATION, 2)
    assert (bought.net_minor + back.net_minor, bought.quantity + back.quantity) == (0, 0)
    assert back.charged_on == bought.charged_on + timedelta(days=3)


def test_a_new_price_charges_the_rest_and_a_cancellation_gives_back_both(
    shop: Shop, clock: StillClock
) -> None:
    order = place(shop, clock)
    (bought,) = charges(clock)
    event = LineRepriced(bought.order_line_id, bought.net_minor, bought.net_minor + 500)
    with shop.selling(clock()) as work:
        charge_on_repricing(work, event)
    with shop.buying(clock()) as work:
        steps.cancel(work, order.id, "not needed")
    _bought, more, back = charges(clock)
    assert (more.reason, more.quantity, more.net_minor) == (ChargeReason.REPRICING, 0, 500)
    assert (back.quantity, back.net_minor) == (-bought.quantity, -bought.net_minor - 500)


def test_nobody_changes_a_charge(shop: Shop, clock: StillClock) -> None:
    place(shop, clock)
    with pytest.raises(ScopeError), making(clock()) as work:
        charge = work.session.scalars(select(Charge)).one()
        charge.net_minor += 1
        work.flush()
