"""Two workers that are killed while they mail lose nothing and double nothing.

`tests/campaign/test_killed_delivery.py` is the long version.
"""

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

MAILS, KILLS, WORKERS = 60, 5, 2


def test_killed_again_and_again_everybody_gets_one_mail(app: Flask, clock: StillClock) -> None:
    make_mails(clock(), MAILS)
    with counting_server() as (tally, port), yard(app, port) as started:
        assert deliver_with_kills(started, tally, KILLS, WORKERS) == KILLS
    check_nothing_is_lost_or_doubled(tally, MAILS, KILLS * WORKERS)


def test_a_mail_that_nobody_sends_again_would_be_found(app: Flask, clock: StillClock) -> None:
    """The control: the check fails for one that is lost, and for one that came twice."""
    make_mails(clock(), 3)
    with counting_server() as (tally, port), yard(app, port) as started:
        assert deliver_with_kills(started, tally, 0, 1) == 0
    check_nothing_is_lost_or_doubled(tally, 3, 0)
    one = next(iter(tally.seen))
    tally.seen[one] += 1
    with pytest.raises(AssertionError):
        check_nothing_is_lost_or_doubled(tally, 3, 0)
    del tally.addresses[one], tally.seen[one]
    with pytest.raises(AssertionError):
        check_nothing_is_lost_or_doubled(tally, 3, 0)
