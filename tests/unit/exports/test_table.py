"""Columns refuse values of another kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.exports.tables import MADE_AT, column
from vlms.core.money import Money
from vlms.exports.table import Column, Kind, Table, Tally, Total


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Kind.INTEGER, "7"),
        (Kind.INTEGER, True),
        (Kind.INTEGER, Decimal("7")),
        (Kind.MONEY, Decimal("7.00")),
        (Kind.UNIT_PRICE, 7.5),
        (Kind.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
        (Kind.DATE, "2026-01-01"),
    ],
)
def test_a_value_of_another_kind_is_an_error(kind: Kind, wrong: Any) -> None:
    with pytest.raises(TypeError):
        column("X", 0, kind).cell((wrong,))


def test_an_instant_without_zone_is_an_error() -> None:
    at = column("At", 0, Kind.INSTANT, zone="Asia/Taipei")
    with pytest.raises(TypeError):
        at.cell((datetime(2026, 1, 1),))
    with pytest.raises(ValueError, match="zone"):
        column("At", 0, Kind.INSTANT)


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.INSTANT])
def test_nothing_is_an_empty_cell_in_every_kind(kind: Kind) -> None:
    assert column("X", 0, kind).cell((None,)) is None


def test_only_integers_and_money_have_totals() -> None:
    with pytest.raises(ValueError, match="added up"):
        Total(column("Day", 0, Kind.DATE))


def test_a_total_belongs_to_one_of_the_columns() -> None:
    with pytest.raises(ValueError, match="columns"):
        Table("T", [column("A", 0)], [], MADE_AT, totals=[Total(column("B", 0, Kind.INTEGER))])


def test_sums_stand_in_the_line_of_their_currency() -> None:
    net: Column[Any] = column("Net", 0, Kind.MONEY)
    tax: Column[Any] = column("Tax", 1, Kind.MONEY)
    count: Column[Any] = column("Count", 2, Kind.INTEGER)
    made = Table("T", [net, tax, count], [], MADE_AT, totals=[Total(net), Total(tax), Total(count)])
    tally = Tally(made)
    tally.add([Money(5, "USD"), Money(1, "USD"), 2])
    tally.add([Money(7, "TWD"), None, 3])
    assert not tally.is_single
    assert tally.lines(3) == [
        ("TWD", [Money(7, "TWD"), None, 5]),
        ("USD", [Money(5, "USD"), Money(1, "USD"), None]),
    ]


def test_dates_shown_in_the_zone_of_their_column() -> None:
    at = column("At", 0, Kind.INSTANT, zone="Asia/Kathmandu")
    assert at.cell((datetime(2026, 1, 1, 18, 15, tzinfo=UTC),)) == datetime(2026, 1, 2, 0, 0)
    assert column("Day", 0, Kind.DATE).cell((date(2026, 1, 1),)) == date(2026, 1, 1)
