"""Two who change an agreement's reseller at once, and what would happen without the guards."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_orders import Shop, make_placed, make_shop
from tests.support.racing import race, winners
from tests.support.unguarded import without_index
from vlms.accounts.models import OrganisationKind
from vlms.agreements.events import ResellerChanged
from vlms.agreements.models import Agreement, ResellerChange
from vlms.agreements.service.changing_reseller import (
    NewReseller,
    do_change,
    plan_change,
    withdraw_change,
)
from vlms.audit.models import AuditEntry
from vlms.billing.models.charges import Charge
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps

_TEST = System("test")


class Trade:
    """A shop with an order, and another reseller that takes its agreement on tomorrow."""

    def __init__(self, clock: StillClock, *prefix: OrderStep) -> None:
        self.clock = clock
        with making(clock()) as work:
            self.shop: Shop = make_shop(work, time_zone="UTC")
            self.other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        with making(clock()) as work:
            self.order_id = make_placed(work, self.shop).id
            for step in prefix:
                steps.record_step(work, self.order_id, step, work.now)

    @property
    def agreement_id(self) -> UUID:
        return self.shop.agreement.id

    def plan(self, days: int = 1) -> ResellerChange:
        day = self.clock().date() + timedelta(days=days)
        with self.shop.buying(self.clock()) as work:
            return plan_change(work, self.agreement_id, NewReseller("fabrikam", day, True, "why"))

    def planned_for_today(self) -> UUID:
        change_id = self.plan().id
        self.clock.move(days=1)
        return change_id

    def do(self, change_id: UUID) -> None:
        with making(self.clock()) as work:
            do_change(work, change_id)

    def withdraw(self, change_id: UUID) -> None:
        with self.shop.buying(self.clock()) as work:
            withdraw_change(work, change_id)

    def found(self) -> tuple[bool, int]:
        """Whether the other reseller has the agreement, and how many changes are kept."""
        with reading(_TEST) as session:
            agreement = session.get_one(Agreement, self.agreement_id)
            return agreement.reseller_id == self.other.id, len(agreement.reseller_changes)

    def times_done(self) -> int:
        with reading(_TEST) as session:
            told = select(func.count(AuditEntry.sequence)).where(
                AuditEntry.action == "reseller_change.done",
                AuditEntry.record_kind == ResellerChange.__tablename__,
            )
            return session.scalar(told) or 0


def test_of_two_who_plan_a_change_at_once_one_is_refused(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    results = race(app, [lambda: trade.plan(1), lambda: trade.plan(2)] * 3)
    assert len(winners(results)) == 1
    refused = [one.reason for one in results if isinstance(one, DomainError)]
    assert refused == ["change_planned"] * 5
    assert trade.found() == (False, 1)


def plan_unguarded(trade: Trade, days: int, meeting: threading.Barrier) -> bool:
    """Reads that nothing is planned, and plans later."""
    with reading(_TEST) as session:
        agreement = session.get_one(Agreement, trade.agreement_id)
        assert not agreement.reseller_changes
    meeting.wait()
    change = ResellerChange(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        former_id=trade.shop.reseller.id,
        reseller_id=trade.other.id,
        first_day=trade.clock().date() + timedelta(days=days),
        hands_over=True,
        reason="why",
        planned_at=trade.clock(),
    )
    try:
        with making(trade.clock()) as work:
            work.session.add(change)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(("has_index", "planned"), [(True, 1), (False, 2)])
def test_the_index_alone_keeps_two_changes_from_being_planned(
    app: Flask, clock: StillClock, has_index: bool, planned: int
) -> None:
    trade = Trade(clock)
    meeting = threading.Barrier(2, timeout=30)
    index = "uq_reseller_change_planned"
    with nullcontext() if has_index else without_index(index, ResellerChange):
        twins = [
            lambda: plan_unguarded(trade, 1, meeting),
            lambda: plan_unguarded(trade, 2, meeting),
        ]
        assert sum(map(bool, race(app, twins))) == planned
        assert trade.found() == (False, planned)


def test_a_change_is_done_once_however_many_do_it(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    change_id = trade.planned_for_today()
    results = race(app, [lambda: trade.do(change_id)] * 6)
    assert results == [None] * 6
    assert trade.times_done() == 1
    with reading(_TEST) as session:
        charges = session.scalars(select(Charge).order_by(Charge.sequence)).all()
        assert [one.reseller_id for one in charges] == [
            trade.shop.reseller.id,
            trade.shop.reseller.id,
            trade.other.id,
        ]


def do_unguarded(trade: Trade, change_id: UUID, meeting: threading.Barrier, at: int) -> None:
    """Reads that it is not done yet, and does it later."""
    with reading(_TEST) as session:
        change = session.get_one(ResellerChange, change_id)
        assert change.done_at is None
    meeting.wait()
    with making(trade.clock() + timedelta(seconds=at)) as work:
        work.does("reseller_change.done")
        work.session.get_one(ResellerChange, change_id).done_at = work.now
        ids = (change.agreement_id, change.former_id, change.reseller_id)
        work.events.append(ResellerChanged(*ids, change.hands_over))


def test_without_the_hold_it_is_done_twice(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    change_id = trade.planned_for_today()
    meeting = threading.Barrier(2, timeout=30)
    race(
        app,
        [
            lambda: do_unguarded(trade, change_id, meeting, 1),
            lambda: do_unguarded(trade, change_id, meeting, 2),
        ],
    )
    assert trade.times_done() == 2


def test_of_doing_and_withdrawing_at_once_one_comes_first(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    change_id = trade.planned_for_today()
    acts = [lambda: trade.do(change_id), lambda: trade.withdraw(change_id)]
    results = race(app, acts * 3)
    is_done, kept = trade.found()
    assert kept == int(is_done), "what was done is kept, what was withdrawn is not done"
    assert any(isinstance(one, DomainError) for one in results)
    assert trade.times_done() == int(is_done)


def test_without_the_hold_a_change_that_was_done_is_withdrawn(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    change_id = trade.planned_for_today()
    with reading(_TEST) as session:
        seen = session.get_one(ResellerChange, change_id)
        assert seen.done_at is None
    trade.do(change_id)
    with making(clock()) as work:
        work.session.delete(work.session.get_one(ResellerChange, change_id))
    assert trade.found() == (True, 0)


def test_an_order_is_invoiced_or_handed_over_but_not_both(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock, OrderStep.PROCESS, OrderStep.ACKNOWLEDGE)
    change_id = trade.planned_for_today()

    def invoice() -> None:
        with trade.shop.selling(clock()) as work:
            steps.record_step(work, trade.order_id, OrderStep.INVOICE, work.now, "PI-1")

    race(app, [lambda: trade.do(change_id), invoice])
    with reading(_TEST) as session:
        order = session.get_one(Order, trade.order_id)
        is_invoiced = order.state is OrderState.INVOICED
        assert order.reseller_id == (trade.shop.reseller.id if is_invoiced else trade.other.id)
        assert {line.reseller_id for line in order.lines} == {order.reseller_id}
