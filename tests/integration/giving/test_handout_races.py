"""Several at one handout, or at the last codes: nobody gets two, none goes to two (C2)."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_handouts import (
    confirm_it,
    count_in,
    give_all,
    give_piece,
    go_on,
    holder_counts,
    make_giver,
    outcomes,
    paste,
    rows_of,
)
from tests.support.racing import race, winners
from tests.support.unguarded_giving import Twin
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import Conflict
from vlms.giving.models.handouts import Handout
from vlms.giving.rules.handouts import Act, Entry, Outcome
from vlms.giving.service import handout_giving
from vlms.giving.service.handout_making import Wishes, edit_row

THREADS, PEOPLE = 6, 12
NAMES = [f"p{place:02}" for place in range(PEOPLE)]
RESERVED = Wishes(act=Act.RESERVE)


def listed(names: list[str]) -> str:
    return "\n".join(f"{name}@contoso.example" for name in names)


def test_of_many_who_confirm_one_handout_one_does(app: Flask, clock: StillClock) -> None:
    giver = make_giver(clock(), NAMES, PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES), RESERVED)
    results = race(app, [partial(confirm_it, clock(), handout_id)] * THREADS)
    assert len(winners(results)) == 1
    assert all(result is None or isinstance(result, Conflict) for result in results)


@pytest.mark.parametrize(("is_guarded", "believed"), [(False, THREADS), (True, 1)])
def test_without_the_guard_all_would_confirm_it(
    app: Flask, clock: StillClock, is_guarded: bool, believed: int
) -> None:
    giver = make_giver(clock(), NAMES, PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES), RESERVED)
    twin = Twin(clock(), threading.Barrier(THREADS, timeout=30), is_guarded)
    results = race(app, [partial(twin.confirm, handout_id)] * THREADS)
    assert sum(map(bool, results)) == believed


def test_many_workers_at_one_handout_give_each_row_one_code(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout_giving, "AT_ONCE", 2)
    giver = make_giver(clock(), NAMES, 3 * PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES))
    confirm_it(clock(), handout_id)
    race(app, [partial(go_on, clock(), handout_id)] * THREADS)
    assert outcomes(handout_id) == [Outcome.GIVEN] * PEOPLE
    assert (holder_counts(), count_in(State.RESERVED)) == ([1] * PEOPLE, PEOPLE)


@pytest.mark.parametrize(("is_guarded", "believed"), [(False, THREADS), (True, 1)])
def test_without_holding_the_row_each_worker_would_give_it_a_code(
    app: Flask, clock: StillClock, is_guarded: bool, believed: int
) -> None:
    giver = make_giver(clock(), NAMES[:1], THREADS)
    handout_id = paste(clock(), giver, listed(NAMES[:1]), RESERVED)
    row_id = rows_of(handout_id)[0].id
    twin = Twin(clock(), threading.Barrier(THREADS, timeout=30), is_guarded)
    results = race(app, [partial(twin.give_row, row_id)] * THREADS)
    assert sum(result is True for result in results) == believed
    assert sum(holder_counts()) == believed


def test_two_handouts_at_the_last_codes_give_each_code_once(app: Flask, clock: StillClock) -> None:
    giver = make_giver(clock(), NAMES, PEOPLE // 2)
    halves = NAMES[: PEOPLE // 2], NAMES[PEOPLE // 2 :]
    both = [paste(clock(), giver, listed(half), RESERVED) for half in halves]
    for handout_id in both:
        confirm_it(clock(), handout_id)
    race(app, [partial(go_on, clock(), handout_id) for handout_id in both])
    found = [*outcomes(both[0]), *outcomes(both[1])]
    assert found.count(Outcome.GIVEN) == count_in(State.RESERVED) == PEOPLE // 2
    assert found.count(Outcome.FAILED) == PEOPLE // 2
    assert holder_counts() == [1] * (PEOPLE // 2)


@pytest.mark.parametrize(("is_guarded", "believed"), [(False, THREADS), (True, 1)])
def test_without_the_states_guard_one_code_would_go_to_all(
    app: Flask, clock: StillClock, is_guarded: bool, believed: int
) -> None:
    giver = make_giver(clock(), NAMES, 1)
    twin = Twin(clock(), threading.Barrier(THREADS, timeout=30), is_guarded)
    keys = [giver.people[name] for name in NAMES[:THREADS]]
    results = race(app, [partial(twin.take_a_code, key) for key in keys])
    assert sum(map(bool, results)) == believed


def test_two_handouts_for_the_same_people_give_each_person_one_code(
    app: Flask, clock: StillClock
) -> None:
    giver = make_giver(clock(), NAMES, 2 * PEOPLE)
    both = [paste(clock(), giver, listed(NAMES), RESERVED) for _each in range(2)]
    for handout_id in both:
        confirm_it(clock(), handout_id)
    race(app, [partial(give_piece, clock(), handout_id) for handout_id in both])
    assert holder_counts() == [1] * PEOPLE
    found = [*outcomes(both[0]), *outcomes(both[1])]
    assert found.count(Outcome.GIVEN) == PEOPLE
    assert found.count(Outcome.SKIPPED) == PEOPLE


def test_a_piece_that_is_done_is_done_for_whoever_goes_on(
    clock: StillClock, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout_giving, "AT_ONCE", 5)
    giver = make_giver(clock(), NAMES, 2 * PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES))
    confirm_it(clock(), handout_id)
    assert give_piece(clock(), handout_id) == 5
    go_on(clock(), handout_id)
    go_on(clock(), handout_id)
    assert holder_counts() == [1] * PEOPLE
    with pytest.raises(Conflict):
        give_all(clock(), handout_id)


def test_a_row_whose_turn_is_to_come_is_not_changed_any_more(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout_giving, "AT_ONCE", 2)
    giver = make_giver(clock(), NAMES, PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES[:4]), RESERVED)
    confirm_it(clock(), handout_id)
    give_piece(clock(), handout_id)
    before = [(row.person_id, row.email, row.outcome) for row in rows_of(handout_id)]
    for row in rows_of(handout_id):
        with making(clock()) as work, pytest.raises(Conflict, match="This row is done"):
            handout = work.session.get_one(Handout, handout_id)
            entry = Entry(row.line, f"{NAMES[7]}@contoso.example")
            edit_row(work, handout, row.id, entry, gives_again=False)
    assert [(row.person_id, row.email, row.outcome) for row in rows_of(handout_id)] == before
    go_on(clock(), handout_id)
    assert outcomes(handout_id) == [Outcome.GIVEN] * 4


def test_a_draft_that_is_confirmed_at_this_moment_is_not_changed(
    app: Flask, clock: StillClock
) -> None:
    giver = make_giver(clock(), NAMES, PEOPLE)
    handout_id = paste(clock(), giver, listed(NAMES[:2]), RESERVED)
    with making(clock()) as work:
        seen = work.session.get_one(Handout, handout_id)
        work.session.expunge(seen)
    confirm_it(clock(), handout_id)
    row = rows_of(handout_id)[0]
    assert seen.confirmed_at is None
    with making(clock()) as work, pytest.raises(Conflict, match="was confirmed"):
        entry = Entry(1, f"{NAMES[7]}@contoso.example")
        edit_row(work, seen, row.id, entry, gives_again=False)
