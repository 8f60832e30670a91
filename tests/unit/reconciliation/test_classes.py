"""What is wrong with a pair, and the probable cause in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.making_sides import charge, row_of
from vlms.reconciliation.rules.classes import Found, differences_of
from vlms.reconciliation.rules.differences import DifferenceClass as Kind
from vlms.reconciliation.rules.matching import match
from vlms.reconciliation.rules.sides import OurCharge, TheirRow
from vlms.reconciliation.rules.unpaired import left_of_ours, left_of_theirs


def found(
    ours: list[OurCharge], theirs: list[TheirRow], tolerance: int = 0
) -> list[tuple[Kind, int | None, str]]:
    """All differences between the two sides: class, amount, cause."""
    matched = match(ours, theirs)
    some: list[Found] = [one for pair in matched.pairs for one in differences_of(pair, tolerance)]
    some += [left_of_ours(one) for one in matched.ours_left]
    some += [left_of_theirs(row) for row in matched.theirs_left]
    return [(one.kind, one.amount, str(one.cause)) for one in some]


CASES: list[tuple[dict[str, Any], Kind, int | None, str]] = [
    (
        {"net": 90_000},
        Kind.PRORATION,
        10_000,
        "They charged 9 months, 8 were left: USD 900.00 against USD 800.00.",
    ),
    (
        {"net": 85_151},
        Kind.PRORATION,
        5_151,
        "They prorated by days: USD 851.51 against USD 800.00 (259 days of 365 instead of 8 "
        "months of 12).",
    ),
    (
        {"net": 83_333},
        Kind.PRORATION,
        3_333,
        "The price is the same, the time is not: USD 833.33 against USD 800.00 for 8 months; "
        "neither other months nor days give their amount.",
    ),
    (
        {"net": 90_000, "unit_price": Decimal("135.00")},
        Kind.PRICE,
        10_000,
        "They charge 135.00 for 12 months, the price is 120.00: USD 900.00 against USD 800.00.",
    ),
    (
        {"net": 83_333, "unit_price": None},
        Kind.PRICE,
        3_333,
        "Theirs is a price of 124.9995 for 12 months, ours is 120.00: USD 833.33 against "
        "USD 800.00.",
    ),
    (
        {"net": 96_000, "quantity": 12},
        Kind.QUANTITY,
        16_000,
        "They count 12, 10 were ordered: USD 960.00 against USD 800.00.",
    ),
    (
        {"net": 84_000},
        Kind.TAX,
        4_000,
        "Their net amount holds the tax of 5 %: USD 840.00 against USD 800.00.",
    ),
    (
        {"net": 80_001},
        Kind.ROUNDING,
        1,
        "They rounded otherwise: USD 800.01 against USD 800.00, USD 0.01 apart.",
    ),
    (
        {"net": 2_560_000, "currency": "TWD"},
        Kind.CURRENCY,
        None,
        "They charge TWD 2,560,000, ordered was in another currency: USD 800.00.",
    ),
    ({"tax": 0}, Kind.TAX, -4_000, "They charge no tax, due is USD 40.00."),
    ({"tax": 6_400}, Kind.TAX, 2_400, "They charge a tax of 8 %: USD 64.00 against USD 40.00."),
    (
        {"start": date(2025, 11, 1)},
        Kind.PERIOD,
        0,
        "They charge from 2025-11-01, the order from 2025-10-15.",
    ),
    (
        {"end": date(2026, 5, 31)},
        Kind.WRONG_END_DATE,
        0,
        "They charge until 2026-05-31, the order until 2026-06-30.",
    ),
]


@pytest.mark.parametrize(("facts", "kind", "amount", "cause"), CASES)
def test_a_row_that_differs_is_one_difference_with_its_cause(
    facts: dict[str, Any], kind: Kind, amount: int | None, cause: str
) -> None:
    one = charge()
    assert found([one], [row_of(one, **facts)]) == [(kind, amount, cause)]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"order_number": None},
        {"order_number": None, "net": 80_400, "unit_price": None},
        {"product": None},
        {"reference": "O-2026-000001/1", "order_number": None, "product": None},
        {"tax": 4_000},
        {"tax": 4_001},
        {"unit_price": Decimal("80.00")},
        {"quantity": None, "start": None, "end": None},
    ],
)
def test_a_row_is_found_by_what_it_tells(facts: dict[str, Any]) -> None:
    one = charge()
    some = found([one], [row_of(one, **facts)])
    assert Kind.MISSING_HERE not in {kind for kind, *_rest in some}
    assert len(some) == ("net" in facts)


def test_a_unit_price_that_was_rounded_first_is_told() -> None:
    one = charge(quantity=25, unit_price=Decimal("89.50"), months=9, net=167_813)
    assert found([one], [row_of(one, net=167_825)]) == [
        (
            Kind.ROUNDING,
            12,
            "They rounded the price of one unit first: USD 67.13 × 25 = USD 1,678.25 against "
            "USD 1,678.13, which is rounded once.",
        )
    ]


def test_an_amount_that_was_cut_off_is_told() -> None:
    one = charge(quantity=25, unit_price=Decimal("89.50"), months=9, net=167_813)
    assert found([one], [row_of(one, net=167_812)]) == [
        (
            Kind.ROUNDING,
            -1,
            "They cut the amount off instead of rounding it half up: USD 1,678.12 against "
            "USD 1,678.13.",
        )
    ]


def test_the_tax_of_an_invoice_that_they_rounded_per_line_is_told() -> None:
    one = charge(net=371_250, currency="TWD", tax=18_562)
    assert found([one], [row_of(one, tax=18_563)]) == [
        (
            Kind.TAX,
            1,
            "Tax of 5 % rounded per line: TWD 18,563; on the invoice it is TWD 18,562.",
        )
    ]


def test_what_one_side_alone_has_is_missing_on_the_other() -> None:
    one, other = charge(1), charge(2)
    assert found([one], [row_of(other)]) == [
        (
            Kind.MISSING_THERE,
            -80_000,
            "O-2026-000001/1 was ordered on 2025-10-15 for USD 800.00; no row of theirs names it.",
        ),
        (Kind.MISSING_HERE, 80_000, "Order O-2026-000002 has no such charge here."),
    ]


def test_a_row_that_is_written_twice_is_a_duplicate() -> None:
    one = charge()
    rows = [row_of(one, 88), row_of(one, 14)]
    assert found([one], rows) == [(Kind.DUPLICATE, 80_000, "Written twice, rows 14 and 88.")]


def test_a_wrong_row_that_is_written_twice_is_wrong_once_and_a_duplicate() -> None:
    one = charge()
    rows = [row_of(one, 14, net=90_000), row_of(one, 88, net=90_000)]
    assert [kind for kind, *_rest in found([one], rows)] == [Kind.DUPLICATE, Kind.PRORATION]


def split(one: OurCharge, *parts: tuple[int, int]) -> list[TheirRow]:
    return [
        row_of(one, number, quantity=quantity, net=net)
        for number, (quantity, net) in enumerate(parts, 2)
    ]


def test_a_charge_in_several_rows_agrees_when_they_add_up() -> None:
    one = charge()
    assert found([one], split(one, (6, 48_000), (4, 32_000))) == []
    assert found([one], split(one, (5, 40_000), (5, 40_000))) == []


def test_a_charge_in_several_rows_that_do_not_add_up_is_one_difference() -> None:
    one = charge()
    some = found([one], split(one, (6, 54_000), (4, 36_000)))
    assert [(kind, amount) for kind, amount, _cause in some] == [(Kind.PRORATION, 10_000)]
    some = found([one], split(one, (6, 48_000), (3, 24_000)))
    assert [(kind, amount) for kind, amount, _cause in some] == [(Kind.QUANTITY, -8_000)]


def cancelled() -> list[OurCharge]:
    return [charge(), charge(key="back", reason="cancellation", quantity=-10, net=-80_000)]


def test_a_purchase_and_its_cancellation_that_they_do_not_know_are_no_difference() -> None:
    other = charge(key="other", reference="O-2026-000001/2", net=60_000, quantity=6)
    rows = [row_of(other, net=60_001)]
    assert [kind for kind, *_rest in found([*cancelled(), other], rows)] == [Kind.ROUNDING]


def test_a_cancellation_that_they_do_not_give_back_is_missing_there() -> None:
    assert found(cancelled(), [row_of(charge())]) == [
        (
            Kind.MISSING_THERE,
            80_000,
            "O-2026-000001/1 was cancelled on 2025-10-15; they do not give USD 800.00 back.",
        )
    ]


def repriced() -> list[OurCharge]:
    again = charge(
        key="again", reason="repricing", quantity=0, unit_price=Decimal("135.00"), net=10_000
    )
    return [charge(), again]


def test_a_line_that_was_priced_again_is_compared_as_one() -> None:
    assert found(repriced(), [row_of(charge(), net=90_000)]) == []


def test_who_kept_the_old_price_has_a_difference_in_price() -> None:
    assert found(repriced(), [row_of(charge())]) == [
        (
            Kind.PRICE,
            -10_000,
            "O-2026-000001/1 was priced again on 2025-10-15 by USD 100.00; they kept the old "
            "price.",
        )
    ]


def test_amounts_within_the_tolerance_agree() -> None:
    one = charge()
    assert found([one], [row_of(one, net=80_001)], tolerance=1) == []
    assert len(found([one], [row_of(one, net=80_002)], tolerance=1)) == 1


def test_the_rows_of_two_lines_are_told_apart_by_their_days() -> None:
    early, late = charge(), charge(key="late", reference="O-2026-000001/2", start=date(2025, 11, 1))
    assert found([early, late], [row_of(late, 2), row_of(early, 3)]) == []
    assert [kind for kind, *_rest in found([early, late], [row_of(late)])] == [Kind.MISSING_THERE]
