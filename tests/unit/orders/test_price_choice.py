"""Levels by points (P4), price lists (P5) and bands (P6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.core.money import Money
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.bands import Band, band_for, product_totals
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.points import (
    POINT_LEVELS,
    HeldLevel,
    PointLevels,
    PooledLine,
    agreement_year,
    level_of_order,
    points_of_year,
)
from vlms.orders.rules.repricing import (
    InitialOrder,
    QuotedList,
    invoice_list_day,
    is_priced_again,
    needs_consent,
    price_list_day,
)

LEVELS = in_effect(POINT_LEVELS, date(2024, 7, 1))
TERM_START = date(2024, 7, 1)


@pytest.mark.parametrize(
    ("points", "level"),
    [
        (0, "A"),
        (499, "A"),
        (500, "A"),
        (3_999, "A"),
        (4_000, "B"),
        (9_999, "B"),
        (10_000, "C"),
        (24_999, "C"),
        (25_000, "D"),
        (10**9, "D"),
    ],
)
def test_a_level_begins_at_its_minimum_and_a_is_the_least(points: int, level: str) -> None:
    assert LEVELS.level_at(points) == level


@pytest.mark.parametrize(
    ("points", "held", "day", "level"),
    [
        (4_000, None, date(2024, 9, 1), "B"),
        # An order was cancelled: the level stays until the anniversary.
        (100, HeldLevel("C", date(2024, 8, 1)), date(2025, 6, 30), "C"),
        (100, HeldLevel("C", date(2024, 8, 1)), date(2025, 7, 1), "A"),
        (100, HeldLevel("C", date(2024, 4, 2)), date(2025, 6, 30), "C"),
        # A crossed threshold lifts the whole order.
        (25_000, HeldLevel("B", date(2024, 8, 1)), date(2024, 9, 1), "D"),
        (4_000, HeldLevel("B", date(2024, 8, 1)), date(2025, 7, 1), "B"),
    ],
)
def test_a_level_rises_at_once_and_falls_only_at_the_anniversary(
    points: int, held: HeldLevel | None, day: date, level: str
) -> None:
    found = level_of_order(LEVELS, points, held=held, term_start=TERM_START, day=day)
    assert found == level


@settings(max_examples=50)
@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_more_points_never_mean_a_lower_level(points: int, more: int) -> None:
    assert LEVELS.level_at(points + more) >= LEVELS.level_at(points)


@pytest.mark.parametrize(
    ("start", "day", "first", "last"),
    [
        (TERM_START, date(2024, 7, 1), date(2024, 7, 1), date(2025, 6, 30)),
        (TERM_START, date(2025, 6, 30), date(2024, 7, 1), date(2025, 6, 30)),
        (TERM_START, date(2025, 7, 1), date(2025, 7, 1), date(2026, 6, 30)),
        (TERM_START, date(2024, 4, 2), date(2024, 7, 1), date(2025, 6, 30)),
        (date(2024, 1, 15), date(2023, 12, 1), date(2024, 1, 15), date(2025, 1, 14)),
        (date(2024, 2, 29), date(2025, 2, 27), date(2024, 2, 29), date(2025, 2, 27)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28), date(2026, 2, 27)),
        (date(2024, 2, 29), date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_an_agreement_s_years_are_counted_from_its_first_day(
    start: date, day: date, first: date, last: date
) -> None:
    assert agreement_year(start, day) == (first, last)


def test_points_are_summed_over_the_year_s_uncancelled_lines() -> None:
    lines = [
        PooledLine(date(2024, 5, 1), 10, 125),
        PooledLine(date(2024, 9, 1), 100, 1),
        PooledLine(date(2024, 9, 2), 4, 75, is_cancelled=True),
        PooledLine(date(2025, 7, 1), 1_000, 1),
    ]
    assert points_of_year(lines, TERM_START, date(2025, 1, 1)) == 1_350
    assert points_of_year(lines, TERM_START, date(2025, 7, 1)) == 1_000


def test_other_thresholds_count_from_their_own_day() -> None:
    lower = PointLevels(date(2025, 1, 1), (("A", 1), ("B", 2)))
    tables = (*POINT_LEVELS, lower)
    assert in_effect(tables, date(2024, 12, 31)) is POINT_LEVELS[0]
    assert in_effect(tables, date(2025, 1, 1)) is lower
    with pytest.raises(LookupError):
        in_effect([lower], date(2024, 12, 31))


BANDS = [Band(100, Decimal(90)), Band(1, Decimal(120)), Band(10, Decimal(110))]


@pytest.mark.parametrize(
    ("total", "price"), [(1, 120), (9, 120), (10, 110), (99, 110), (100, 90), (10**6, 90)]
)
def test_the_total_of_a_product_picks_the_band_of_all_its_units(total: int, price: int) -> None:
    assert band_for(BANDS, total).unit_price == price


def test_a_product_s_lines_of_one_order_are_added_up() -> None:
    assert product_totals([("voucher", 6), ("pack", 1), ("voucher", 4)]) == {
        "voucher": 10,
        "pack": 1,
    }


@pytest.mark.parametrize(
    ("bands", "reason"), [([], "no_price"), ([Band(10, Decimal(1))], "below_smallest_band")]
)
def test_a_quantity_without_a_price_is_refused(bands: list[Band], reason: str) -> None:
    with pytest.raises(OrderRefused) as refusal:
        band_for(bands, 9)
    assert (refusal.value.rule, refusal.value.reason) == ("P6", reason)


INITIAL = InitialOrder(date(2024, 7, 5), frozenset({"voucher"}))


@pytest.mark.parametrize(
    ("product", "initial", "day"),
    [
        ("voucher", INITIAL, date(2024, 7, 5)),
        ("pack", INITIAL, date(2025, 2, 1)),
        ("voucher", None, date(2025, 2, 1)),
    ],
)
def test_products_of_the_initial_order_keep_their_list(
    product: str, initial: InitialOrder | None, day: date
) -> None:
    assert price_list_day(product, date(2025, 2, 1), initial) == day
    assert invoice_list_day(product, date(2025, 2, 1), initial) == day


def test_another_list_on_the_invoice_day_prices_the_line_again() -> None:
    quoted = QuotedList("2024", date(2024, 7, 1))
    assert is_priced_again(quoted, "2025", date(2024, 1, 1))
    assert is_priced_again(quoted, "2024", date(2024, 7, 2))
    assert not is_priced_again(quoted, "2024", date(2024, 7, 1))


@pytest.mark.parametrize(("new", "needed"), [(99, False), (100, False), (101, True)])
def test_only_a_higher_total_needs_consent(new: int, needed: bool) -> None:
    assert needs_consent(Money(100, "USD"), Money(new, "USD")) is needed


def test_totals_of_two_currencies_do_not_compare() -> None:
    with pytest.raises(ValueError, match="do not compare"):
        needs_consent(Money(100, "USD"), Money(100, "TWD"))
