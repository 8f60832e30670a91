"""Two organisations at the same instant: exactly one link (K1)."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.linking_races import race_for_lin, start_over
from tests.support.making_links import make_lin
from tests.support.racing import race
from tests.support.unguarded_links import take_unguarded

TRIALS = 5


def test_two_at_the_same_instant_give_exactly_one_link(app: Flask, clock: StillClock) -> None:
    make_lin(clock())
    for _trial in range(TRIALS):
        won, linked = race_for_lin(app, clock(), "contoso", "fabrikam")
        assert (won, len(linked)) == (1, 1)
        start_over(clock())


@pytest.mark.parametrize(("is_guarded", "believers"), [(True, 1), (False, 2)])
def test_a_twin_that_reads_first_links_both(
    app: Flask, clock: StillClock, is_guarded: bool, believers: int
) -> None:
    make_lin(clock())
    meeting = threading.Barrier(2, timeout=30)

    def twin() -> bool:
        return take_unguarded(meeting, clock(), is_guarded=is_guarded)

    assert race(app, [twin, twin]).count(True) == believers
