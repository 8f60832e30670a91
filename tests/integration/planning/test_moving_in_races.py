"""Two who sign the same workbook at once: one of them writes it, the other is told."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_openings import opening_of, usual_book
from tests.support.making_orders import Shop, make_shop
from tests.support.racing import race, winners
from tests.support.unguarded import without_index
from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.core.money import Money
from vlms.orders.models import ChargeType, Order
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.moving_in import MovedLine, MovedOrder, take_in_order
from vlms.planning.models.openings import OpeningBalance, OpeningOrder
from vlms.planning.queries.openings import former_numbers
from vlms.planning.service.opening_signing import sign_opening

BOTH = 2


def _shop(clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def test_two_who_sign_at_once_write_it_once(app: Flask, clock: StillClock) -> None:
    shop = _shop(clock)
    opening = opening_of(shop.customer, usual_book())

    def sign() -> object:
        with shop.buying(clock()) as work:
            return sign_opening(work, opening).id

    results = race(app, [sign] * 4)
    assert len(winners(results)) == 1
    with making(clock()) as work:
        counts = [
            work.session.scalar(select(func.count(model.id)))
            for model in (OpeningBalance, OpeningOrder, Order, Code)
        ]
    assert counts == [1, 1, 1, 4]


@pytest.mark.parametrize("has_index", [True, False])
def test_without_the_index_an_order_would_move_in_twice(
    app: Flask, clock: StillClock, *, has_index: bool
) -> None:
    """The negative control: a twin that reads first and writes later, all of them at once."""
    shop = _shop(clock)
    with making(clock()) as work:
        balance = OpeningBalance(
            organisation_id=shop.customer.id,
            filename="twin.xlsx",
            opened_on=clock().date(),
            content_digest="0" * 64,
            paper_digest="0" * 64,
            signed_at=clock(),
            signed_name="Twin",
            figures={"sheets": [], "sums": []},
            sealed_paper=b"",
        )
        work.session.add(balance)
    twin = _Twin(shop, balance.id, clock)
    with nullcontext() if has_index else without_index("uq_opening_order_number", OpeningOrder):
        results = race(app, [twin.move_in] * BOTH)
    assert results.count(True) == (1 if has_index else BOTH)


class _Twin:
    """Looks whether the order is here; all who race meet before they write."""

    def __init__(self, shop: Shop, opening_id: object, clock: StillClock) -> None:
        self._shop, self._opening_id, self._clock = shop, opening_id, clock
        self._meeting = threading.Barrier(BOTH, timeout=30)
        self._has_met = threading.local()

    def move_in(self) -> bool:
        if not getattr(self._has_met, "yes", False):
            with making(self._clock()) as work:
                is_held = "OLD-1" in former_numbers(work.session, self._shop.customer.id)
            assert not is_held
            self._has_met.yes = True
            self._meeting.wait()
        try:
            with making(self._clock()) as work:
                agreement = work.session.get_one(Agreement, self._shop.agreement.id)
                order = take_in_order(work, self._moved(agreement))
                work.session.add(
                    OpeningOrder(
                        organisation_id=order.organisation_id,
                        agreement_id=order.agreement_id,
                        reseller_id=order.reseller_id,
                        opening_id=self._opening_id,
                        order_id=order.id,
                        former_number="OLD-1",
                    )
                )
        except IntegrityError:
            return False
        return True

    def _moved(self, agreement: Agreement) -> MovedOrder:
        day = date(2025, 8, 1)
        line = MovedLine(
            1,
            self._shop.product.id,
            1,
            0,
            ChargeType.NEW,
            12,
            Decimal(120),
            Money(12_000, agreement.currency),
            day,
            date(2026, 7, 31),
        )
        days = (day, None, None, None, None)
        return MovedOrder("OLD-1", agreement, OrderState.PLACED, days, None, None, [line])
