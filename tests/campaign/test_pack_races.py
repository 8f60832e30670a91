"""The long version: 600 draws at once on 500, a hundred times, on both databases (A2)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.conservation import check_packs
from tests.support.drawing_races import FREE, draw_all, free_now
from tests.support.making import making
from tests.support.making_academy import make_academy

REPEATS = 100

pytestmark = pytest.mark.campaign


def test_a_hundred_times_600_draws_at_once_on_500_give_exactly_500(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
    for _ in range(REPEATS):
        quota_id, won = draw_all(app, academy, clock())
        assert won == FREE
        assert free_now(clock(), quota_id) == 0
    with making(clock()) as work:
        check_packs(work)
