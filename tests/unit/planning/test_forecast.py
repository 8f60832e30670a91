"""What is left over at a pace that learns: examples, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.planning.rules.forecast import (
    USUAL_SHARE,
    History,
    Tranche,
    foresee,
    learn,
    left_after,
    share_of_all,
    uses_within,
)

TODAY = date(2026, 3, 2)
_STEADY = History({ago: 1 for ago in range(0, 140, 2)}, 140, 200)  # 3.5 a week


@st.composite
def _histories(draw: st.DrawFn) -> History:
    days = draw(st.integers(1, 182))
    uses = draw(st.dictionaries(st.integers(0, days - 1), st.integers(1, 40), max_size=12))
    return History(uses, days, sum(uses.values()) + draw(st.integers(0, 500)))


@st.composite
def _tranches(draw: st.DrawFn) -> list[Tranche]:
    one = st.builds(
        Tranche,
        st.integers(0, 300),
        st.integers(0, 30),
        st.integers(0, 900).map(lambda days: TODAY + timedelta(days=days)),
    )
    return draw(st.lists(one, min_size=1, max_size=4))


def test_a_steady_use_goes_on() -> None:
    pace = learn(_STEADY, share_of_all([_STEADY]))
    assert 3.0 < pace.a_week < 3.6
    (left,) = foresee([Tranche(100, 0, TODAY + timedelta(days=70))], pace, TODAY)
    assert 60 <= left.expected <= 72  # 35 of 100 are used in ten weeks
    assert left.low < left.expected < left.high


def test_last_month_says_more_than_last_winter() -> None:
    early = replace(_STEADY, uses={ago: 2 for ago in range(70, 140, 2)})
    late = replace(_STEADY, uses={ago: 2 for ago in range(0, 70, 2)})
    assert learn(late, 0.01).a_week > 2 * learn(early, 0.01).a_week


def test_without_any_history_a_hundredth_is_used_a_week() -> None:
    assert share_of_all([]) == pytest.approx(USUAL_SHARE)
    assert learn(History({}, 1, 500), USUAL_SHARE).a_week == pytest.approx(5, rel=0.1)


def test_what_others_show_counts_until_there_is_a_history_of_ones_own() -> None:
    fresh, quick = History({}, 1, 100), History({0: 500}, 28, 600)
    alone, beside = share_of_all([fresh]), share_of_all([fresh, quick])
    assert learn(fresh, beside).a_week > 3 * learn(fresh, alone).a_week


def test_a_last_day_in_the_far_future_is_reckoned_with_too() -> None:
    (left,) = foresee([Tranche(50, 0, date(9999, 12, 31))], learn(_STEADY, 0.01), TODAY)
    assert (left.low, left.expected, left.high) == (0, 0, 0)


def test_uses_that_come_a_class_at_a_time_widen_the_range() -> None:
    classes = replace(_STEADY, uses={ago: 14 for ago in range(0, 140, 28)})
    ways = [
        foresee([Tranche(100, 0, TODAY + timedelta(days=70))], learn(one, 0.01), TODAY)[0]
        for one in (_STEADY, classes)
    ]
    assert ways[1].high - ways[1].low > ways[0].high - ways[0].low + 10


def test_what_ends_soonest_is_used_first_and_appointments_before_that() -> None:
    soon, later = TODAY + timedelta(days=7), TODAY + timedelta(days=70)
    tranches = [Tranche(10, 0, later), Tranche(6, 2, soon)]
    assert left_after(tranches, [9, 5]) == [6, 3]  # 2 booked, 3 of soon; 4 more of later
    assert left_after(tranches, [99, 99]) == [0, 0]
    assert left_after(tranches, [0, 0]) == [10, 6]


@settings(max_examples=150, deadline=None)
@given(_histories(), _tranches())
def test_it_is_never_below_zero_nor_above_what_is_there(
    history: History, tranches: list[Tranche]
) -> None:
    found = foresee(tranches, learn(history, share_of_all([history])), TODAY)
    for one, left in zip(tranches, found, strict=True):
        assert 0 <= left.low <= left.expected <= left.high <= one.unused


@settings(max_examples=150, deadline=None)
@given(_histories(), _tranches(), st.integers(0, 181), st.integers(1, 60))
def test_more_use_leaves_no_more(
    history: History, tranches: list[Tranche], ago: int, more: int
) -> None:
    day = ago % history.days
    busier = replace(history, uses={**history.uses, day: history.uses.get(day, 0) + more})
    before = foresee(tranches, learn(history, share_of_all([history])), TODAY)
    after = foresee(tranches, learn(busier, share_of_all([busier])), TODAY)
    assert sum(one.expected for one in after) <= sum(one.expected for one in before)


@settings(max_examples=60, deadline=None)
@given(_histories(), st.integers(0, 500), st.integers(0, 20))
def test_on_the_last_day_all_that_is_there_is_left(
    history: History, unused: int, booked: int
) -> None:
    (left,) = foresee([Tranche(unused, booked, TODAY)], learn(history, 0.02), TODAY)
    assert (left.low, left.expected, left.high) == (unused, unused, unused)


@settings(max_examples=100, deadline=None)
@given(_histories(), st.integers(0, 400), st.integers(0, 400))
def test_more_time_never_means_fewer_uses(history: History, days: int, more: int) -> None:
    pace = learn(history, 0.02)
    assert uses_within(pace, days, 10_000)[1] <= uses_within(pace, days + more, 10_000)[1] + 1
