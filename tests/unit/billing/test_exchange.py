"""Exchange rates are exact, and an amount is rounded once (P3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.billing.rules.exchange import (
    RateRow,
    check_rate,
    converted,
    read_rate,
    read_rate_row,
    shown_rate,
)
from vlms.core.errors import BadInput
from vlms.core.text import _

ROW = {"from_currency": "USD", "to_currency": "TWD", "effective_on": "2026-03-01", "rate": "31.25"}


@pytest.mark.parametrize(
    ("minor", "rate", "pair", "expected"),
    [
        (10000, "31.25", ("USD", "TWD"), 3125),
        (10002, "31.25", ("USD", "TWD"), 3126),
        (-10002, "31.25", ("USD", "TWD"), -3126),
        (3125, "0.032", ("TWD", "USD"), 10000),
        (1, "0.5", ("USD", "KWD"), 5),
        (0, "31.25", ("USD", "TWD"), 0),
    ],
)
def test_an_amount_is_converted_and_rounded_half_up_once(
    minor: int, rate: str, pair: tuple[str, str], expected: int
) -> None:
    assert converted(minor, read_rate(rate, _("Rate")), *pair) == expected


@given(st.integers(1, 10**15 - 1))
def test_a_rate_is_read_back_as_it_is_shown(millionths: int) -> None:
    assert read_rate(shown_rate(millionths), _("Rate")) == millionths


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_a_conversion_is_never_further_off_than_half_a_unit(minor: int, rate: int) -> None:
    exact = Decimal(minor) / 100 * rate / 1_000_000
    assert abs(converted(minor, rate, "USD", "TWD") - exact) <= Decimal("0.5")


@pytest.mark.parametrize("typed", ["", "0", "-1", "1,5", "1.0000001", "３１", "1e3", "nan"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_rate(typed, _("Rate"))


def test_a_row_tells_all_that_is_wrong_with_it() -> None:
    row, refusals = read_rate_row({**ROW, "to_currency": "XXX", "rate": "x"})
    assert row is None
    assert [one.field for one in refusals] == ["to_currency", "rate"]
    assert read_rate_row({**ROW, "to_currency": "USD"})[1][0].reason == "same_currency"
    good = RateRow("USD", "TWD", date(2026, 3, 1), 31_250_000, None)
    assert read_rate_row(ROW) == (good, [])
    assert check_rate(good) is good
