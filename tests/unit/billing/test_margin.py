"""A margin never mixes currencies (I16), and amounts are read exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vlms.billing.rules.amounts import read_amount, typed_amount
from vlms.billing.rules.margin import Trade, margin_totals
from vlms.billing.rules.month import month_of, read_month
from vlms.core.errors import BadInput
from vlms.core.money import Money
from vlms.core.text import _

LABEL = _("Amount")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("trade", "margin", "percent"),
    [
        (Trade((usd(8000),), (usd(10000),)), usd(2000), "20.0"),
        (Trade((usd(12000),), (usd(10000),)), usd(-2000), "-20.0"),
        (Trade((usd(0),), (usd(0),)), usd(0), None),
        (Trade((), (usd(10000),)), None, None),
        (Trade((usd(8000),), ()), None, None),
        (Trade((usd(8000),), (Money(3125, "TWD"),)), None, None),
        (Trade((usd(8000),), (Money(3125, "TWD"), usd(1))), None, None),
    ],
)
def test_a_margin_needs_both_sides_in_one_currency(
    trade: Trade, margin: Money | None, percent: str | None
) -> None:
    assert trade.margin == margin
    assert trade.percent == (None if percent is None else Decimal(percent))


def test_totals_stand_side_by_side_by_currency() -> None:
    twd = Trade((Money(100, "TWD"),), (Money(150, "TWD"),))
    mixed = Trade((usd(5),), (Money(100, "TWD"),))
    totals = margin_totals([Trade((usd(80),), (usd(100),)), twd, mixed, twd])
    assert [total.margin for total in totals] == [Money(100, "TWD"), usd(20)]


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("1200.50", "USD", 120050), ("1200", "TWD", 1200), ("0.001", "KWD", 1), ("12.00", "TWD", 12)],
)
def test_an_amount_is_read_into_minor_units(typed: str, currency: str, minor: int) -> None:
    assert read_amount(currency)(typed, LABEL) == minor
    assert read_amount(currency)(typed_amount(minor, currency), LABEL) == minor


@pytest.mark.parametrize("typed", ["", "1,200", "1.001", "0", "-1", "1e3", "１"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_amount("USD")(typed, LABEL)


def test_a_negative_amount_is_read_where_it_may_be_one() -> None:
    assert read_amount("USD", may_be_negative=True)("-1.50", LABEL) == -150


def test_a_month_is_its_first_and_last_day() -> None:
    assert read_month("2024-02", LABEL) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    for typed in ("2026-13", "2026", "march", "1026-01"):
        with pytest.raises(BadInput):
            read_month(typed, LABEL)
