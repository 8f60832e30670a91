"""K3, K4: head-room of paths that score, against trying everybody's leaving."""

from __future__ import annotations

from collections.abc import Mapping, Set
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.partners.rules.attainment import (
    Level,
    Metric,
    Path,
    ScoreTable,
    SkillGoal,
    fits_of,
    progress,
    without,
)
from vlms.partners.rules.requirement import read_requirement
from vlms.partners.rules.scored_room import scored_room

TABLE = ScoreTable(Decimal(60), Decimal(80))
CROWDS = st.lists(st.frozensets(st.sampled_from(["A", "B", "C"])), max_size=5).map(
    lambda rows: dict(enumerate(rows))
)
GOALS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "A or C"]),
        st.integers(1, 3),
        st.sampled_from([None, "g", "g", "h"]),
        st.sampled_from(["0", "10", "20", "40", "50"]),
    ),
    min_size=1,
    max_size=4,
)


def a_path(rows: list[tuple[str, int, str | None, str]], bonus: int = 0) -> Path:
    goals = tuple(
        SkillGoal(f"goal {place}", read_requirement(formula), 0, gold, group, Decimal(full))
        for place, (formula, gold, group, full) in enumerate(rows)
    )
    figure = Metric("figure", Decimal(1), Decimal(1), Decimal(bonus))
    return Path("any", (figure,) if bonus else (), goals, TABLE)


@settings(max_examples=150, deadline=None)
@given(CROWDS, GOALS, st.sampled_from([0, 20, 45]))
def test_the_head_room_of_points_is_the_most_that_may_leave_k4(
    crowd: Mapping[int, Set[str]], rows: list[tuple[str, int, str | None, str]], bonus: int
) -> None:
    path, figures = a_path(rows, bonus), {"figure": Decimal(1)}

    def is_met(left: Mapping[int, Set[str]]) -> bool:
        return (progress(path, figures, left).level or 0) >= Level.SILVER

    room = scored_room(path, Level.SILVER, figures, fits_of(path, crowd))
    assert (room is not None and room.spare >= 0) == is_met(crowd)
    if room is None or not is_met(crowd):
        return
    for size in range(len(crowd) + 1):
        kept = all(is_met(without(crowd, set(gone))) for gone in combinations(crowd, size))
        assert kept == (size <= room.spare)
    assert room.critical == {who for who in crowd if not is_met(without(crowd, {who}))}


@settings(max_examples=100, deadline=None)
@given(CROWDS, GOALS)
def test_as_many_as_are_missing_would_do_and_fewer_would_not_k4(
    crowd: Mapping[int, Set[str]], rows: list[tuple[str, int, str | None, str]]
) -> None:
    path = a_path(rows)

    def with_more(count: int) -> bool:
        more = {f"new {place}": {"A", "B", "C"} for place in range(count)}
        return (progress(path, {}, {**crowd, **more}).level or 0) >= Level.SILVER

    room = scored_room(path, Level.SILVER, {}, fits_of(path, crowd))
    if room is None:
        assert not with_more(12)
    elif room.spare < 0:
        assert with_more(-room.spare)
        assert not with_more(-room.spare - 1)


def test_a_goal_without_points_takes_nobody_from_one_that_brings_some_k3() -> None:
    path = a_path([("A", 1, "g", "0"), ("A", 2, "g", "60")])
    found = progress(path, {}, {1: {"A"}, 2: {"A"}})
    assert found.counted["goal 0"] == []
    assert found.points == 60
    room = scored_room(path, Level.SILVER, {}, fits_of(path, {1: {"A"}, 2: {"A"}}))
    assert room is not None
    assert (room.spare, room.critical) == (0, {1, 2})
