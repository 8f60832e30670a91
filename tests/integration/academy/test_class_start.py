"""A whole class starts by as many statements as two candidates; of two starts one is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.conservation import check_packs
from tests.support.counting import statements
from tests.support.making import making
from tests.support.making_academy import make_academy, make_quota, make_seats
from tests.support.making_sittings import AT, make_scene, quota_now, schedule, seats_of
from tests.support.racing import race, winners
from vlms.academy.errors import DrawRefused
from vlms.academy.service import drawing, seats
from vlms.core.errors import DomainError


def test_a_class_starts_by_as_many_statements_as_two_candidates(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 43, 43)
    sitting = schedule(clock, academy, lesson)
    clock.set(AT)
    keys = [seat.id for seat in seats_of(clock, sitting)]
    counts = []
    for some in (keys[:2], keys[2:42]):
        with statements() as told, academy.coordinating(clock()) as work:
            seats.start(work, sitting.id, some)
        counts.append(len(told))
    assert counts[0] == counts[1]
    assert quota_now(clock, lesson.quota) == (1, 42)


def test_of_two_who_start_a_class_at_once_one_is_refused(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 20, 20)
    sitting = schedule(clock, academy, lesson)
    clock.set(AT)
    keys = [seat.id for seat in seats_of(clock, sitting)]

    def starting() -> bool:
        with academy.coordinating(clock()) as work:
            seats.start(work, sitting.id, keys)
        return True

    results = race(app, [starting] * 6)
    assert winners(results) == [True]
    assert all(one is True or isinstance(one, DomainError) for one in results)
    assert quota_now(clock, lesson.quota) == (0, 20)
    with making(clock()) as work:
        check_packs(work)


def test_more_than_is_held_is_not_started_and_nothing_of_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        quota = make_quota(work, academy.pack, academy.law, 5)
        keys = [seat.id for seat in make_seats(work, academy, quota, 3)]
    with academy.coordinating(clock()) as work:
        drawing.reserve(work, quota.id, keys[:2])
    with pytest.raises(DrawRefused), academy.coordinating(clock()) as work:
        drawing.start(work, quota.id, keys)
    assert quota_now(clock, quota) == (2, 0)
