"""The long version: 200 kills of two workers while they mail, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.mailing import (
    check_nothing_is_lost_or_doubled,
    counting_server,
    deliver_with_kills,
    make_mails,
    yard,
)

MAILS, KILLS, WORKERS = 2_500, 200, 2

pytestmark = pytest.mark.campaign


def test_two_hundred_kills_lose_and_double_nothing(app: Flask, clock: StillClock) -> None:
    make_mails(clock(), MAILS)
    with counting_server() as (tally, port), yard(app, port) as started:
        assert deliver_with_kills(started, tally, KILLS, WORKERS) == KILLS
    check_nothing_is_lost_or_doubled(tally, MAILS, KILLS * WORKERS)
