"""The best use of people for a competency's requirements, and what their leaving does (K3, K4).

Within a group of requirements that use people exclusively, each person counts for one of them.
Which one is computed: requirements are filled in falling order of their points, and whoever counts
already moves on to another requirement where that makes room. So the points are the most that
these people can bring (the sets of places that can be filled at once are a matroid).

How many may leave is exact too (Hall's theorem): requirements S together lose as soon as fewer
people than their places are left who fit to any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Generic, TypeVar

PersonT = TypeVar("PersonT", bound=Hashable)


@dataclass(frozen=True)
class Places:
    """So many people that a requirement needs, and the points that each of them brings."""

    key: str
    needed: int
    points: Fraction = Fraction(1)


@dataclass(frozen=True)
class HeadRoom(Generic[PersonT]):
    """How many of these people may leave, whoever they are, before a place stays empty.

    Below zero: so many are missing. `critical` are those without whom it would break at once.
    """

    spare: int
    critical: frozenset[PersonT]


def allocate(
    places: Sequence[Places], fits: Mapping[PersonT, Set[str]]
) -> dict[str, list[PersonT]]:
    """Who counts for which requirement of one exclusive group; never more than it needs.

    `fits` names for each person the requirements that they meet.
    """
    candidates = {
        one.key: [person for person, keys in fits.items() if one.key in keys] for one in places
    }
    filled: dict[str, list[PersonT]] = {one.key: [] for one in places}
    used: dict[PersonT, str] = {}
    for one in sorted(places, key=lambda each: -each.points):
        for _place in range(one.needed):
            if not _fill(one.key, candidates, used, {one.key}):
                break
    for person, key in used.items():
        filled[key].append(person)
    return filled


def _fill(
    key: str,
    candidates: Mapping[str, Sequence[PersonT]],
    used: dict[PersonT, str],
    tried: set[str],
) -> bool:
    """Give the requirement one more person, moving others on; `tried` are asked already."""
    for person in candidates[key]:
        if person not in used:
            used[person] = key
            return True
    for person in candidates[key]:
        other = used[person]
        if other in tried:
            continue
        tried.add(other)
        if _fill(other, candidates, used, tried):
            used[person] = key
            return True
    return False


def head_room(places: Sequence[Places], fits: Mapping[PersonT, Set[str]]) -> HeadRoom[PersonT]:
    """How many may leave before the requirements of one exclusive group are not all met.

    Requirements that share people freely are groups of one each. Looks at every subset of the
    requirements: meant for groups of up to a dozen.
    """
    kinds = Counter(frozenset(keys) for keys in fits.values())
    least: int | None = None
    tight: list[frozenset[str]] = []
    for chosen in _subsets(places):
        keys = frozenset(one.key for one in chosen)
        fitting = sum(count for kind, count in kinds.items() if kind & keys)
        spare = fitting - sum(one.needed for one in chosen)
        if least is None or spare < least:
            least, tight = spare, []
        if spare == least:
            tight.append(keys)
    if least is None:
        return HeadRoom(len(fits), frozenset())
    critical = (
        frozenset(who for who, keys in fits.items() if any(keys & one for one in tight))
        if least == 0
        else frozenset()
    )
    return HeadRoom(least, critical)


def _subsets(places: Sequence[Places]) -> Iterable[tuple[Places, ...]]:
    asked = [one for one in places if one.needed]
    for size in range(1, len(asked) + 1):
        yield from combinations(asked, size)
