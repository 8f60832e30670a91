"""What is ordered in a renewal: its prices then and now, its drafts, their charge types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price
from tests.support.making_orders import (
    Shop,
    make_delivered,
    make_draft,
    make_placed,
    make_shop,
    wish,
)
from tests.support.making_renewals import make_renewal, near_end, old_agreement
from vlms.agreements.models import Agreement
from vlms.core.errors import BadInput, NotFound
from vlms.orders.models import ChargeType, Order
from vlms.orders.service.pricing import LineWish
from vlms.planning.looking import Look
from vlms.planning.queries.renewals import Kind, list_due
from vlms.planning.renewal_clocks import renewal_entries
from vlms.planning.service.price_review import Basis, draft_line, draft_renewal, review_prices

LONG_END = date(2029, 6, 30)
WINDOW = 90


def test_prices_are_those_of_the_quote_then_and_now(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, LineWish(shop.product.id, 4, twelve_months=True))
        make_placed(work, shop, wish(shop.product, 2))
        make_price(work, shop.product, "150.00", "USD", effective_from=date(2027, 1, 1))
    near_end(clock)
    with making(clock()) as work:
        review = review_prices(work.session, old_agreement(work, shop), clock(), WINDOW)
        (line,) = review.lines
        spent = sum(
            one.amount_minor or 0
            for order in work.session.scalars(select(Order))
            for one in order.lines
        )
        assert (line.quantity, line.total.minor) == (6, spent)
        assert (line.unit_price, line.new_unit_price) == (Decimal("120.0000"), Decimal("150.00"))
        assert line.new_total is not None
        assert line.new_total.minor == 6 * 15000
        assert line.difference is not None
        assert line.difference.minor == 6 * 15000 - spent
        # Nothing of the agreement that would follow is kept.
        assert len(work.session.scalars(select(Agreement)).all()) == 1
    make_renewal(clock, shop)
    with making(clock()) as work:
        draft_id = draft_renewal(work, shop.agreement.id, Basis.SAME).id
    with making(clock()) as work:
        (drafted,) = work.session.get_one(Order, draft_id).lines
        assert (drafted.quantity, drafted.amount_minor) == (6, 6 * 15000)
        assert drafted.charge_start == date(2027, 7, 1)


def test_what_was_used_is_ordered_again_where_that_is_asked(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, wish(shop.product, 4))
    near_end(clock)
    make_renewal(clock, shop)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        draft_renewal(work, shop.agreement.id, Basis.USED)
    assert refused.value.reason == "nothing_to_renew"


def test_a_12_month_line_that_ends_with_the_agreement_is_renewed_by_the_next(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2026, 7, 1))
    clock.move(days=60)
    with making(clock()) as work:
        make_placed(work, shop, LineWish(shop.product.id, 3, twelve_months=True))
    near_end(clock)
    new = make_renewal(clock, shop)
    with making(clock()) as work:
        lines = draft_renewal(work, shop.agreement.id, Basis.SAME).lines
        assert [(line.charge_type, line.is_twelve_months) for line in lines] == [
            (ChargeType.RENEW, True)
        ]
        assert lines[0].agreement_id == new.id


def test_without_a_predecessor_the_same_line_is_new(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2026, 7, 1))
    clock.move(days=60)
    with making(clock()) as work:
        make_placed(work, shop, LineWish(shop.product.id, 3, twelve_months=True))
    near_end(clock)
    new = make_renewal(clock, shop)
    with making(clock()) as work:
        work.session.get_one(Agreement, new.id).predecessor_id = None
    with making(clock()) as work:
        other = work.session.get_one(Agreement, new.id)
        order = make_draft(
            work, _under(shop, other), LineWish(shop.product.id, 3, twelve_months=True)
        )
        assert [line.charge_type for line in order.lines] == [ChargeType.NEW]


def _under(shop: Shop, agreement: Agreement) -> Shop:
    return Shop(**{**vars(shop), "agreement": agreement})


def test_a_12_month_line_within_the_agreement_is_drafted_as_renew_once_orders_can(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, last_day=LONG_END)
        make_placed(work, shop, LineWish(shop.product.id, 5, twelve_months=True))
    ends = date(2027, 3, 1)
    clock.set(datetime(2027, 1, 10, 20, tzinfo=UTC))
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert (due.kind, due.day, due.quantity, due.can_from) == (
            Kind.LINE,
            ends,
            5,
            date(2027, 2, 3),
        )
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        draft_line(work, shop.agreement.id, shop.product.id, ends)
    assert refused.value.rule == "O3"
    clock.set(datetime(2027, 2, 3, 20, tzinfo=UTC))
    with making(clock()) as work:
        (line,) = draft_line(work, shop.agreement.id, shop.product.id, ends).lines
        assert (line.charge_type, line.charge_start, line.quantity) == (
            ChargeType.RENEW,
            date(2027, 3, 2),
            5,
        )
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert due.is_renewed
    with pytest.raises(NotFound), making(clock()) as work:
        draft_line(work, shop.agreement.id, shop.product.id, date(2027, 3, 2))


def test_the_calendar_knows_when_12_months_end_and_can_be_drafted_again(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, last_day=LONG_END)
        make_placed(work, shop, LineWish(shop.product.id, 5, twelve_months=True))
    clock.set(datetime(2027, 1, 10, 20, tzinfo=UTC))

    def days() -> list[object]:
        with making(clock()) as work:
            look = Look(
                work.session,
                clock(),
                work.actor,
                shop.customer.id,
                "customer",
                "America/Los_Angeles",
            )
            found = renewal_entries(look, lambda endpoint, **_values: endpoint)
            return [entry.starts for entry in found]

    assert days() == [date(2027, 3, 1), date(2027, 2, 3)]
    clock.set(datetime(2027, 2, 10, 20, tzinfo=UTC))
    assert days() == [date(2027, 3, 1)]
