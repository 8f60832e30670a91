"""What competencies ask for, read from dated data and checked (K3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.text import Name
from vlms.core.versions import Version
from vlms.partners.rules.attainment import Metric, Path, ScoreTable, SkillGoal
from vlms.partners.rules.requirement import read_requirement
from vlms.partners.rules.scored_room import MOST_PRICINGS, count_pricings

_MOST_IN_GROUP = 12
_LONGEST_KEY = 60


class Period(StrEnum):
    """Over which months a figure is added up."""

    TRAILING = "trailing"
    ANNIVERSARY = "anniversary"


class DefinitionWrong(ValueError):
    """The data of a competency contradict themselves; says where."""


@dataclass(frozen=True)
class NamedPath:
    """A path with what its parts are called, and over which months its figures count."""

    path: Path
    name: Name
    names: Mapping[str, Name]
    periods: Mapping[str, Period]


@dataclass(frozen=True)
class Definition:
    """What a competency asks for from a day on; samples are no terms of the programme."""

    key: str
    name: Name
    is_sample: bool
    paths: tuple[NamedPath, ...]
    # Where its terms come from, as the version says, in both languages.
    source: Name

    @property
    def asked(self) -> frozenset[str]:
        """Every exam and certification that one of its paths asks for."""
        goals = (goal for named in self.paths for goal in named.path.skills)
        return frozenset(name for goal in goals for name in goal.needs.names())

    def is_called(self, name: str) -> bool:
        """Whether people mean it by this name: its key, or what it is called."""
        names = (self.key, self.name.singular, self.name.chinese)
        return name.strip().casefold() in {one.casefold() for one in names}

    def path(self, key: str) -> NamedPath | None:
        return next((one for one in self.paths if one.path.key == key), None)


def read_definitions(rows: Iterable[Any]) -> dict[str, tuple[Version[Definition], ...]]:
    """The versions of each competency. Raises DefinitionWrong."""
    found: dict[str, tuple[Version[Definition], ...]] = {}
    for row in rows:
        key = _key(row)
        _check(key not in found, key, "stands twice")
        try:
            found[key] = tuple(_version(key, row, one) for one in row["versions"])
        except (KeyError, TypeError, InvalidOperation) as error:
            raise DefinitionWrong(f"{key}: {type(error).__name__} {error}") from error
        _check_days(key, [one.valid_from for one in found[key]])
    return found


def _check_days(key: str, days: list[date | None]) -> None:
    _check(bool(days), key, "has no version")
    firsts = [day or date.min for day in days]
    _check(firsts == sorted(set(firsts)), key, "its versions do not follow each other")


def _version(key: str, row: Any, one: Any) -> Version[Definition]:
    where = f"{key}, version {one['name']}"
    paths = tuple(_path(where, each) for each in one["paths"])
    _check(bool(paths), where, "has no path")
    _check(len({each.path.key for each in paths}) == len(paths), where, "a path stands twice")
    _check(bool(str(one["source"]).strip()), where, "names no source")
    first = date.fromisoformat(one["valid_from"]) if one["valid_from"] else None
    source = Name(str(one["source"]), chinese=str(one["source_zh"]))
    definition = Definition(key, _name(where, row), bool(one["is_sample"]), paths, source)
    return Version(str(one["name"]), first, str(one["source"]), definition)


def _path(where: str, row: Any) -> NamedPath:
    key = _key(row)
    where = f"{where}, path {key}"
    table = row.get("table")
    scores = ScoreTable(Decimal(table["silver"]), Decimal(table["gold"])) if table else None
    metrics = tuple(_metric(one) for one in row["metrics"])
    skills = tuple(_skill(where, one) for one in row["skills"])
    path = Path(key, metrics, skills, scores)
    parts = [*row["metrics"], *row["skills"]]
    _check(len({one["key"] for one in parts}) == len(parts), where, "a goal stands twice")
    _check(bool(parts), where, "asks for nothing")
    goals: list[Metric | SkillGoal] = [*metrics, *skills]
    for goal in goals:
        ordered = 0 <= goal.silver <= goal.gold and goal.gold > 0 and goal.full >= 0
        _check(ordered, where, f"{goal.key} asks for less at gold, or for nothing")
    _check_table(where, path)
    return NamedPath(
        path=path,
        name=_name(where, row),
        names={one["key"]: _name(where, one) for one in parts},
        periods={one["key"]: Period(one.get("period", "trailing")) for one in row["metrics"]},
    )


def _check_table(where: str, path: Path) -> None:
    groups: dict[str, int] = {}
    for goal in path.skills:
        groups[goal.group or ""] = groups.get(goal.group or "", 0) + 1
    in_group = max((count for name, count in groups.items() if name), default=0)
    _check(in_group <= _MOST_IN_GROUP, where, "more than 12 goals share people")
    points = [one.full for one in path.metrics] + [one.full for one in path.skills]
    full = sum(points, Decimal())
    if path.table is None:
        _check(not full, where, "goals have points, and there is no table of scores")
        return
    _check(0 < path.table.silver <= path.table.gold <= full, where, "its scores cannot be reached")
    _check(count_pricings(path) <= MOST_PRICINGS, where, "too many goals share people for points")


def _metric(row: Any) -> Metric:
    full = Decimal(row.get("full", "0"))
    return Metric(_key(row), Decimal(row["silver"]), Decimal(row["gold"]), full)


def _skill(where: str, row: Any) -> SkillGoal:
    try:
        needs = read_requirement(row["needs"])
    except BadInput as error:
        raise DefinitionWrong(f"{where}, {row['key']}: {error.sentence}") from error
    counts = int(row["silver"]), int(row["gold"])
    return SkillGoal(_key(row), needs, *counts, row.get("group"), Decimal(row.get("full", "0")))


def _key(row: Any) -> str:
    key = str(row["key"])
    is_plain = key.replace("-", "a").isalnum() and key.isascii() and key == key.lower()
    _check(is_plain and len(key) <= _LONGEST_KEY, key, "is no key")
    return key


def _name(where: str, row: Any) -> Name:
    _check(bool(row["en"].strip() and row["zh"].strip()), where, "lacks a name in a language")
    return Name(row["en"], chinese=row["zh"])


def _check(holds: bool, where: str, wrong: str) -> None:
    if not holds:
        raise DefinitionWrong(f"{where}: {wrong}")
