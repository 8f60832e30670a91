"""Nothing leaves whose sums differ by a cent, in any currency, net or gross."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.core.errors import Conflict
from vlms.core.text import _
from vlms.reconciliation.rules.tie_out import Sum, Sums, added, check_tie_out

CHARGES = {"TWD": Sum(100, 105), "USD": Sum(200, 200)}


def check(other: Sums) -> None:
    check_tie_out({"one": (_("net"), CHARGES), "other": (_("gross"), other)})


def test_what_is_the_same_ties_out() -> None:
    check({**CHARGES, "EUR": Sum()})


@pytest.mark.parametrize(
    "other",
    [
        {"TWD": Sum(101, 105), "USD": Sum(200, 200)},
        {"TWD": Sum(100, 106), "USD": Sum(200, 200)},
        {"TWD": Sum(100, 105)},
        {**CHARGES, "EUR": Sum(1, 1)},
        {"TWD": Sum(200, 200), "USD": Sum(100, 105)},
    ],
)
def test_a_cent_in_one_currency_withholds_it(other: Sums) -> None:
    with pytest.raises(Conflict) as refusal:
        check(other)
    assert refusal.value.reason == "no_tie_out"


amounts = st.lists(
    st.tuples(st.sampled_from(["TWD", "USD"]), st.integers(-99, 99), st.integers(-99, 99))
)


@settings(max_examples=80)
@given(amounts, st.randoms())
def test_the_order_of_lines_changes_no_sum(
    lines: list[tuple[str, int, int]], chance: object
) -> None:
    again = sorted(lines, key=lambda _line: chance.random())  # type: ignore[attr-defined]
    assert added(again) == added(lines)
