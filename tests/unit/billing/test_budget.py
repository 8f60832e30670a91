"""What is left of a budget."""

from __future__ import annotations

import pytest

from vlms.billing.rules.budget import Standing
from vlms.core.money import Money


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("spent", "left", "over"),
    [(0, 1000, None), (999, 1, None), (1000, 0, None), (1001, -1, 1), (2500, -1500, 1500)],
)
def test_a_budget_is_over_once_more_is_spent_than_it_allows(
    spent: int, left: int, over: int | None
) -> None:
    standing = Standing(usd(1000), usd(spent))
    assert standing.left == usd(left)
    assert standing.over == (None if over is None else usd(over))


@pytest.mark.parametrize(
    ("amount", "spent", "percent"), [(1000, 0, 0), (1000, 999, 99), (1000, 2500, 250), (0, 0, 100)]
)
def test_the_used_part_is_told_in_whole_percent(amount: int, spent: int, percent: int) -> None:
    assert Standing(usd(amount), usd(spent)).used_percent == percent


def test_an_order_to_come_counts_like_one_that_is_placed() -> None:
    assert Standing(usd(1000), usd(400)).with_more(601) == Standing(usd(1000), usd(1001))
