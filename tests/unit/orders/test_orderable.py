from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from vlms.orders.errors import OrderRefused
from vlms.orders.rules.orderable import (
    Buyer,
    ProductOnSale,
    refuse_outside_window,
    refuse_unorderable,
    why_not_orderable,
)

START, END = date(2024, 7, 1), date(2025, 6, 30)
DAY = date(2024, 10, 15)
BUYER = Buyer(programme="EES", is_academic=True, region="TW")


def a_product(**other: Any) -> ProductOnSale:
    facts: dict[str, Any] = {
        "name": "Class pack",
        "programmes": frozenset({"EES", "School"}),
        **other,
    }
    return ProductOnSale(**facts)


@pytest.mark.parametrize("day", [START - timedelta(days=90), START, DAY, END])
def test_an_order_may_be_placed_from_90_days_ahead_until_the_last_day(day: date) -> None:
    refuse_outside_window(day, START, END)


@pytest.mark.parametrize(
    ("day", "window", "way_out"),
    [
        (START - timedelta(days=91), 90, "2024-04-02"),
        (START - timedelta(days=31), 30, "2024-06-01"),
        (END + timedelta(days=1), 90, "agreement that follows"),
    ],
)
def test_an_order_outside_the_window_is_refused_with_the_way_out(
    day: date, window: int, way_out: str
) -> None:
    with pytest.raises(OrderRefused) as refusal:
        refuse_outside_window(day, START, END, window)
    assert (refusal.value.rule, refusal.value.field) == ("O1", "ordered_on")
    assert way_out in str(refusal.value.way_out)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"is_academic_only": True},
        {"region": "TW"},
        {"first_sale_on": DAY, "last_sale_on": DAY},
    ],
)
def test_what_is_on_sale_to_the_buyer_is_orderable(facts: dict[str, Any]) -> None:
    refuse_unorderable(a_product(**facts), BUYER, DAY)


@pytest.mark.parametrize(
    ("facts", "buyer", "rule", "reason"),
    [
        ({"is_orderable": False}, BUYER, "O1", "not_orderable"),
        ({"programmes": frozenset({"EA"})}, BUYER, "O1", "not_in_programme"),
        ({"region": "JP"}, BUYER, "O1", "not_in_region"),
        ({"first_sale_on": date(2024, 10, 16)}, BUYER, "O1", "not_yet_on_sale"),
        ({"last_sale_on": date(2024, 10, 14)}, BUYER, "O1", "no_longer_on_sale"),
        (
            {"is_academic_only": True},
            Buyer(programme="EA", is_academic=False, region="TW"),
            "A1",
            "academic_only",
        ),
    ],
)
def test_what_is_not_orderable_says_why_and_what_to_do(
    facts: dict[str, Any], buyer: Buyer, rule: str, reason: str
) -> None:
    with pytest.raises(OrderRefused) as refusal:
        refuse_unorderable(a_product(**facts), buyer, DAY)
    assert (refusal.value.rule, refusal.value.reason) == (rule, reason)
    assert "Class pack" in str(refusal.value.sentence)
    assert refusal.value.way_out is not None


def test_every_reason_against_a_product_is_found() -> None:
    product = a_product(programmes=frozenset({"EA"}), region="JP", last_sale_on=date(2021, 6, 30))
    reasons = [refusal.reason for refusal in why_not_orderable(product, BUYER, DAY)]
    assert reasons == ["not_in_programme", "not_in_region", "no_longer_on_sale"]
