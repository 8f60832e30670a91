"""How many may leave before a path that scores falls below its points, exactly (K3, K4).

What people bring at best to the goals of a group is the most that an assignment yields. By its
dual that is the least, over prices of the goals, of what each goal's places bring above its price
and what each person is worth at these prices. Prices need to be nothing else than the points of
the group's goals, or nothing; so all of them are tried, and for each the dearest leave first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod
from typing import TypeVar

from vlms.partners.rules.allocation import HeadRoom
from vlms.partners.rules.attainment import (
    Level,
    Path,
    SkillGoal,
    groups_of,
    points_each,
    points_of_figures,
)

PersonT = TypeVar("PersonT", bound=Hashable)
# So many ways to price the goals of a path are tried at most.
MOST_PRICINGS = 5_000
_Kind = frozenset[str]


@dataclass(frozen=True)
class _Pricing:
    """One way to price: what is certain, and what each kind of people is worth."""

    certain: Fraction
    worth: Mapping[_Kind, Fraction]
    # Somebody who meets every goal.
    best: Fraction

    def total(self, kinds: Mapping[_Kind, int]) -> Fraction:
        return self.certain + sum(self.worth[kind] * count for kind, count in kinds.items())


def scored_room(
    path: Path, level: Level, figures: Mapping[str, Decimal], fits: Mapping[PersonT, Set[str]]
) -> HeadRoom[PersonT] | None:
    """How many may leave before the level's points are missed, and who alone would end it.

    Below zero: so many people who meet every goal are missing. None: nobody makes up for what
    the figures lack.
    """
    assert path.table is not None
    least = path.table.gold if level is Level.GOLD else path.table.silver
    needed = Fraction(least) - points_of_figures(path, figures)
    kinds = Counter(frozenset(met) for met in fits.values())
    pricings = list(_pricings(path, kinds))
    short = [(needed - one.total(kinds), one.best) for one in pricings]
    if any(lack > 0 for lack, _best in short):
        if any(lack > 0 and not best for lack, best in short):
            return None
        return HeadRoom(-max(ceil(lack / best) for lack, best in short if lack > 0), frozenset())
    spare = min(
        (found for one in pricings if (found := _spare(one, kinds, needed)) is not None),
        default=len(fits),
    )
    return HeadRoom(spare, frozenset() if spare else _critical(pricings, kinds, needed, fits))


def count_pricings(path: Path) -> int:
    """In how many ways the goals of a path can be priced."""
    return prod(len(prices) for _goal, prices in _choices(path))


def _choices(path: Path) -> list[tuple[SkillGoal, Sequence[Fraction]]]:
    """Each goal that brings points, with the prices to be tried."""
    found: list[tuple[SkillGoal, Sequence[Fraction]]] = []
    for goals in groups_of(path):
        levels = {points_each(goal) for goal in goals} | {Fraction()}
        for goal in goals:
            if points := points_each(goal):
                found.append((goal, sorted(one for one in levels if one <= points)))
    return found


def _pricings(path: Path, kinds: Iterable[_Kind]) -> Iterator[_Pricing]:
    choices = _choices(path)
    groups = [{goal.key for goal in goals} for goals in groups_of(path)]
    for prices in product(*(tried for _goal, tried in choices)):
        priced = {goal.key: price for (goal, _all), price in zip(choices, prices, strict=True)}
        certain = sum(
            (goal.gold * (points_each(goal) - priced[goal.key]) for goal, _all in choices),
            Fraction(),
        )
        worth = {kind: _worth(kind, groups, priced) for kind in kinds}
        yield _Pricing(certain, worth, _worth(frozenset(priced), groups, priced))


def _worth(kind: _Kind, groups: Sequence[Set[str]], priced: Mapping[str, Fraction]) -> Fraction:
    """In each group somebody counts once, at the highest price of what they meet."""
    return (
        sum(
            (max((priced.get(key, Fraction()) for key in kind & keys), default=Fraction()))
            for keys in groups
        )
        or Fraction()
    )


def _spare(one: _Pricing, kinds: Mapping[_Kind, int], needed: Fraction) -> int | None:
    """How many may leave, the dearest first; None: nobody's leaving ends it at these prices."""
    left = one.total(kinds) - needed
    gone = 0
    for kind in sorted(kinds, key=lambda each: -one.worth[each]):
        worth, count = one.worth[kind], kinds[kind]
        if worth and worth * count > left:
            return gone + floor(left / worth)
        left -= worth * count
        gone += count
    return None


def _critical(
    pricings: Sequence[_Pricing],
    kinds: Mapping[_Kind, int],
    needed: Fraction,
    fits: Mapping[PersonT, Set[str]],
) -> frozenset[PersonT]:
    ending = {
        kind for one in pricings for kind in kinds if one.total(kinds) - one.worth[kind] < needed
    }
    return frozenset(who for who, met in fits.items() if frozenset(met) in ending)
