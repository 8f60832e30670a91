"""K3, K4: the best use of people, and who may leave, against trying everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.partners.rules.allocation import Places, allocate, head_room

Fits = Mapping[int, Set[str]]
KEYS = ("a", "b", "c")
PLACES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["1", "2.5", "10"])), min_size=1, max_size=3
).map(
    lambda rows: [
        Places(key, needed, Fraction(points))
        for key, (needed, points) in zip(KEYS, rows, strict=False)
    ]
)
FITS = st.lists(st.frozensets(st.sampled_from(KEYS)), max_size=5).map(
    lambda rows: dict(enumerate(rows))
)


def points_of(places: Sequence[Places], counts: Mapping[str, int]) -> Fraction:
    return sum((min(one.needed, counts.get(one.key, 0)) * one.points for one in places), Fraction())


def most_points(places: Sequence[Places], fits: Fits) -> Fraction:
    """By trying each way to give every person one requirement or none."""
    best = Fraction()
    for way in product(*([None, *sorted(keys)] for keys in fits.values())):
        counts = {key: way.count(key) for key in KEYS}
        best = max(best, points_of(places, counts))
    return best


def is_met(places: Sequence[Places], fits: Fits) -> bool:
    return most_points([Places(one.key, one.needed) for one in places], fits) == sum(
        one.needed for one in places
    )


def least_leavers(places: Sequence[Places], fits: Fits) -> int | None:
    """The fewest who leave so that something is not met; None when nothing can break it."""
    for size in range(len(fits) + 1):
        for gone in combinations(fits, size):
            if not is_met(places, {who: fits[who] for who in fits if who not in gone}):
                return size
    return None


@settings(max_examples=200, deadline=None)
@given(PLACES, FITS)
def test_no_other_allocation_brings_more_points(places: list[Places], fits: Fits) -> None:
    found = allocate(places, fits)
    used = [person for people in found.values() for person in people]
    assert len(used) == len(set(used))
    for one in places:
        assert len(found[one.key]) <= one.needed
        assert all(one.key in fits[person] for person in found[one.key])
    counts = {key: len(people) for key, people in found.items()}
    assert points_of(places, counts) == most_points(places, fits)


@settings(max_examples=200, deadline=None)
@given(PLACES, FITS)
def test_the_head_room_is_the_most_that_may_leave(places: list[Places], fits: Fits) -> None:
    found = head_room(places, fits)
    least = least_leavers(places, fits)
    if least is None:
        assert found.spare == len(fits)
    elif least == 0:
        assert found.spare < 0
    else:
        assert found.spare == least - 1
    alone = {
        who
        for who in fits
        if is_met(places, fits)
        and not is_met(places, {one: keys for one, keys in fits.items() if one != who})
    }
    assert found.critical == alone


def test_somebody_who_counts_already_moves_on_to_make_room() -> None:
    places = [Places("a", 1), Places("b", 1)]
    fits = {"both": {"a", "b"}, "only a": {"a"}}
    assert allocate(places, fits) == {"a": ["only a"], "b": ["both"]}


def test_first_come_first_served_would_bring_fewer_points() -> None:
    """What the search is for: the naive way leaves a place empty that could be filled."""
    places, fits = [Places("a", 1), Places("b", 1)], {"both": {"a", "b"}, "only a": {"a"}}
    naive: dict[str, str] = {}
    for who, keys in fits.items():
        if free := sorted(keys - set(naive)):
            naive[free[0]] = who
    assert len(naive) == 1
    assert sum(map(len, allocate(places, fits).values())) == 2


def test_a_big_partner_is_reckoned_at_once() -> None:
    places = [Places(f"r{number}", 20) for number in range(8)]
    fits = {who: {f"r{who % 8}", f"r{(who * 7 + 1) % 8}"} for who in range(5_000)}
    assert all(len(people) == 20 for people in allocate(places, fits).values())
    assert head_room(places, fits).spare > 0
