"""What measures whether refusals can be told apart finds a difference that is there."""

from __future__ import annotations

import random

from tests.support.told_apart import compared

COUNT = 400


def times(seed: int, later: float = 0.0, wider: float = 1.0) -> list[float]:
    chance = random.Random(seed)
    return [0.010 + later + wider * chance.expovariate(1 / 0.003) for _each in range(COUNT)]


def test_two_samples_of_one_kind_are_not_told_apart() -> None:
    found = compared(times(1), times(2))
    assert found.medians < 2
    assert not found.is_usable(milliseconds=2, chance=0.01)


def test_three_milliseconds_are_found() -> None:
    """The control: an answer that is later by as much as one more look-up."""
    found = compared(times(1), times(2, later=0.003))
    assert found.medians > 2
    assert found.is_usable(milliseconds=2, chance=0.01)


def test_another_spread_is_found_too() -> None:
    assert compared(times(1), times(2, wider=2)).is_usable(milliseconds=10, chance=0.01)
