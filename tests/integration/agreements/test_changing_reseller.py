"""A change of reseller in mid-term: who sees what from which day (O4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_catalog import make_price
from tests.support.making_orders import Shop, make_placed, make_shop, wish
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.cli import agreements
from vlms.agreements.errors import AgreementRefused
from vlms.agreements.models import Agreement, ResellerChange
from vlms.agreements.service.changing_reseller import (
    NewReseller,
    do_change,
    list_due_changes,
    plan_change,
    withdraw_change,
)
from vlms.core import scope
from vlms.core.db import reading
from vlms.core.errors import BadInput, Forbidden
from vlms.core.permissions import Role
from vlms.core.scoping import ScopeError
from vlms.core.work import Actor, Work
from vlms.notices.models import OutboxMessage
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps


class Trade:
    """A shop with a second reseller, "fabrikam", and its member."""

    def __init__(self, clock: StillClock, **facts: Any) -> None:
        self.clock = clock
        with making(clock()) as work:
            self.shop: Shop = make_shop(work, **{"time_zone": "UTC", **facts})
            self.other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
            self.seller = make_member(work, self.other, Role.RESELLER, "ray@fabrikam.example")

    @property
    def agreement_id(self) -> UUID:
        return self.shop.agreement.id

    @property
    def today(self) -> date:
        return self.clock().date()

    def order(self, *prefix: OrderStep) -> Order:
        with making(self.clock()) as work:
            order = make_placed(work, self.shop, wish(self.shop.product, 2))
            for step in prefix:
                order = steps.record_step(work, order.id, step, work.now)
            return order

    def change(
        self, to: str | None = "fabrikam", days: int = 0, *, hands_over: bool = False
    ) -> ResellerChange:
        first_day = self.today + timedelta(days=days)
        with self.shop.buying(self.clock()) as work:
            wanted = NewReseller(to, first_day, hands_over, "better terms")
            return plan_change(work, self.agreement_id, wanted)

    def selling(self, place: Organisation) -> AbstractContextManager[Work]:
        user = self.seller if place.id == self.other.id else self.shop.seller
        actor = Actor(user.name, user.id, place.id, frozenset({Role.RESELLER}))
        return making(self.clock(), actor, scope.Reseller(place.id))

    def seen(self, place: Organisation) -> tuple[bool, int, set[str]]:
        """Whether a reseller sees the agreement, how many contacts of it, and which orders."""
        with reading(scope.Reseller(place.id)) as session:
            agreement = session.scalar(select(Agreement))
            contacts = 0 if agreement is None else len(agreement.contacts)
            return agreement is not None, contacts, numbers(session)


def numbers(session: Session) -> set[str]:
    return set(session.scalars(select(Order.number)))


PLACED, DONE = (), (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE)


def test_from_its_day_on_each_reseller_sees_its_own_orders(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    old = trade.order()
    trade.change()
    new = trade.order()
    assert trade.seen(trade.shop.reseller) == (True, 1, {old.number})
    assert trade.seen(trade.other) == (True, 1, {new.number})
    with making(clock()) as work:
        assert get_order(work.session, new.id).reseller_id == trade.other.id


def test_who_never_had_it_sees_nothing(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.order()
    with making(clock()) as work:
        third = make_organisation(work, "northwind", OrganisationKind.RESELLER)
    trade.change()
    assert trade.seen(third) == (False, 0, set())


def test_the_former_reads_the_agreement_and_changes_nothing_of_it(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    trade.change()
    with pytest.raises(ScopeError), trade.selling(trade.shop.reseller) as work:
        agreement = work.session.scalars(select(Agreement)).one()
        agreement.account_manager_name = "mine"
        work.flush()


def test_the_former_goes_on_recording_the_orders_that_stayed(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    old = trade.order()
    trade.change()
    with trade.selling(trade.shop.reseller) as work:
        for step in DONE:
            order = steps.record_step(work, old.id, step, work.now)
    assert order.state is OrderState.INVOICED
    with making(clock()) as work:
        sent = select(OutboxMessage).where(OutboxMessage.template == "order_acknowledged")
        assert len(work.session.scalars(sent).all()) == 1


@pytest.mark.parametrize(
    ("reached", "goes"),
    [((), True), (DONE[:1], True), (DONE[:2], True), (DONE, False)],
)
def test_what_is_not_invoiced_goes_along_where_that_was_agreed(
    app: Flask, clock: StillClock, reached: Sequence[OrderStep], goes: bool
) -> None:
    trade = Trade(clock)
    order = trade.order(*reached)
    trade.change(hands_over=True)
    holder, other = (
        (trade.other, trade.shop.reseller) if goes else (trade.shop.reseller, trade.other)
    )
    assert trade.seen(holder)[2] == {order.number}
    assert trade.seen(other)[2] == set()
    if goes:
        with trade.selling(holder) as work:
            left = DONE[len(reached)]
            steps.record_step(work, order.id, left, work.now)
            found = get_order(work.session, order.id)
            assert (len(found.lines), len(found.events)) == (1, len(reached) + 2)


def test_without_a_reseller_the_operator_records(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    order = trade.order()
    trade.change(None, hands_over=True)
    with trade.shop.operating(clock()) as work:
        order = steps.record_step(work, order.id, OrderStep.PROCESS, work.now)
    assert order.state is OrderState.PROCESSED
    assert trade.seen(trade.shop.reseller) == (True, 1, set())


def test_a_later_day_is_planned_and_done_on_it_by_itself(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock, time_zone="Asia/Taipei")
    change = trade.change(days=10)
    assert change.done_at is None
    assert trade.seen(trade.other)[0] is False
    midnight = (clock() + timedelta(days=10)).replace(hour=16, minute=0) - timedelta(days=1)
    for moment, due in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        clock.set(moment)
        with making(clock()) as work:
            assert bool(list_due_changes(work)) is due
    with making(clock()) as work:
        for change_id in list_due_changes(work):
            do_change(work, change_id)
            do_change(work, change_id)
    assert trade.seen(trade.other)[0] is True
    with making(clock()) as work:
        assert list_due_changes(work) == []


def test_a_planned_change_is_withdrawn_and_a_done_one_is_not(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    planned = trade.change(days=3)
    with pytest.raises(AgreementRefused, match="is planned"):
        trade.change(days=4)
    with trade.shop.buying(clock()) as work:
        withdraw_change(work, planned.id)
    done = trade.change()
    refused = pytest.raises(AgreementRefused, match="has taken place")
    with refused, trade.shop.buying(clock()) as work:
        withdraw_change(work, done.id)


def test_changes_that_cannot_be_are_refused(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    for to, days, reason in (
        ("litware", 0, "same_reseller"),
        ("contoso", 0, "unknown_reseller"),
        ("fabrikam", -1, "day_passed"),
        ("fabrikam", 5000, "after_the_agreement"),
    ):
        with pytest.raises(BadInput) as refused:
            trade.change(to, days)
        assert refused.value.reason == reason
    trade.change()
    with pytest.raises(BadInput, match="on this day already"):
        trade.change("litware")


@pytest.mark.parametrize("role", [Role.RESELLER, Role.FINANCE, Role.AUDITOR])
def test_only_who_changes_agreements_changes_its_reseller(
    app: Flask, clock: StillClock, role: Role
) -> None:
    trade = Trade(clock)
    wanted = NewReseller("fabrikam", trade.today, False, "mine")
    with pytest.raises(Forbidden), trade.shop.acting(role, clock()) as work:
        plan_change(work, trade.agreement_id, wanted)


def test_both_are_told(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.change()
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == "reseller_changed")
        told = {mail.to_address: mail.facts["is_new"] for mail in work.session.scalars(found)}
    assert told == {"rae@litware.example": False, "ray@fabrikam.example": True}


def test_the_new_reseller_prices_by_an_initial_order_that_it_does_not_see(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    trade.order()
    trade.change()
    with making(clock()) as work:
        later = trade.today + timedelta(days=1)
        make_price(work, trade.shop.product, "500.00", effective_from=later)
    clock.move(days=1)
    second = trade.order(*DONE[:2])
    clock.move(days=1)
    with trade.selling(trade.other) as work:
        assert len(numbers(work.session)) == 1
        order = steps.record_step(work, second.id, OrderStep.INVOICE, work.now)
    assert order.state is OrderState.INVOICED
    assert [line.unit_price for line in order.lines] == [Decimal(120)]


def test_the_command_line_plans_lists_and_withdraws(app: Flask, clock: StillClock) -> None:
    Trade(clock, first_day=date(2020, 1, 1), last_day=date(2099, 12, 31))

    def run(*words: str) -> str:
        result = CliRunner().invoke(agreements, words, obj=lambda: app, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    words = ("change-reseller", "A-1", "--reseller", "fabrikam", "--reason", "better terms")
    assert "planned for 2098-01-01" in run(*words, "--from", "2098-01-01")
    parts = json.loads(run("resellers", "A-1", "--json"))
    assert [part["reseller"] for part in parts] == ["Litware", "Fabrikam"]
    assert "withdrawn" in run("withdraw-reseller-change", "A-1")
    assert "is changed" in run(*words, "--hand-over")
