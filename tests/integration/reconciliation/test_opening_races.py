"""A month that many open at once is one month."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import make_shop
from tests.support.racing import race
from vlms.reconciliation.service.periods import period_for


def test_all_who_open_a_month_at_once_get_the_same_one(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        reseller_id = make_shop(work).reseller.id

    def opens() -> object:
        with making(clock()) as work:
            return period_for(work, reseller_id, "2026-03").id

    assert len(set(race(app, [opens] * 6))) == 1
