"""Whether a competency is attained, at which level, and how it stands (K3, K4).

A path asks for goals that figures reach (revenue, usage, seats, customers) and for people. Either
each goal has thresholds for silver and gold, or goals bring points, linear up to their full score,
and a table says how many points make a level.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from vlms.partners.rules.allocation import HeadRoom, Places, allocate, head_room
from vlms.partners.rules.membership_year import MembershipState, MembershipYear, membership_state
from vlms.partners.rules.requirement import Needs

PersonT = TypeVar("PersonT", bound=Hashable)


class Level(IntEnum):
    """What a competency can be attained at; a higher one holds the lower ones."""

    SILVER = 1
    GOLD = 2


class CompetencyState(StrEnum):
    """K3: how a competency stands on a day."""

    INITIATED = "initiated"
    QUALIFIED = "qualified"
    ACTIVE = "active"
    AT_RISK = "at_risk"
    GRACE = "grace"
    LOST = "lost"


class PackagePlace(StrEnum):
    """What a competency has to do with the package that runs (K3)."""

    BOUGHT_ON = "bought_on"
    SHOWN = "shown"
    NEVER_SHOWN = "never_shown"


@dataclass(frozen=True)
class Metric:
    """A figure with what silver and gold ask for; `full` points for gold's where a path scores."""

    key: str
    silver: Decimal
    gold: Decimal
    full: Decimal = Decimal()


@dataclass(frozen=True)
class SkillGoal:
    """So many people who each meet a formula, for silver and for gold.

    Goals of one group use a person for one of them only; without a group everybody counts.
    """

    key: str
    needs: Needs
    silver: int
    gold: int
    group: str | None = None
    full: Decimal = Decimal()

    def asked(self, level: Level) -> int:
        return self.gold if level is Level.GOLD else self.silver


@dataclass(frozen=True)
class ScoreTable:
    """The least points of each level, as 60 and 80 in the published example."""

    silver: Decimal
    gold: Decimal


@dataclass(frozen=True)
class Path:
    """One way to a competency; with a table it scores, else each goal has to be reached."""

    key: str
    metrics: tuple[Metric, ...]
    skills: tuple[SkillGoal, ...]
    table: ScoreTable | None = None


@dataclass(frozen=True)
class Progress(Generic[PersonT]):
    """How far a path is: its level, its points where it scores, who counts for which goal."""

    level: Level | None
    points: Fraction | None
    counted: Mapping[str, Sequence[PersonT]]


def progress(
    path: Path, figures: Mapping[str, Decimal], passed: Mapping[PersonT, Set[str]]
) -> Progress[PersonT]:
    """What these figures and these people with what they have passed attain on a path."""
    return progress_of(path, figures, fits_of(path, passed))


def progress_of(
    path: Path, figures: Mapping[str, Decimal], fits: Mapping[PersonT, Set[str]]
) -> Progress[PersonT]:
    """The same, of people with the goals that each of them meets."""
    return progress_from(path, figures, {level: counted_for(path, level, fits) for level in Level})


def progress_from(
    path: Path,
    figures: Mapping[str, Decimal],
    counted: Mapping[Level, Mapping[str, Sequence[PersonT]]],
) -> Progress[PersonT]:
    """The same, of the people who count for each goal at each level."""
    if path.table is not None:
        best = counted[Level.GOLD]
        points = _points(path, figures, best)
        return Progress(_level_of(points, path.table), points, best)
    attained = [level for level in Level if _is_reached(path, level, figures, counted[level])]
    level = max(attained, default=None)
    return Progress(level, None, counted[level or Level.SILVER])


def path_head_room(
    path: Path, level: Level, passed: Mapping[PersonT, Set[str]]
) -> HeadRoom[PersonT]:
    """K4: how many may leave before the people of a path without a table no longer suffice.

    The smallest of all groups: whoever leaves may fit to each of them. `critical` are those whose
    leaving alone ends it.
    """
    return room_of(path, level, fits_of(path, passed))


def room_of(path: Path, level: Level, fits: Mapping[PersonT, Set[str]]) -> HeadRoom[PersonT]:
    """The same, of people with the goals that each of them meets."""
    rooms = [
        head_room([_places(path, goal, level) for goal in goals], _within(goals, fits))
        for goals in groups_of(path)
        if any(goal.asked(level) for goal in goals)
    ]
    if not rooms:
        return HeadRoom(len(fits), frozenset())
    least = min(room.spare for room in rooms)
    if least < 0:
        return HeadRoom(least, frozenset())
    return HeadRoom(least, frozenset().union(*(room.critical for room in rooms)))


def without(passed: Mapping[PersonT, Set[str]], leaving: Set[PersonT]) -> dict[PersonT, Set[str]]:
    """K4: the people who stay when these leave."""
    return {who: names for who, names in passed.items() if who not in leaving}


def competency_state(
    attained: Level | None,
    package: tuple[Level, MembershipYear] | None,
    day: date,
    place: PackagePlace = PackagePlace.BOUGHT_ON,
) -> CompetencyState:
    """K3: `package` is the level that was bought, with the year of its present anniversary.

    What the package was bought on has to keep that level; any other competency is shown at the
    level that it has, and one that never was under this package has no part in it.
    """
    state = membership_state(package[1], day) if package else None
    is_lost = state is MembershipState.LAPSED
    if package is None or (place is PackagePlace.NEVER_SHOWN and (attained is None or is_lost)):
        return CompetencyState.INITIATED if attained is None else CompetencyState.QUALIFIED
    if is_lost:
        return CompetencyState.LOST
    if state is not MembershipState.ACTIVE:
        return CompetencyState.GRACE
    bought, year = package
    asked = bought if place is PackagePlace.BOUGHT_ON else Level.SILVER
    is_met = attained is not None and attained >= asked
    return CompetencyState.ACTIVE if is_met or year.exempt(day) else CompetencyState.AT_RISK


def renewable_level(
    attained: Level | None, bought: Level, *, is_waived: bool = False
) -> Level | None:
    """K3: at which level a package can be renewed: gold that is met at silver only, at silver.

    A waived anniversary's competency is complete, whatever is attained (M2).
    """
    if is_waived:
        return bought
    return None if attained is None else min(attained, bought)


def shown_levels(attained: Mapping[str, Level | None], package: Level) -> dict[str, Level]:
    """K3: every attained competency of the package's level or below it, and at which level."""
    return {key: min(level, package) for key, level in attained.items() if level is not None}


def groups_of(path: Path) -> list[list[SkillGoal]]:
    """Goals that share people exclusively stand together, each other one alone."""
    groups: dict[str, list[SkillGoal]] = {}
    for place, goal in enumerate(path.skills):
        key = f"group {goal.group}" if goal.group else f"alone {place}"
        groups.setdefault(key, []).append(goal)
    return list(groups.values())


def fits_of(path: Path, passed: Mapping[PersonT, Set[str]]) -> dict[PersonT, Set[str]]:
    """Which goals each of the people meets; many have passed the same and are asked once."""
    names = frozenset().union(*(goal.needs.names() for goal in path.skills))
    known: dict[frozenset[str], Set[str]] = {}
    found: dict[PersonT, Set[str]] = {}
    for who, all_passed in passed.items():
        own = names & all_passed
        if own not in known:
            known[own] = {goal.key for goal in path.skills if goal.needs.is_met(own)}
        found[who] = known[own]
    return found


def points_of_figures(path: Path, figures: Mapping[str, Decimal]) -> Fraction:
    """Linear up to the full score of each figure; exact, so that no third of a point is lost."""
    return sum((points_of(one, figures) for one in path.metrics), Fraction())


def points_of(metric: Metric, figures: Mapping[str, Decimal]) -> Fraction:
    """What one figure brings of its full score."""
    reached = max(Decimal(), figures.get(metric.key, Decimal()))
    share = Fraction(reached) / Fraction(metric.gold) if reached < metric.gold else 1
    return Fraction(metric.full) * share


def points_each(goal: SkillGoal) -> Fraction:
    """What each person of a goal brings where the path scores; nothing without a full score."""
    return Fraction(goal.full) / goal.gold if goal.gold else Fraction()


def _places(path: Path, goal: SkillGoal, level: Level) -> Places:
    points = Fraction(1) if path.table is None else points_each(goal)
    return Places(goal.key, goal.asked(level), points)


def _within(
    goals: Sequence[SkillGoal], fits: Mapping[PersonT, Set[str]]
) -> dict[PersonT, Set[str]]:
    keys = {goal.key for goal in goals}
    return {who: met & keys for who, met in fits.items()}


def counted_for(
    path: Path, level: Level, fits: Mapping[PersonT, Set[str]]
) -> dict[str, Sequence[PersonT]]:
    """Who counts for which goal, best used."""
    counted: dict[str, Sequence[PersonT]] = {}
    for goals in groups_of(path):
        places = [_places(path, goal, level) for goal in goals]
        counted |= allocate(places, _within(goals, fits))
    return counted


def _is_reached(
    path: Path,
    level: Level,
    figures: Mapping[str, Decimal],
    counted: Mapping[str, Sequence[PersonT]],
) -> bool:
    asked = {one.key: one.gold if level is Level.GOLD else one.silver for one in path.metrics}
    return all(figures.get(key, Decimal()) >= least for key, least in asked.items()) and all(
        len(counted[goal.key]) >= goal.asked(level) for goal in path.skills
    )


def _points(
    path: Path, figures: Mapping[str, Decimal], counted: Mapping[str, Sequence[PersonT]]
) -> Fraction:
    return points_of_figures(path, figures) + sum(
        (points_each(goal) * len(counted[goal.key]) for goal in path.skills), Fraction()
    )


def _level_of(points: Fraction, table: ScoreTable) -> Level | None:
    if points >= table.gold:
        return Level.GOLD
    return Level.SILVER if points >= table.silver else None
