"""Never the 501st exam of 500: many at one pack, and each guard is shown to be needed (A2)."""

from __future__ import annotations

import threading
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.conservation import check_packs
from tests.support.drawing_races import (
    DRAWS,
    FREE,
    THREADS,
    Twin,
    draw_all,
    free_now,
    twin_table,
)
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_quota, make_seats
from tests.support.racing import race, winners
from vlms.academy.errors import DrawRefused, QuotaRefused
from vlms.academy.models.packs import Pack
from vlms.academy.queries.packs import get_quota, list_quotas
from vlms.academy.service.drawing import give_back, reserve, start
from vlms.academy.service.quotas import Place, give, move, recall


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def sound(clock: StillClock) -> None:
    with making(clock()) as work:
        check_packs(work)


def test_of_600_draws_at_once_on_500_exactly_500_succeed(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    quota_id, won = draw_all(app, academy, clock())
    assert (won, DRAWS - won) == (FREE, 100)
    assert free_now(clock(), quota_id) == 0
    sound(clock)


@pytest.mark.parametrize(
    ("checks_rest", "has_check", "believed"),
    [(False, False, THREADS), (True, False, 1), (False, True, 1)],
    ids=["no guard", "the condition alone", "the table's check alone"],
)
def test_a_twin_without_guards_draws_too_much_and_either_guard_prevents_it(
    app: Flask, checks_rest: bool, has_check: bool, believed: int
) -> None:
    with twin_table(has_check=has_check) as table:
        twin = Twin(table, threading.Barrier(THREADS, timeout=30), checks_rest)
        results = race(app, [twin.draw] * THREADS)
        assert sum(map(bool, results)) == believed
        assert twin.drawn() == believed


def test_whole_classes_are_drawn_or_not_at_all(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, 100)
        quota_id = quota.id
        classes = [[s.id for s in make_seats(work, academy, quota, 40)] for _ in range(THREADS)]

    def draw(seats: list[UUID]) -> int:
        with academy.coordinating(clock()) as work:
            return len(seats) if reserve(work, quota_id, seats) else 0

    results = race(app, [partial(draw, seats) for seats in classes])
    assert winners(results) == [40, 40]
    assert all(isinstance(one, int | DrawRefused) for one in results)
    assert free_now(clock(), quota_id) == 20
    sound(clock)


def test_a_seat_is_started_or_given_back_and_never_both(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, 1)
        (seat,) = (seat.id for seat in make_seats(work, academy, quota, 1))
        reserve(work, quota.id, [seat])
        quota_id = quota.id

    def begin() -> str:
        with academy.coordinating(clock()) as work:
            start(work, quota_id, [seat])
        return "started"

    def give_up() -> str:
        with academy.coordinating(clock()) as work:
            give_back(work, quota_id, [seat], "no show")
        return "returned"

    results = race(app, [begin, give_up] * 4)
    assert len(winners(results)) == 1
    assert free_now(clock(), quota_id) == (1 if winners(results) == ["returned"] else 0)
    sound(clock)


def test_no_more_is_given_than_the_pack_has_and_one_place_gets_one_quota(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    def give_hundred(school_id: UUID) -> int:
        with academy.administering(clock()) as work:
            return give(work, academy.pack.id, Place(school_id), 100).quota_count

    schools = [academy.law.id, academy.management.id] * 4
    results = race(app, [partial(give_hundred, school_id) for school_id in schools])
    assert len(winners(results)) == 5
    assert all(isinstance(one, int | QuotaRefused) for one in results)
    with making(clock()) as work:
        quotas = list_quotas(work.session, academy.pack.id)
        assert len(quotas) <= 2
        assert sum(quota.quota_count for quota in quotas) == 500
        assert work.session.get_one(Pack, academy.pack.id).allotted_count == 500
    sound(clock)


def test_what_is_drawn_is_not_taken_back_at_the_same_moment(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, 8)
        quota_id = quota.id
        seats = [seat.id for seat in make_seats(work, academy, quota, 4)]

    def draw(seat_id: UUID) -> str:
        with academy.coordinating(clock()) as work:
            reserve(work, quota_id, [seat_id])
        return "drawn"

    def take(count: int) -> str:
        with academy.administering(clock()) as work:
            recall(work, quota_id, count, "needed elsewhere")
        return "recalled"

    race(app, [*(partial(draw, seat) for seat in seats), *(partial(take, 3) for _ in range(4))])
    sound(clock)


def test_moves_in_both_directions_at_once_lose_nothing(
    app: Flask, clock: StillClock, academy: Academy
) -> None:
    with making(clock()) as work:
        one = make_quota(work, academy.pack, academy.law, 50).id
        two = make_quota(work, academy.pack, academy.management, 50).id

    def shift(quota_id: UUID, school_id: UUID) -> str:
        with academy.administering(clock()) as work:
            move(work, quota_id, Place(school_id), 5, "the other needs them")
        return "moved"

    there = partial(shift, one, academy.management.id)
    back = partial(shift, two, academy.law.id)
    assert winners(race(app, [there, back] * 4)) == ["moved"] * 8
    with making(clock()) as work:
        assert {get_quota(work.session, key).quota_count for key in (one, two)} == {50}
    sound(clock)
