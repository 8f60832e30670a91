"""What an order's page offers is what its service takes; what it refuses is refused alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import (
    Shop,
    make_draft,
    make_order_in,
    make_shop,
    make_voucher,
    wish,
)
from vlms.catalog.models import ProductKind
from vlms.core.acts import Act, refused_alike
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Role
from vlms.core.text import Text
from vlms.core.work import Work
from vlms.orders.acts import acts_on
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import delivery, drafts, placing, steps
from vlms.orders.service.showing import quote_of

WHO = ("asker", "other admin", "seller", "runner", "finance", "auditor")


def acting(shop: Shop, who: str, clock: StillClock) -> AbstractContextManager[Work]:
    return {
        "asker": lambda: shop.buying(clock()),
        "other admin": lambda: shop.buying(clock(), shop.second_admin),
        "seller": lambda: shop.selling(clock()),
        "runner": lambda: shop.operating(clock()),
        "finance": lambda: shop.acting(Role.FINANCE, clock()),
        "auditor": lambda: shop.acting(Role.AUDITOR, clock()),
    }[who]()


def try_act(work: Work, order: Order, name: str) -> object:
    line = order.lines[0] if order.lines else None
    if name.startswith("deliver"):
        assert line is not None
        left = line.quantity - line.delivered_quantity
        return delivery.deliver(work, order.id, line.id, left or 1)
    ways: dict[str, Callable[[], object]] = {
        "edit": lambda: drafts.edit_draft(work, order.id, order.version, drafts.DraftFacts(())),
        "place": lambda: placing.place(work, order.id),
        "approve": lambda: placing.approve(work, order.id),
        "decline": lambda: placing.decline(work, order.id, "too many"),
        "cancel": lambda: steps.cancel(work, order.id, "not needed"),
        **{
            step.value: lambda step=step: steps.record_step(work, order.id, step, work.now)  # type: ignore[misc]
            for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE)
        },
    }
    return ways[name]()


def acts_for(work: Work, order: Order) -> list[Act]:
    priced = quote_of(work.session, order, work.now, work.terms.order_early_days)
    return acts_on(work.actor, order, priced)


Offers = Callable[[Work, Order], list[Act]]


def compare(shop: Shop, order: Order, clock: StillClock, offers: Offers = acts_for) -> int:
    """Every act of everybody is tried; how many were taken."""
    taken = 0
    for who in WHO:
        try:
            with acting(shop, who, clock) as work:
                found = offers(work, get_order(work.session, order.id))
        except NotFound:
            # A reseller does not see what is not placed yet.
            assert who == "seller"
            continue
        for act in found:
            refusal: DomainError | None = None
            with acting(shop, who, clock) as work:
                try:
                    try_act(work, get_order(work.session, order.id), act.name)
                except DomainError as raised:
                    refusal = raised
                work.session.rollback()
                work.events.clear()
            assert act.is_possible == (refusal is None), (who, act.name, refusal)
            if refusal is not None:
                assert act.refusal is not None
                expected = (act.refusal.rule, act.refusal.reason, str(act.refusal))
                assert expected == (refusal.rule, refusal.reason, str(refusal)), (who, act.name)
            taken += refusal is None
    return taken


@pytest.mark.parametrize("state", list(OrderState))
def test_acts_shown_as_possible_are_those_that_the_service_takes(
    app: Flask, clock: StillClock, state: OrderState
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    is_early = state in (OrderState.DRAFT, OrderState.AWAITING_APPROVAL)
    with shop.buying(clock()) if is_early else making(clock()) as work:
        order = make_order_in(work, shop, state)
    ended = state in (OrderState.CLOSED, OrderState.CANCELLED)
    assert (compare(shop, order, clock) == 0) == ended


def test_a_line_that_a_rule_forbids_and_a_draft_without_lines_are_not_placed(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        pack = make_voucher(work, "pack", kind=ProductKind.CLASS_PACK)
        forbidden = make_draft(work, shop, wish(shop.product), wish(pack))
        empty = drafts.create_draft(work, shop.agreement.id)
    compare(shop, forbidden, clock)
    compare(shop, empty, clock)
    with shop.buying(clock()) as work:
        place = next(
            a for a in acts_for(work, get_order(work.session, forbidden.id)) if a.name == "place"
        )
    assert [one.is_met for one in place.conditions] == [True, True, True, True, True, False]
    assert place.refusal is not None
    assert place.refusal.rule == "A1"


def test_an_order_without_reseller_is_the_operators_to_record(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, has_reseller=False)
        order = make_order_in(work, shop, OrderState.PLACED)
    assert compare(shop, order, clock) > 0


def test_what_is_refused_alike_is_said_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, OrderState.CLOSED)
    with shop.buying(clock()) as work:
        found = [act for act in acts_for(work, get_order(work.session, order.id))]
        own = [act for act in found if act.conditions[0].is_met]
    assert len(own) > 3
    (group,) = refused_alike(own)
    assert list(group.acts) == own
    assert [one.is_met for one in group.conditions] == [True, False]
    assert group.refusal.reason == "order_ended"


def test_a_second_copy_of_a_rule_would_be_seen(app: Flask, clock: StillClock) -> None:
    """The control: a page that thinks for itself differs from the service."""
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, OrderState.PROCESSED)
    with pytest.raises(AssertionError, match="cancel"):
        compare(shop, order, clock, lambda _work, _order: [_always()])


def _always() -> Act:
    return Act("cancel", Text("Cancel the order"), "ban", "orders.cancel", ())
