"""How an organisation stands in a competency: level, people, head-room, what ends it (K3, K4)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from vlms.partners.rules.allocation import HeadRoom
from vlms.partners.rules.attainment import (
    CompetencyState,
    Level,
    PackagePlace,
    Progress,
    competency_state,
    counted_for,
    fits_of,
    points_each,
    points_of,
    progress_from,
    room_of,
)
from vlms.partners.rules.definitions import Definition, NamedPath
from vlms.partners.rules.membership_year import MembershipYear
from vlms.partners.rules.scored_room import scored_room

PersonT = TypeVar("PersonT", bound=Hashable)
Package = tuple[Level, MembershipYear]
Figures = Mapping[str, Mapping[str, Decimal]]
"""By path, then by metric."""


@dataclass(frozen=True)
class PathStanding(Generic[PersonT]):
    """One path: how far it is, and how many may leave before each level is missed.

    A room is None where no people make up for what figures lack.
    """

    named: NamedPath
    progress: Progress[PersonT]
    figures: Mapping[str, Decimal]
    fits: Mapping[PersonT, Set[str]]
    # For each level who counts for which goal; where a path scores, as many as gold names.
    counted: Mapping[Level, Mapping[str, Sequence[PersonT]]]

    def room(self, level: Level) -> HeadRoom[PersonT] | None:
        path = self.named.path
        if path.table is not None:
            return scored_room(path, level, self.figures, self.fits)
        if any(self.lacks(level).values()):
            found = room_of(path, level, self.fits)
            return found if found.spare < 0 else None
        return room_of(path, level, self.fits)

    def lacks(self, level: Level) -> dict[str, Decimal]:
        """What each figure still needs for the level; for points it is what silver or gold name."""
        return {
            one.key: max(
                Decimal(),
                (one.gold if level is Level.GOLD else one.silver)
                - self.figures.get(one.key, Decimal()),
            )
            for one in self.named.path.metrics
        }

    def needed(self, level: Level) -> int:
        """How many people the goals ask for, all together; where a path scores, for all points."""
        asked = Level.GOLD if self.named.path.table else level
        return sum(goal.asked(asked) for goal in self.named.path.skills)

    def have(self, level: Level) -> int:
        """How many of these places are filled."""
        return sum(map(len, self.counted[level].values()))

    def points(self) -> dict[str, Fraction]:
        """Where the path scores: what each figure and each goal brings of the points (K3)."""
        path = self.named.path
        if path.table is None:
            return {}
        people = self.counted[Level.GOLD]
        goals = {one.key: points_each(one) * len(people[one.key]) for one in path.skills}
        return goals | {one.key: points_of(one, self.figures) for one in path.metrics}

    def people(self, level: Level) -> frozenset[PersonT]:
        """Whoever counts for one of the goals."""
        return frozenset(who for people in self.counted[level].values() for who in people)


@dataclass(frozen=True)
class Standing(Generic[PersonT]):
    """A competency on a day, by the version of that day; the best path stands first."""

    definition: Definition
    version: str
    source: str
    paths: tuple[PathStanding[PersonT], ...]
    level: Level | None
    state: CompetencyState
    has_begun: bool
    # The level that counts: what was bought, else what is attained, else silver.
    target: Level

    @property
    def best(self) -> PathStanding[PersonT]:
        return self.paths[0]

    @property
    def room(self) -> HeadRoom[PersonT] | None:
        """K4: how many may leave before the level that counts is missed.

        Where no path holds, what the best one lacks: its numbers stand beside it.
        """
        found = best_room(self.paths, self.target)
        return self.best.room(self.target) if found is None or found.spare < 0 else found


def best_room(paths: tuple[PathStanding[PersonT], ...], level: Level) -> HeadRoom[PersonT] | None:
    """Of several paths: at least as many may leave as the path with the most room allows.

    Somebody is critical only where no path holds without them.
    """
    rooms = [room for one in paths if (room := one.room(level)) is not None]
    held = [room for room in rooms if room.spare >= 0]
    if not held:
        return max(rooms, key=lambda one: one.spare, default=None)
    spare = max(room.spare for room in held)
    critical = frozenset.intersection(*(room.critical for room in held))
    if not spare and not critical:
        # Whoever leaves, another path holds.
        spare = 1
    return HeadRoom(spare, critical)


def stand(
    definition: tuple[Definition, str, str],
    figures: Figures,
    passed: Mapping[PersonT, Set[str]],
    package: Package | None,
    day: date,
    place: PackagePlace = PackagePlace.BOUGHT_ON,
) -> Standing[PersonT]:
    """How these figures and people stand on a day; the definition comes with version and source."""
    asked, version, source = definition
    paths = [_path(one, figures.get(one.path.key, {}), passed) for one in asked.paths]
    level = max((one.progress.level for one in paths if one.progress.level), default=None)
    is_bought_on = place is PackagePlace.BOUGHT_ON
    target = package[0] if package and is_bought_on else level or Level.SILVER
    paths.sort(key=lambda one: _merit(one, target), reverse=True)
    return Standing(
        definition=asked,
        version=version,
        source=source,
        paths=tuple(paths),
        level=level,
        state=competency_state(level, package, day, place),
        has_begun=any(one.fits or any(one.figures.values()) for one in paths),
        target=target,
    )


def _path(
    named: NamedPath, figures: Mapping[str, Decimal], passed: Mapping[PersonT, Set[str]]
) -> PathStanding[PersonT]:
    path = named.path
    fits = {who: met for who, met in fits_of(path, passed).items() if met}
    gold = counted_for(path, Level.GOLD, fits)
    silver = gold if path.table else counted_for(path, Level.SILVER, fits)
    counted = {Level.SILVER: silver, Level.GOLD: gold}
    return PathStanding(named, progress_from(path, figures, counted), figures, fits, counted)


def _merit(one: PathStanding[PersonT], target: Level) -> tuple[int, float]:
    needed = one.needed(target)
    share = one.have(target) / needed if needed else 0.0
    points = float(one.progress.points or 0) / 100
    return one.progress.level or 0, points or share


def ending_by(standing: Standing[PersonT], passed_then: Mapping[PersonT, Set[str]]) -> Set[PersonT]:
    """Who counts now and will not meet all the same goals then, if nothing is renewed (K4)."""
    best = standing.best
    people = best.people(standing.target)
    then = fits_of(best.named.path, {who: passed_then.get(who, frozenset()) for who in people})
    return {who for who in people if not best.fits[who] <= then[who]}
