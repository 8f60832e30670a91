"""Of fifty look-ups of a code at once, no more are answered than the limit (threat 4)."""

from __future__ import annotations

from threading import Barrier

from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import make_held
from tests.support.making import making
from tests.support.racing import race, winners
from vlms.codes.rules.code_text import display, make_codes
from vlms.codes.service.tries import LIMITS, LOOK_UPS
from vlms.codes.service.troubleshooting import Answer, look_up
from vlms.core.scoping import guarded_update
from vlms.core.tries import FAILURES, TooManyTries, TryCount

TRIES, MOST = 50, LIMITS[LOOK_UPS]
UNKNOWN = display(make_codes(bytes(range(26)))[0])


def test_fifty_look_ups_at_once_are_answered_ten_times(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)

    def guess() -> object:
        with held.working(clock()) as work:
            return look_up(work, UNKNOWN)

    results = race(app, [guess] * TRIES)
    assert len(winners(results)) == MOST
    assert all(one.refusal for one in results if isinstance(one, Answer))
    assert sum(isinstance(one, TooManyTries) for one in results) == TRIES - MOST
    with making(clock()) as work:
        counts = {one.kind: one.count for one in work.session.query(TryCount)}
    assert (counts[LOOK_UPS], counts[FAILURES]) == (MOST, MOST)


def test_a_twin_that_looks_first_answers_them_all(app: Flask, clock: StillClock) -> None:
    """The control: with the count read before and written after, nothing holds them back."""
    hour = clock().replace(minute=0, second=0)
    with making(clock()) as work:
        work.session.add(TryCount(kind="twin", who="w" * 64, hour=hour, count=MOST - 1))
    meeting = Barrier(TRIES, timeout=60)

    def guess() -> int:
        with making(clock()) as work:
            count = work.session.query(TryCount).filter_by(kind="twin").one().count
        meeting.wait()
        if count >= MOST:
            return 429
        with making(clock()) as work:
            guarded_update(work.session, TryCount, TryCount.kind == "twin", count=count + 1)
        return 422

    assert race(app, [guess] * TRIES) == [422] * TRIES
