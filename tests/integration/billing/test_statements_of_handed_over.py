"""A reseller's statement holds what it was charged for orders that it has handed over (O4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_orders import Shop, make_placed, make_shop, wish
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.service.changing_reseller import NewReseller, plan_change
from vlms.billing.queries.statements import StatementFilter, statement_of
from vlms.billing.rules.statement import ChargeKind, StatementLine
from vlms.core import scope
from vlms.core.db import reading
from vlms.orders.models import Order


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work, time_zone="UTC")


@pytest.fixture
def other(shop: Shop, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        return make_organisation(work, "fabrikam", OrganisationKind.RESELLER)


@pytest.fixture
def order(shop: Shop, clock: StillClock) -> Order:
    with making(clock()) as work:
        return make_placed(work, shop, wish(shop.product, 2))


def asked(clock: StillClock) -> StatementFilter:
    today = clock().date()
    return StatementFilter(today - timedelta(days=30), today + timedelta(days=30), clock())


def lines(wanted: StatementFilter, seller: Organisation) -> Sequence[StatementLine]:
    with reading(scope.Reseller(seller.id)) as session:
        return statement_of(session, replace(wanted, reseller_id=seller.id)).lines


def hand_over(shop: Shop, clock: StillClock) -> None:
    clock.now += timedelta(hours=1)
    with shop.buying(clock()) as work:
        change = NewReseller("fabrikam", clock().date(), True, "better terms")
        plan_change(work, shop.agreement.id, change)


def test_what_was_stated_before_stays(
    shop: Shop, other: Organisation, order: Order, clock: StillClock
) -> None:
    wanted = asked(clock)
    (before,) = lines(wanted, shop.reseller)
    hand_over(shop, clock)
    (after,) = lines(wanted, shop.reseller)
    # All but the way to the order, which is the other reseller's now.
    assert after == replace(before, order_id=None)
    assert after.reference == f"{order.number}/1"
    assert lines(wanted, other) == []


def test_both_resellers_state_their_side(
    shop: Shop, other: Organisation, order: Order, clock: StillClock
) -> None:
    hand_over(shop, clock)
    bought, back = lines(asked(clock), shop.reseller)
    (again,) = lines(asked(clock), other)
    assert [line.kind for line in (bought, back)] == [ChargeKind.NEW, ChargeKind.HANDOVER]
    assert bought.net_minor == -back.net_minor == again.net_minor == order.total_minor
    assert {line.order_number for line in (bought, back, again)} == {order.number}
    assert bought.formula == again.formula
    assert replace(back, net_minor=back.net_minor + 1).formula == ""
