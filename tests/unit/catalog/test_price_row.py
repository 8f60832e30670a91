"""What a row of a price list says, and which rows clash."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.catalog.rules.price_row import PriceKey, PriceRow, clashes, read_price_row

TYPED = {
    "product": "voucher",
    "programme": "select plus",
    "level": "b",
    "currency": "USD",
    "from_quantity": "10",
    "unit_price": "120.1234",
    "reference_price": "",
    "effective_from": "2026-01-01",
    "effective_to": "",
}
PROGRAMMES, LEVELS = ["EA", "Select Plus"], ["A", "B"]
KEY = PriceKey("voucher", "EA", "A", "USD", 1)
START = date(2026, 1, 1)


def priced(first: int, last: int | None, key: PriceKey = KEY) -> PriceRow:
    """A price from `first` until `last`, in days after START."""
    end = None if last is None else START + timedelta(days=last)
    return PriceRow(key, Decimal(1), None, START + timedelta(days=first), end)


def test_a_row_is_read_into_values() -> None:
    row, refusals = read_price_row(TYPED, PROGRAMMES, LEVELS)
    assert not refusals
    assert row == PriceRow(
        PriceKey("voucher", "Select Plus", "B", "USD", 10), Decimal("120.1234"), None, START, None
    )


@pytest.mark.parametrize("name", [name for name in TYPED if TYPED[name]])
def test_a_missing_value_is_refused_by_its_field(name: str) -> None:
    row, refusals = read_price_row({**TYPED, name: ""}, PROGRAMMES, LEVELS)
    assert row is None
    assert [refusal.field for refusal in refusals] == [name]


def test_every_wrong_value_of_a_row_is_told() -> None:
    wrong = {**TYPED, "level": "Z", "currency": "usd", "unit_price": "1.00001"}
    _row, refusals = read_price_row(wrong, PROGRAMMES, LEVELS)
    assert [refusal.field for refusal in refusals] == ["level", "currency", "unit_price"]


@pytest.mark.parametrize(
    ("rows", "clashing"),
    [
        ([priced(0, 9), priced(10, None)], []),
        ([priced(10, None), priced(0, 9)], []),
        ([priced(0, 10), priced(10, None)], [3]),
        ([priced(0, None), priced(10, None)], [3]),
        ([priced(0, None), priced(0, None)], [3]),
        ([priced(10, None), priced(0, 10)], [2]),
        ([priced(0, None), priced(0, None, PriceKey("voucher", "EA", "A", "USD", 10))], []),
    ],
)
def test_rows_clash_when_two_hold_on_one_day(rows: list[PriceRow], clashing: list[int]) -> None:
    assert [number for number, _refusal in clashes(list(enumerate(rows, 2)))] == clashing


spans = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 30))).map(
    lambda pair: priced(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(spans, max_size=5))
def test_no_clash_means_one_price_a_day_and_a_clash_means_two(rows: list[PriceRow]) -> None:
    days = [START + timedelta(days=offset) for offset in range(100)]
    most = max((sum(row.overlaps(day, day) for row in rows) for day in days), default=0)
    assert bool(list(clashes(list(enumerate(rows, 2))))) == (most > 1)
