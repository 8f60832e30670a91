"""Two who ask about a higher total, or answer, at once (P5), and what came of it unguarded."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.racing import race, winners
from tests.support.repricing import AS_NOW, AS_ORDERED, Trade
from tests.support.unguarded import without_index
from vlms.billing.models.charges import Charge
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.orders.models import ConsentState, OrderEvent, PriceConsent
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service import steps
from vlms.orders.service.invoicing import decline_consent, give_consent

_TEST = System("test")


def give(trade: Trade) -> str:
    with trade.shop.buying(trade.clock()) as work:
        give_consent(work, trade.order.id)
    return "given"


def decline(trade: Trade) -> str:
    with trade.shop.buying(trade.clock()) as work:
        decline_consent(work, trade.order.id, "too dear")
    return "declined"


def charged(trade: Trade) -> int:
    """What the order's charges add up to."""
    with reading(_TEST) as session:
        total = select(func.sum(Charge.net_minor)).where(Charge.order_id == trade.order.id)
        return int(session.scalar(total) or 0)


def times_invoiced(trade: Trade) -> int:
    with reading(_TEST) as session:
        told = select(func.count(OrderEvent.id)).where(
            OrderEvent.order_id == trade.order.id, OrderEvent.step == OrderStep.INVOICE
        )
        return session.scalar(told) or 0


def test_of_many_who_agree_at_once_one_does(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    results = race(app, [lambda: give(trade)] * 6)
    assert winners(results) == ["given"]
    assert trade.found() == AS_NOW
    assert trade.consents() == [ConsentState.GIVEN]
    assert (charged(trade), times_invoiced(trade)) == (132000, 1)


def test_of_agreeing_and_declining_at_once_one_counts(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    results = race(app, [lambda: give(trade), lambda: decline(trade)] * 3)
    (answered,) = winners(results)
    is_given = answered == "given"
    assert trade.found() == (AS_NOW if is_given else AS_ORDERED)
    assert trade.consents() == [ConsentState.GIVEN if is_given else ConsentState.DECLINED]
    assert charged(trade) == (132000 if is_given else 120000)
    assert times_invoiced(trade) == int(is_given)


def answer_unguarded(trade: Trade, state: ConsentState, meeting: threading.Barrier) -> bool:
    """Reads that an answer is waited for, and answers later without asking again."""
    with reading(_TEST) as session:
        consent = session.scalars(select(PriceConsent)).one()
        assert consent.state is ConsentState.ASKED
    meeting.wait()
    with making(trade.clock()) as work:
        return (
            guarded_update(work.session, PriceConsent, PriceConsent.id == consent.id, state=state)
            == 1
        )


def test_without_the_condition_both_answers_are_taken(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    meeting = threading.Barrier(2, timeout=30)
    answers = race(
        app,
        [
            lambda: answer_unguarded(trade, ConsentState.GIVEN, meeting),
            lambda: answer_unguarded(trade, ConsentState.DECLINED, meeting),
        ],
    )
    assert answers == [True, True]


def test_however_many_record_the_invoice_one_total_is_asked(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    clock.move(days=3)

    def record() -> None:
        with trade.seller() as work:
            steps.record_step(work, trade.order.id, OrderStep.INVOICE, clock(), "PI-7")

    results = race(app, [record] * 6)
    assert winners(results)
    assert trade.consents().count(ConsentState.ASKED) == 1
    assert set(trade.consents()) <= {ConsentState.ASKED, ConsentState.WITHDRAWN}
    assert all(isinstance(one, DomainError) for one in results if one is not None)
    assert trade.found() == AS_ORDERED


def ask_unguarded(trade: Trade, meeting: threading.Barrier) -> bool:
    """Reads that nothing is asked, and asks later."""
    with reading(_TEST) as session:
        assert session.scalars(select(PriceConsent)).all() == []
    meeting.wait()
    order = trade.order
    try:
        with making(trade.clock()) as work:
            work.session.add(
                PriceConsent(
                    organisation_id=order.organisation_id,
                    agreement_id=order.agreement_id,
                    reseller_id=order.reseller_id,
                    order_id=order.id,
                    state=ConsentState.ASKED,
                    old_total_minor=120000,
                    new_total_minor=132000,
                    lines={},
                    is_above_limit=False,
                    invoiced_at=work.now,
                    asked_at=work.now,
                )
            )
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(("has_index", "count"), [(True, 1), (False, 2)])
def test_the_index_alone_keeps_two_totals_from_being_asked(
    app: Flask, clock: StillClock, has_index: bool, count: int
) -> None:
    trade = Trade(clock)
    meeting = threading.Barrier(2, timeout=30)
    with nullcontext() if has_index else without_index("uq_price_consent_asked", PriceConsent):
        asked = race(app, [lambda: ask_unguarded(trade, meeting)] * 2)
        assert sum(map(bool, asked)) == len(trade.consents()) == count
