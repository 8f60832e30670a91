"""Every step of an order's life: who takes it, when, and what is left behind (O4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price
from tests.support.making_orders import (
    Shop,
    make_draft,
    make_order_in,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from vlms.accounts.models import ApprovalLimit
from vlms.audit.models import AuditEntry
from vlms.catalog.models import ProductKind
from vlms.core.errors import BadInput, Conflict, DomainError, Forbidden
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import delivery, drafts, placing, steps

S, T = OrderState, OrderStep


Way = Callable[[Work, Order], Order]


def record(step: OrderStep) -> Way:
    return lambda work, order: steps.record_step(work, order.id, step, work.now, "R-1")


def deliver_rest(work: Work, order: Order) -> Order:
    line = order.lines[0]
    left = line.quantity - line.delivered_quantity
    return delivery.deliver(work, order.id, line.id, left or 1)


WAYS: dict[OrderStep, Way] = {
    T.PLACE: lambda work, order: placing.place(work, order.id),
    T.APPROVE: lambda work, order: placing.approve(work, order.id),
    T.DECLINE: lambda work, order: placing.decline(work, order.id, "too many"),
    T.CANCEL: lambda work, order: steps.cancel(work, order.id, "not needed"),
    T.PROCESS: record(T.PROCESS),
    T.ACKNOWLEDGE: record(T.ACKNOWLEDGE),
    T.INVOICE: record(T.INVOICE),
    T.DELIVER: lambda work, order: deliver_rest(work, order),
}


BUYER, SELLER, RUNNER = "buyer", "seller", "runner"


def acting(shop: Shop, who: str, now: datetime) -> AbstractContextManager[Work]:
    if who == BUYER:
        return shop.buying(now, shop.second_admin)
    return shop.selling(now) if who == SELLER else shop.operating(now)


ALLOWED = {
    (S.DRAFT, T.PLACE, BUYER),
    (S.AWAITING_APPROVAL, T.APPROVE, BUYER),
    (S.AWAITING_APPROVAL, T.DECLINE, BUYER),
    (S.DRAFT, T.CANCEL, BUYER),
    (S.AWAITING_APPROVAL, T.CANCEL, BUYER),
    (S.PLACED, T.CANCEL, BUYER),
    (S.PROCESSED, T.CANCEL, SELLER),
    (S.ACKNOWLEDGED, T.CANCEL, SELLER),
    (S.INVOICED, T.CANCEL, SELLER),
    (S.PLACED, T.PROCESS, SELLER),
    (S.PROCESSED, T.ACKNOWLEDGE, SELLER),
    (S.ACKNOWLEDGED, T.INVOICE, SELLER),
    (S.INVOICED, T.DELIVER, RUNNER),
    (S.FULFILLED, T.DELIVER, RUNNER),
}


@pytest.mark.parametrize("state", list(S))
def test_a_step_is_taken_in_its_state_by_its_role_only(
    app: Flask, clock: StillClock, state: OrderState
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, state)
    taken = set()
    for step, way in WAYS.items():
        for who in (BUYER, SELLER, RUNNER):
            before = versions(clock, order)
            try:
                with acting(shop, who, clock()) as work:
                    way(work, get_order(work.session, order.id))
                    work.session.rollback()
                    work.events.clear()
                    taken.add((state, step, who))
            except DomainError:
                assert versions(clock, order) == before
    assert taken == {one for one in ALLOWED if one[0] is state}


def versions(clock: StillClock, order: Order) -> tuple[int, int, int]:
    """An order's version, and how many events and journal entries there are."""
    with making(clock()) as work:
        found = get_order(work.session, order.id)
        entries = work.session.scalars(select(AuditEntry.sequence)).all()
        return found.version, len(found.events), len(entries)


@pytest.mark.parametrize(
    "role", [Role.FINANCE, Role.AUDITOR, Role.SUPPORT, Role.TEACHER, Role.LEARNER]
)
def test_other_roles_take_no_step_at_all(app: Flask, clock: StillClock, role: Role) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop)
    for way in (WAYS[T.PLACE], WAYS[T.CANCEL]):
        with pytest.raises(Forbidden), shop.acting(role, clock()) as work:
            way(work, order)
    with pytest.raises(Forbidden), shop.acting(role, clock()) as work:
        drafts.create_draft(work, shop.agreement.id)


def test_placing_fixes_day_price_level_trace_and_number(app: Flask, clock: StillClock) -> None:
    # Nine in the morning in London is the day before in Honolulu.
    with making(clock()) as work:
        shop = make_shop(work, time_zone="Pacific/Honolulu", first_day=date(2025, 3, 1))
        order = make_draft(work, shop, wish(shop.product, 10))
        assert (order.ordered_on, order.total_minor) == (None, 120000)
    with shop.buying(clock()) as work:
        placed = placing.place(work, order.id, version=order.version, shown_total=120000)
        recorded_by = [event.recorded_by for event in placed.events]
        line = placed.lines[0]
    assert placed.number == "O-2026-000001"
    assert placed.ordered_on == date(2026, 3, 1)
    assert placed.placed_at == clock()
    assert placed.price_level is not None
    assert line.is_twelve_months
    assert line.trace is not None
    assert line.trace["formula"] == "120.00 × 10 × 12 / 12 = 1200.00"
    assert recorded_by == [shop.admin.id]


def test_above_the_limit_another_admin_approves_at_that_days_price(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_price(work, shop.product, "130.00", effective_from=date(2026, 3, 10))
        work.session.add(
            ApprovalLimit(organisation_id=shop.customer.id, currency="USD", limit_minor=119_999)
        )
    with shop.buying(clock()) as work:
        order = make_placed(work, shop)
        assert order.state is S.AWAITING_APPROVAL
        assert (order.placed_at, order.ordered_on) == (None, None)
    with pytest.raises(OrderRefused, match="O4"), shop.buying(clock()) as work:
        placing.approve(work, order.id)
    clock.move(days=14)
    with pytest.raises(Conflict, match="P5"), shop.buying(clock(), shop.second_admin) as work:
        placing.approve(work, order.id, shown_total=120_000)
    with shop.buying(clock(), shop.second_admin) as work:
        order = placing.approve(work, order.id, shown_total=130_000)
    assert (order.state, order.total_minor) == (S.PLACED, 130_000)
    assert order.ordered_on == date(2026, 3, 16)


def test_exactly_at_the_limit_no_approval_is_needed(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        work.session.add_all(
            ApprovalLimit(organisation_id=shop.customer.id, currency=currency, limit_minor=limit)
            for currency, limit in (("USD", 120_000), ("TWD", 0))
        )
        assert make_placed(work, shop).state is S.PLACED


def test_a_declined_order_is_a_draft_with_the_reason(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, S.AWAITING_APPROVAL)
    with shop.buying(clock(), shop.second_admin) as work:
        order = placing.decline(work, order.id, "half of it")
        assert order.events[-1].note == "half of it"
        order = drafts.edit_draft(
            work, order.id, order.version, drafts.DraftFacts((wish(shop.product, 5),))
        )
    assert (order.state, order.total_minor) == (S.DRAFT, 60_000)


def test_an_edit_of_an_older_version_is_refused_and_changes_nothing(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop, wish(shop.product, 1), wish(shop.product, 2))
        seen = order.version
    with shop.buying(clock()) as work:
        drafts.edit_draft(work, order.id, seen, drafts.DraftFacts((wish(shop.product, 3),), "PO"))
    with pytest.raises(Conflict), shop.buying(clock()) as work:
        drafts.edit_draft(work, order.id, seen, drafts.DraftFacts((wish(shop.product, 4),)))
    with pytest.raises(Conflict), shop.buying(clock()) as work:
        placing.place(work, order.id, version=seen)
    with making(clock()) as work:
        found = get_order(work.session, order.id)
        assert [line.quantity for line in found.lines] == [3]
        assert found.purchase_order == "PO"


def test_a_draft_keeps_lines_that_cannot_be_placed_and_placing_names_them(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        pack = make_voucher(work, "pack", kind=ProductKind.CLASS_PACK)
    with shop.buying(clock()) as work:
        order = make_draft(work, shop, wish(shop.product), wish(pack))
        assert [line.amount_minor for line in order.lines] == [120_000, None]
    with pytest.raises(OrderRefused) as refusal, shop.buying(clock()) as work:
        placing.place(work, order.id)
    assert (refusal.value.rule, refusal.value.facts["position"]) == ("A1", 1)
    with making(clock()) as work:
        assert get_order(work.session, order.id).state is S.DRAFT


def test_an_empty_order_is_not_placed(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = drafts.create_draft(work, shop.agreement.id)
    with pytest.raises(BadInput, match="no lines"), shop.buying(clock()) as work:
        placing.place(work, order.id)


@pytest.mark.parametrize("quantity", [0, -1, 10**9])
def test_a_draft_refuses_quantities_that_no_line_has(
    app: Flask, clock: StillClock, quantity: int
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop)
    with pytest.raises(BadInput), shop.buying(clock()) as work:
        drafts.edit_draft(
            work, order.id, order.version, drafts.DraftFacts((wish(shop.product, quantity),))
        )


def test_under_an_agreement_that_has_ended_no_draft_is_begun(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2024, 7, 1), last_day=date(2025, 6, 30))
    with pytest.raises(OrderRefused, match="O1"), shop.buying(clock()) as work:
        drafts.create_draft(work, shop.agreement.id)


@pytest.mark.parametrize(
    ("hours", "reason"), [(1, "impossible_moment"), (-1, "impossible_moment"), (0, None)]
)
def test_a_step_happens_after_the_one_before_and_not_in_the_future(
    app: Flask, clock: StillClock, hours: int, reason: str | None
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    happened_at = clock() + timedelta(hours=hours)
    if reason is None:
        with shop.selling(clock()) as work:
            steps.record_step(work, order.id, T.PROCESS, happened_at, "P-77")
        return
    with pytest.raises(BadInput) as refusal, shop.selling(clock()) as work:
        steps.record_step(work, order.id, T.PROCESS, happened_at, "P-77")
    assert (refusal.value.reason, refusal.value.field) == (reason, "happened_at")


def test_a_step_keeps_when_it_happened_who_recorded_it_and_its_reference(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    happened_at = clock.move(hours=2)
    now = clock.move(days=1)
    with shop.selling(now) as work:
        order = steps.record_step(work, order.id, T.PROCESS, happened_at, "P-77")
        event = order.events[-1]
    assert (event.happened_at, event.recorded_at) == (happened_at, now)
    assert (event.recorded_by, event.reference) == (shop.seller.id, "P-77")
    assert order.processed_at == happened_at
