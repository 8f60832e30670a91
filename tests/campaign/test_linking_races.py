"""The long version: ten thousand times two organisations at the same instant, one link (K1)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.linking_races import race_for_lin, start_over
from tests.support.making_links import make_lin

TRIALS = 10_000

pytestmark = pytest.mark.campaign


def test_ten_thousand_times_two_at_once_give_exactly_one_link(
    app: Flask, clock: StillClock
) -> None:
    make_lin(clock())
    for _trial in range(TRIALS):
        won, linked = race_for_lin(app, clock(), "contoso", "fabrikam")
        assert (won, len(linked)) == (1, 1)
        start_over(clock())
