"""What the demo promises: agreements of each kind, orders and codes in every state."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.making import making
from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_demo_shows_every_state_and_an_agreement_with_two_schools(
    app: Flask, clock: StillClock
) -> None:
    now = play_demo(clock).stage.now
    with making(now) as work:
        assert set(work.session.scalars(select(Order.state))) == set(OrderState)
        assert set(work.session.scalars(select(Code.state))) == set(State)
        agreements = work.session.scalars(select(Agreement)).all()
        assert {found.currency for found in agreements} == {"USD", "TWD"}
        (campus,) = [found for found in agreements if found.programme.value == "EES"]
        assert len(campus.schools) == 2
