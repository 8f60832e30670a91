from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from vlms.orders.rules.coterm import EarlierLine, anchor_of, next_period, running_anchor


def a_line(number: str, placed: date, **other: Any) -> EarlierLine:
    facts: dict[str, Any] = {
        "charge_start": placed,
        "charge_end": date(placed.year + 1, placed.month, placed.day),
        "is_twelve_months": True,
        "is_cancelled": False,
        **other,
    }
    placed_at = datetime(placed.year, placed.month, placed.day, 9, tzinfo=UTC)
    return EarlierLine(order_number=number, placed_at=placed_at, **facts)


FIRST = a_line("1", date(2024, 8, 1))
SECOND = a_line("2", date(2024, 9, 1))


def test_the_earliest_running_twelve_month_order_is_the_anchor() -> None:
    assert anchor_of([SECOND, FIRST], date(2024, 10, 1)) is FIRST


def test_placed_earlier_counts_more_than_ending_earlier() -> None:
    longer = a_line("9", date(2024, 7, 2), charge_end=date(2026, 1, 31))
    assert anchor_of([FIRST, longer], date(2024, 10, 1)) is longer


def test_orders_of_one_instant_go_by_number() -> None:
    twin = a_line("0", date(2024, 8, 1))
    assert anchor_of([FIRST, twin], date(2024, 10, 1)) is twin


def test_a_cancelled_order_anchors_nothing() -> None:
    cancelled = a_line("1", date(2024, 8, 1), is_cancelled=True)
    assert anchor_of([cancelled, SECOND], date(2024, 10, 1)) is SECOND
    assert anchor_of([cancelled], date(2024, 10, 1)) is None


def test_a_prorated_line_anchors_nothing() -> None:
    prorated = a_line("1", date(2024, 8, 1), is_twelve_months=False)
    assert anchor_of([prorated], date(2024, 10, 1)) is None


def test_lines_of_one_order_never_anchor_each_other() -> None:
    assert anchor_of([FIRST], date(2024, 8, 1), own_order="1") is None
    assert anchor_of([FIRST, SECOND], date(2024, 10, 1), own_order="1") is SECOND


@pytest.mark.parametrize(
    ("day", "is_running"),
    [
        (date(2024, 7, 31), False),
        (date(2024, 8, 1), True),
        (date(2025, 8, 1), True),
        (date(2025, 8, 2), False),
    ],
)
def test_an_anchor_runs_from_its_first_to_its_last_day(day: date, is_running: bool) -> None:
    assert (anchor_of([FIRST], day) is FIRST) == is_running


def test_when_the_anchor_has_ended_the_next_twelve_month_order_takes_over() -> None:
    later = a_line("3", date(2025, 8, 10))
    assert anchor_of([FIRST, later], date(2025, 9, 1)) is later


@pytest.mark.parametrize(
    ("anchor_end", "expected"),
    [
        (None, None),
        (date(2024, 9, 30), None),
        (date(2024, 10, 1), date(2024, 10, 1)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        (date(2025, 6, 30), date(2025, 6, 30)),
        (date(2026, 1, 1), date(2025, 6, 30)),
    ],
)
def test_nothing_ends_after_the_agreement(anchor_end: date | None, expected: date | None) -> None:
    assert running_anchor(anchor_end, date(2024, 10, 1), date(2025, 6, 30)) == expected


@pytest.mark.parametrize(
    ("term_end", "cap_months", "period"),
    [
        (date(2025, 6, 30), 12, (date(2025, 3, 1), date(2025, 6, 30), 4)),
        (date(2027, 6, 30), 12, (date(2025, 3, 1), date(2026, 2, 28), 12)),
        (date(2027, 6, 30), None, (date(2025, 3, 1), date(2027, 6, 30), 28)),
        (date(2025, 3, 31), 12, (date(2025, 3, 1), date(2025, 3, 31), 1)),
        (date(2025, 3, 30), 12, None),
        (date(2025, 2, 28), 12, None),
    ],
)
def test_the_next_period_begins_the_day_after_the_anchor_if_a_month_is_left(
    term_end: date, cap_months: int | None, period: tuple[date, date, int] | None
) -> None:
    offer = next_period(date(2025, 2, 28), term_end, cap_months=cap_months)
    assert (offer and (offer.start, offer.end, offer.months)) == period
