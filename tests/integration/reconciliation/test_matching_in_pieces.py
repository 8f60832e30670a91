"""A month is matched in pieces: nobody sees a part of it, and nothing slips in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.files_of_others import NEW_COMMERCE, as_csv, new_commerce_row, take
from tests.support.making import making
from tests.support.making_orders import Shop, make_shop
from tests.support.making_reconciliation import make_charged, make_period
from tests.support.racing import race, winners
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.core.scope import System
from vlms.core.scoping import seeing_unfinished
from vlms.core.work import Work
from vlms.exports.document import Note, Rows
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.paper import Decided, sign_off_paper
from vlms.reconciliation.queries.differences import count_kinds, list_differences
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service import keeping
from vlms.reconciliation.service.closing import close_period
from vlms.reconciliation.service.comparing import compare
from vlms.reconciliation.service.matching import match_in_pieces
from vlms.reconciliation.service.periods import LEFT_OVER
from vlms.reconciliation.service.settling import Step, settle, settle_together
from vlms.reconciliation.service.turns import Turn

ROWS = 5
DECIDED = Step(DifferenceState.ACCEPTED, "theirs is right")
# Who looks at the database from outside.
LOOKING = System("test")
Hook = Callable[[int], None]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two differences are a piece here."""
    monkeypatch.setattr(keeping, "_NEW_AT_ONCE", 2)
    monkeypatch.setattr(keeping, "_CHANGED_AT_ONCE", 2)


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


@pytest.fixture
def period_id(shop: Shop, clock: StillClock) -> UUID:
    """A month with a publisher's file of five rows, none of which is charged here."""
    with making(clock()) as work:
        period = make_period(work, shop, "2026-03")
        take(work, period, file_of(range(1, ROWS + 1)))
        return period.id


def file_of(numbers: range, quantity: int = 5) -> bytes:
    return as_csv([NEW_COMMERCE, *(new_commerce_row(n, quantity) for n in numbers)])


def match(shop: Shop, clock: StillClock, period_id: UUID, hook: Hook = lambda _n: None) -> None:
    """Match piece by piece; `hook` is called before each unit of work, with its number."""
    numbers = iter(range(100))

    @contextmanager
    def open_work() -> Iterator[Work]:
        hook(next(numbers))
        with shop.selling(clock()) as work:
            yield work

    match_in_pieces(open_work, period_id)


def count_seen(*, even_unfinished: bool = False) -> int:
    with reading(LOOKING) as session:
        counted = select(func.count(Difference.id))
        if even_unfinished:
            with seeing_unfinished(session):
                return session.scalar(counted) or 0
        return session.scalar(counted) or 0


def month_of(period_id: UUID) -> Period:
    with reading(LOOKING) as session:
        return session.get_one(Period, period_id)


def keys() -> list[UUID]:
    with reading(LOOKING) as session:
        return list(session.scalars(select(Difference.id).order_by(Difference.id)))


def test_nobody_sees_a_part_of_what_was_found(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    """The control: without the month's mark a part of it would be seen."""
    seen: list[int] = []
    without: list[int] = []

    def look(_number: int) -> None:
        seen.append(count_seen())
        without.append(count_seen(even_unfinished=True))

    match(shop, clock, period_id, look)
    assert set(seen) == {0}
    assert {2, 4, ROWS} <= set(without)
    assert count_seen() == ROWS
    month = month_of(period_id)
    assert (month.matching_since, month.matched_at) == (None, clock())


def test_what_was_decided_stays_over_a_second_matching(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    match(shop, clock, period_id)
    with shop.selling(clock()) as work:
        settle(work, keys()[0], DECIDED)
    match(shop, clock, period_id)
    with reading(LOOKING) as session:
        states = session.scalars(select(Difference.state)).all()
    assert sorted(states) == [DifferenceState.ACCEPTED, *[DifferenceState.OPEN] * (ROWS - 1)]


def test_a_file_that_comes_while_the_month_is_compared_is_compared_as_well(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    def one_more(number: int) -> None:
        # The first unit reads the month's version, the second begins to write.
        if number == 1:
            with making(clock()) as work:
                period = work.session.get_one(Period, period_id)
                take(work, period, file_of(range(20, 22)), "late.csv")

    match(shop, clock, period_id, one_more)
    assert count_seen() == ROWS + 2
    assert (month_of(period_id).figures or {})["lines"]["publisher"] == ROWS + 2


def test_whoever_did_not_ask_for_the_version_would_overlook_that_file(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    """The guard, and the control without it."""
    with reading(LOOKING) as session:
        period = session.get_one(Period, period_id)
    compared = compare(lambda: reading(LOOKING), period, clock(), 0)
    with making(clock()) as work:
        there = work.session.get_one(Period, period_id)
        take(work, there, file_of(range(20, 22)), "late.csv")
        version = there.version
    with pytest.raises(Conflict) as refused, shop.selling(clock()) as work:
        Turn(compared).begin(work)
    assert refused.value.reason == "period_changed"
    unguarded = Turn(replace(compared, version=version))
    with shop.selling(clock()) as work:
        unguarded.begin(work)
        unguarded.finish(work)
    assert (month_of(period_id).figures or {})["lines"]["publisher"] == ROWS


def test_while_it_is_written_nothing_else_of_the_month_changes(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    match(shop, clock, period_id)
    (first, *_others) = keys()
    refusals: list[str | None] = []

    def settles(work: Work) -> None:
        settle(work, first, DECIDED)

    def closes(work: Work) -> None:
        close_period(work, period_id, Language.ENGLISH)

    def takes(work: Work) -> None:
        take(work, work.session.get_one(Period, period_id), file_of(range(30, 31)), "more.csv")

    def try_all(number: int) -> None:
        if number != 2:
            return
        for act in (settles, closes, takes):
            try:
                with shop.selling(clock()) as work:
                    act(work)
            except Exception as refusal:
                refusals.append(getattr(refusal, "reason", None))

    match(shop, clock, period_id, try_all)
    # A difference that is not there yet cannot be decided.
    assert refusals == ["not_found", "being_matched", "being_matched"]
    with shop.selling(clock()) as work:
        settles(work)


def test_a_matching_that_broke_off_is_not_seen_and_can_be_done_anew(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    class Killed(BaseException):
        pass

    def die(number: int) -> None:
        if number == 3:
            raise Killed

    with pytest.raises(Killed):
        match(shop, clock, period_id, die)
    assert count_seen() == 0
    assert count_seen(even_unfinished=True) == 2
    with pytest.raises(Conflict) as refused, shop.selling(clock()) as work:
        close_period(work, period_id, Language.ENGLISH)
    assert refused.value.reason == "not_matched"
    match(shop, clock, period_id)
    assert count_seen() == ROWS


def test_who_was_taken_for_dead_writes_no_more(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    compared = compare(lambda: reading(LOOKING), month_of(period_id), clock(), 0)
    slow = Turn(compared)
    with shop.selling(clock()) as work:
        slow.begin(work)
    clock.now += LEFT_OVER + timedelta(seconds=1)
    match(shop, clock, period_id)
    for step in (slow.go_on, slow.finish):
        with pytest.raises(Conflict) as refused, shop.selling(clock()) as work:
            step(work)
        assert refused.value.reason == "period_changed"
    with shop.selling(clock()) as work:
        slow.give_up(work)
    assert count_seen() == ROWS


def test_several_who_match_at_once_find_each_difference_once(
    app: Flask, shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    results = race(app, [lambda: match(shop, clock, period_id)] * 4)
    assert winners(results)
    lost = [one for one in results if isinstance(one, Conflict)]
    assert {one.reason for one in lost} <= {"being_matched", "period_changed"}
    assert count_seen() == ROWS
    assert month_of(period_id).matching_since is None


@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_charge_that_was_being_written_at_the_cut_off_keeps_the_month_open(
    shop: Shop, clock: StillClock, period_id: UUID, seconds: int
) -> None:
    """The control: one that is dated after the cut-off is not in it (I18)."""
    match(shop, clock, period_id)
    with shop.selling(clock()) as work:
        settle_together(work, keys(), DECIDED)
    make_charged(shop, clock() + timedelta(seconds=seconds))
    clock.move(minutes=1)
    if seconds > 0:
        with shop.selling(clock()) as work:
            close_period(work, period_id, Language.ENGLISH)
        return
    with pytest.raises(Conflict) as refused, shop.selling(clock()) as work:
        close_period(work, period_id, Language.ENGLISH)
    assert refused.value.reason == "not_matched"


@pytest.mark.parametrize(("most", "says"), [(ROWS, False), (ROWS - 1, True)])
def test_a_paper_of_very_many_differences_counts_them_and_lists_the_first(
    shop: Shop,
    clock: StillClock,
    period_id: UUID,
    most: int,
    says: bool,
) -> None:
    match(shop, clock, period_id)
    with reading(LOOKING) as session:
        counts = count_kinds(session, period_id)
        decided = Decided(counts, list_differences(session, period_id, most=most))
        period = session.get_one(Period, period_id)
        blocks = sign_off_paper(period, "Litware", decided, "Ann", clock(), Language.ENGLISH).blocks
    titles = [str(block.table.title) for block in blocks if isinstance(block, Rows)]
    notes = " ".join(str(block.text) for block in blocks if isinstance(block, Note))
    assert decided.count == ROWS
    assert ("Differences by kind and state" in titles) == says
    assert (f"The first {most} of {ROWS} differences" in notes) == says
