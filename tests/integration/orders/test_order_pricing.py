"""Prices of whole orders: lists, levels, bands, anchors, next periods (O1-O3, P1-P6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_agreements import make_agreement
from tests.support.making_catalog import make_price, make_product
from tests.support.making_orders import Shop, make_placed, make_shop, make_voucher, wish
from vlms.agreements.models import LevelMode
from vlms.catalog.models import PriceLevel, ProductKind
from vlms.core.work import Work
from vlms.orders.models import ChargeType
from vlms.orders.service.pricing import LineWish, PricedOrder, price_order
from vlms.orders.service.steps import cancel

TERM = {"first_day": date(2024, 7, 1), "last_day": date(2025, 6, 30), "time_zone": "UTC"}


def priced(work: Work, shop: Shop, on: date, *wishes: LineWish) -> PricedOrder:
    return price_order(work.session, shop.agreement, wishes, on, window_days=90)


def only(order: PricedOrder) -> tuple[int, str]:
    trace = order.lines[0].trace
    assert trace is not None, str(order.lines[0].refusal)
    return trace.months, str(trace.amount.amount)


def rule(order: PricedOrder) -> tuple[str | None, str]:
    refusal = order.lines[0].refusal
    assert refusal is not None
    return refusal.rule, refusal.reason


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "on", "months", "amount"),
    [
        ("2024-07-01", "2025-06-30", "2024-10-15", 8, "800.00"),
        ("2024-07-01", "2025-06-30", "2024-10-01", 9, "900.00"),
        ("2024-07-15", "2025-07-14", "2024-07-15", 12, "1200.00"),
        ("2024-03-01", "2025-02-28", "2025-01-31", 1, "100.00"),
    ],
)
def test_the_worked_examples_come_out_under_an_agreement(
    app: Flask, clock: StillClock, first: str, last: str, on: str, months: int, amount: str
) -> None:
    with making(clock()) as work:
        shop = make_shop(
            work, first_day=date.fromisoformat(first), last_day=date.fromisoformat(last)
        )
        order = priced(work, shop, date.fromisoformat(on), wish(shop.product))
    assert only(order) == (months, amount)


def test_a_line_tells_list_level_band_and_rules(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, **TERM)
        make_price(work, shop.product, "100", from_quantity=50, reference_price=Decimal(150))
        order = priced(
            work, shop, date(2024, 10, 15), wish(shop.product, 30), wish(shop.product, 20)
        )
    first, second = (line.trace for line in order.lines)
    assert first is not None
    assert second is not None
    assert first.unit_price == second.unit_price == 100
    assert first.source.band_from == 50
    assert first.source.band_total == 50
    assert first.source.level == "A"
    assert first.source.list_name == "Test prices"
    assert first.rules == ("O1", "O2", "P1", "P3", "P4", "P5", "P6")
    assert str(order.total) == "USD 3,333.33"
    assert str(order.saving) == "USD 1,666.67"


def test_a_12_month_line_makes_later_lines_end_with_it(app: Flask, clock: StillClock) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, time_zone="UTC")
        placed = make_placed(work, shop, wish(shop.product, twelve_months=True))
        later = priced(work, shop, date(2025, 10, 20), wish(shop.product, twelve_months=True))
        trace = later.lines[0].trace
        assert trace is not None
        assert (trace.end, trace.months) == (date(2026, 7, 14), 8)
        assert later.lines[0].charge_type is ChargeType.ADD_QUANTITY
        cancel(work, placed.id, "not needed")
        alone = priced(work, shop, date(2025, 10, 20), wish(shop.product, twelve_months=True))
    assert alone.lines[0].trace is not None
    assert alone.lines[0].trace.end == date(2026, 10, 19)
    assert alone.lines[0].charge_type is ChargeType.NEW


def test_a_next_period_ends_with_the_order_that_runs_by_then(app: Flask, clock: StillClock) -> None:
    on = date(2026, 7, 1)
    with making(clock()) as work:
        shop = make_shop(
            work, first_day=date(2025, 7, 15), last_day=date(2030, 7, 14), time_zone="UTC"
        )
        library = make_voucher(work, "library", kind=ProductKind.E_REFERENCE)
    with making(noon(date(2025, 7, 15))) as work:
        make_placed(work, shop, wish(shop.product))
    with making(noon(on)) as work:
        alone = priced(work, shop, on, wish(library, next_period=True))
        asked = priced(work, shop, on, wish(library, twelve_months=True, next_period=True))
        make_placed(work, shop, wish(shop.product, next_period=True))
        beside = priced(work, shop, on, wish(library, next_period=True))
    assert (only(alone), only(asked), only(beside)) == (
        (48, "4800.00"),
        (12, "1200.00"),
        (12, "1200.00"),
    )


def test_with_no_month_to_the_anchor_the_next_period_is_offered_and_renews(
    app: Flask, clock: StillClock
) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, last_day=date(2028, 6, 30), time_zone="UTC")
        make_placed(work, shop, wish(shop.product, twelve_months=True))
        on = date(2026, 7, 1)
        refused = priced(work, shop, on, wish(shop.product))
        taken = priced(work, shop, on, wish(shop.product, next_period=True))
    assert rule(refused) == ("P2", "no_whole_month_left")
    assert refused.lines[0].next_period == (date(2026, 7, 15), date(2027, 7, 14))
    assert refused.total is None
    trace = taken.lines[0].trace
    assert trace is not None
    assert (trace.start, trace.end, trace.months) == (date(2026, 7, 15), date(2027, 7, 14), 12)
    assert taken.lines[0].charge_type is ChargeType.RENEW


def test_refusals_of_products_come_with_their_rule(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, **TERM)
        on = date(2024, 10, 15)
        cases = {
            ("A1", "academic_only"): make_voucher(work, "pack", kind=ProductKind.CLASS_PACK),
            ("O1", "not_orderable"): make_voucher(work, "elearning", is_orderable=False),
            ("O1", "no_longer_on_sale"): make_voucher(work, "old", last_sale_on=date(2024, 1, 1)),
            ("O1", "not_yet_on_sale"): make_voucher(work, "new", first_sale_on=date(2025, 1, 1)),
            ("O1", "not_in_programme"): make_voucher(work, "school", programme="MPSA"),
            ("O1", "not_in_region"): make_voucher(work, "local", region="JP"),
            ("P6", "no_price"): make_voucher(work, "euro", currency="EUR"),
        }
        found = {key: rule(priced(work, shop, on, wish(product))) for key, product in cases.items()}
    assert found == {key: key for key in cases}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 7, 1), ("O1", "after_agreement")),
        (date(2024, 4, 1), ("O1", "before_window")),
        (date(2025, 6, 30), ("P2", "no_whole_month_left")),
    ],
)
def test_days_outside_the_agreement_are_refused(
    app: Flask, clock: StillClock, on: date, expected: tuple[str, str]
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, **TERM)
        assert rule(priced(work, shop, on, wish(shop.product))) == expected


def test_points_of_the_year_raise_the_level_of_the_whole_order(
    app: Flask, clock: StillClock
) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, level_mode=LevelMode.POINTS, time_zone="UTC")
        make_price(work, shop.product, "90.00", level="B")
        first = make_placed(work, shop, wish(shop.product, 3_000))
        assert first.price_level is PriceLevel.A
        on = date(2025, 9, 1)
        below = priced(work, shop, on, wish(shop.product, 999))
        crossing = priced(work, shop, on, wish(shop.product, 1_000))
        next_year = priced(work, shop, date(2026, 7, 1), wish(shop.product, 1_000))
        cancel(work, first.id, "a mistake")
        alone = priced(work, shop, on, wish(shop.product, 1_000))
    found = [(order.level, order.points) for order in (below, crossing, next_year, alone)]
    assert found == [("A", 3_999), ("B", 4_000), ("A", 1_000), ("A", 1_000)]


def test_a_level_stays_until_the_anniversary(app: Flask, clock: StillClock) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, level_mode=LevelMode.POINTS, time_zone="UTC")
        make_price(work, shop.product, "90.00", level="B")
        large = make_placed(work, shop, wish(shop.product, 4_000))
        cancel(work, large.id, "a mistake")
        held = priced(work, shop, date(2026, 6, 30), wish(shop.product, 1))
        fallen = priced(work, shop, date(2026, 7, 1), wish(shop.product, 1))
    assert (held.level, fallen.level) == ("B", "A")


def test_the_initial_orders_products_keep_their_list(app: Flask, clock: StillClock) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, time_zone="UTC")
        other = make_voucher(work, "other", "50.00")
        make_placed(work, shop, wish(shop.product))
        for product in (shop.product, other):
            make_price(work, product, "200.00", effective_from=date(2026, 1, 1))
        order = priced(work, shop, date(2026, 2, 1), wish(shop.product), wish(other))
        before = priced(work, shop, date(2025, 12, 1), wish(other))
    kept, listed = (line.trace for line in order.lines)
    assert kept is not None
    assert listed is not None
    assert (kept.unit_price, kept.source.is_initial) == (120, True)
    assert (listed.unit_price, listed.source.is_initial) == (200, False)
    assert before.lines[0].trace is not None
    assert before.lines[0].trace.source.holds_until == date(2025, 12, 31)


def test_a_library_may_run_for_more_than_12_months(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        library = make_voucher(work, "library", "12.00", kind=ProductKind.E_REFERENCE)
        order = priced(work, shop, date(2025, 7, 1), wish(library, 1))
    assert only(order) == (24, "24.00")


def test_another_agreements_orders_do_not_count(app: Flask, clock: StillClock) -> None:
    with making(noon(date(2025, 7, 15))) as work:
        shop = make_shop(work, time_zone="UTC")
        make_placed(work, shop, wish(shop.product, twelve_months=True))
        second = make_agreement(work, shop.customer, "A-2", time_zone="UTC")
        order = price_order(
            work.session, second, [wish(shop.product, twelve_months=True)], date(2025, 10, 20), 90
        )
    assert order.lines[0].trace is not None
    assert order.lines[0].trace.anchor_end is None


def test_prices_are_the_agreements_currency_and_twd_has_no_decimals(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, currency="TWD", **TERM)
        product = make_product(work, "cheap")
        make_price(work, product, "3333.3333", "TWD")
        order = priced(work, shop, date(2024, 10, 15), wish(product, 1))
    assert only(order) == (8, "2222")


@pytest.mark.parametrize(
    ("mode", "until"),
    [(LevelMode.FIXED, date(2026, 7, 2)), (LevelMode.POINTS, date(2026, 6, 30))],
)
def test_a_quote_at_a_level_by_points_holds_until_the_anniversary_at_most(
    app: Flask, clock: StillClock, mode: LevelMode, until: date
) -> None:
    with making(noon(date(2026, 3, 2))) as work:
        shop = make_shop(work, level_mode=mode, time_zone="UTC")
        make_placed(work, shop)
    with making(noon(date(2026, 6, 30))) as work:
        assert priced(work, shop, date(2026, 6, 30), wish(shop.product)).valid_until == until
