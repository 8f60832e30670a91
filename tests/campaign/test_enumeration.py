"""A million guesses, and the clock at each door where a code can be typed (threat 4, M14)."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.guessing import guesses, hits, stock_of
from tests.support.making import making
from tests.support.pages import CheckingClient, values_of
from tests.support.told_apart import compared
from tests.web.test_equal_refusals import DOORS, FIVE, UNKNOWN, set_up
from vlms.codes.custody import Custody
from vlms.codes.rules.code_text import display
from vlms.core.tries import TryCount

pytestmark = pytest.mark.campaign
# Fewer for a taste: VLMS_TEST_GUESSES=20000, VLMS_TEST_TIMINGS=200.
GUESSES = int(os.environ.get("VLMS_TEST_GUESSES", "1000000"))
SAMPLES = int(os.environ.get("VLMS_TEST_TIMINGS", "10000"))
CODES, AT_ONCE = 10_000, 5_000
NEAREST_MS = 2.0
# The medians of a few samples differ by more than that on a machine that does other work.
FEW = 1_000
# One in a hundred for all comparisons together: four of each door.
CHANCE = 0.01 / (4 * len(DOORS))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_million_guesses_hit_nothing(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        texts = stock_of(work, CODES)
    chance, found = random.Random(2026), 0
    for _turn in range(GUESSES // AT_ONCE):
        with making(clock()) as work:
            found += hits(work.session, Custody(work.keys), guesses(chance, AT_ONCE))
    with making(clock()) as work:
        control = hits(work.session, Custody(work.keys), texts)
    print(f"{GUESSES} guesses at {CODES} codes: {found} hits (< {3 / GUESSES:.0e} at 95 %)")
    assert (found, control) == (0, CODES)


def timed(app: Flask, clock: StillClock, door: str) -> Callable[[str], float]:
    """How long the answer takes when this is typed at a door, with the counts begun anew."""
    who, address, field = DOORS[door]
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    if who:
        client.sign_in(who)
    page = client.page(address)
    form = page.select_one(f'form[action="{address}"]') or page.select_one("main form")
    assert form is not None
    fields, client.checks = values_of(form), False

    def take(text: str) -> float:
        with making(clock()) as work:
            work.session.query(TryCount).update({"count": 0})
        begun = time.perf_counter()
        answer = client.post(address, data={**fields, field: display(text)})
        took = time.perf_counter() - begun
        assert answer.status_code in (200, 422)
        return took

    return take


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("door", DOORS)
def test_the_clock_tells_the_five_refusals_not_apart(
    app: Flask, clock: StillClock, door: str
) -> None:
    """On loopback, which is the best case for who measures."""
    set_up(clock)
    take, order = timed(app, clock, door), random.Random(7)
    times: dict[str, list[float]] = {text: [] for text in FIVE}
    for turn in range(SAMPLES + 20):
        for text in order.sample(FIVE, len(FIVE)):
            took = take(text)
            if turn >= 20:
                times[text].append(took)
    found = [compared(times[UNKNOWN], times[text]) for text in FIVE if text != UNKNOWN]
    widest, least = max(one.medians for one in found), min(one.p for one in found)
    print(f"{door}: 5 × {SAMPLES}, medians {widest:.3f} ms apart at most, p ≥ {least:.4f}")
    nearest = NEAREST_MS if SAMPLES >= FEW else math.inf
    assert [one for one in found if one.is_usable(nearest, CHANCE)] == []
    later = [took + NEAREST_MS / 1000 for took in times[UNKNOWN]]
    assert compared(times[UNKNOWN], later).is_usable(NEAREST_MS, CHANCE)
