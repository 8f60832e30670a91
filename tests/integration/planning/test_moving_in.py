"""An organisation moves in: everything as it stood, and nothing raised for what was before."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import making
from tests.support.making_openings import CODES, ORDER, examined, opening_of, usual_book
from tests.support.making_orders import Shop, make_shop
from vlms.billing.models.charges import Charge
from vlms.billing.queries.invoicing import list_open_lines
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.scope import System
from vlms.core.db import reading
from vlms.notices.models import OutboxMessage
from vlms.orders.models import Order
from vlms.orders.service.showing import late_orders
from vlms.planning.service.opening_signing import paper_of, sign_opening


def _shop(clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def test_the_usual_workbook_is_written_as_it_stood(app: Flask, clock: StillClock) -> None:
    shop = _shop(clock)
    with shop.buying(clock()) as work:
        plan = examined(work, shop.customer, usual_book())
        assert [str(fault) for fault in plan.faults] == []
        balance = sign_opening(work, opening_of(shop.customer, usual_book()))
        assert paper_of(work.keys, balance).startswith(b"%PDF")
    with making(clock()) as work:
        check_codes(work)
        states = dict(
            work.session.execute(select(Code.state, func.count()).group_by(Code.state)).all()
        )
        assert states == {State.AVAILABLE: 1, State.RESERVED: 1, State.ASSIGNED: 1, State.USED: 1}
        assert work.session.scalar(select(func.count(OutboxMessage.id))) == 0
