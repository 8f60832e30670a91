"""Of many tries at once no more get through than the limit (threat 4, G2)."""

from __future__ import annotations

from threading import Barrier

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.racing import race, winners
from vlms.authentication.service.limits import (
    BY_ACCOUNT,
    BY_ALL,
    BY_NETWORK,
    LIMITS,
    count_sign_in,
    uncount_sign_in,
)
from vlms.core.errors import TooMany
from vlms.core.scoping import guarded_update
from vlms.core.tries import FAILURES, TryCount

TRIES = 50
MOST = LIMITS[BY_ACCOUNT]


def admit(clock: StillClock) -> object:
    with making(clock()) as work:
        count_sign_in(work, "ann@contoso.example", "192.0.2.7")
    return "admitted"


def admit_unguarded(clock: StillClock, meeting: Barrier) -> object:
    """A twin that looks first and writes after; all have looked before one writes."""
    with making(clock()) as work:
        count = work.session.query(TryCount).filter_by(kind="twin").one().count
    meeting.wait()
    if count >= MOST:
        raise AssertionError("all look before one writes")
    with making(clock()) as work:
        guarded_update(work.session, TryCount, TryCount.kind == "twin", count=TryCount.count + 1)
    return "admitted"


def test_fifty_at_once_are_admitted_ten_times(app: Flask, clock: StillClock) -> None:
    results = race(app, [lambda: admit(clock)] * TRIES)
    assert len(winners(results)) == MOST
    refused = [result for result in results if isinstance(result, TooMany)]
    assert len(refused) == TRIES - MOST
    assert {one.facts["retry_after"] for one in refused} == {3600}
    with making(clock()) as work:
        counts = {one.kind: one.count for one in work.session.query(TryCount)}
    assert counts == {BY_ACCOUNT: MOST, BY_NETWORK: MOST, BY_ALL: MOST, FAILURES: MOST}


def test_a_twin_that_looks_first_admits_more(app: Flask, clock: StillClock) -> None:
    """The control: reading and then writing lets them all through."""
    with making(clock()) as work:
        hour = clock().replace(minute=0)
        work.session.add(TryCount(kind="twin", who="w" * 64, hour=hour, count=MOST - 1))
    meeting = Barrier(TRIES, timeout=60)
    assert len(winners(race(app, [lambda: admit_unguarded(clock, meeting)] * TRIES))) == TRIES


def test_only_failures_count_and_the_next_hour_begins_anew(app: Flask, clock: StillClock) -> None:
    for _try in range(MOST * 3):
        admit(clock)
        with making(clock()) as work:
            uncount_sign_in(work, "ann@contoso.example", "192.0.2.7")
    for _try in range(MOST):
        admit(clock)
    clock.move(minutes=59)
    with pytest.raises(TooMany):
        admit(clock)
    clock.move(minutes=1)
    admit(clock)
