"""Counts of exams add up, and a pass rate is that of the results that are known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vlms.academy.rules.use import Counts, add_up


@pytest.mark.parametrize(
    ("passed", "failed", "rate"),
    [(0, 0, None), (1, 0, "100.0"), (0, 3, "0.0"), (2, 1, "66.7"), (1, 7, "12.5"), (1, 15, "6.3")],
)
def test_a_pass_rate_has_one_place_and_is_rounded_half_up(
    passed: int, failed: int, rate: str | None
) -> None:
    found = Counts(passed=passed, failed=failed).pass_rate
    assert found == (None if rate is None else Decimal(rate))


def test_exams_without_a_result_do_not_lower_the_pass_rate() -> None:
    assert Counts(delivered=10, passed=1, failed=1).pass_rate == Decimal("50.0")


def test_groups_add_up_field_by_field() -> None:
    one, two = Counts(1, 2, 3, 4, 5, 6), Counts(10, 20, 30, 40, 50, 60)
    assert add_up([one, two]) == Counts(11, 22, 33, 44, 55, 66)
    assert add_up([]) == Counts()
