"""What competencies ask for, read from dated data and checked (K3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from unicodedata import category

from vlms.core.errors import BadInput
from vlms.core.reading import shown
from vlms.core.text import Name, Text
from vlms.core.versions import Version
from vlms.partners.rules.attainment import Metric, Path, ScoreTable, SkillGoal
from vlms.partners.rules.requirement import read_requirement
from vlms.partners.rules.scored_room import MOST_PRICINGS, count_pricings

RULE = "K3"
_MOST_IN_GROUP = 12
_LONGEST_KEY = 60
_MOST_PEOPLE = 100_000
# Longer ones are no figures, and would take minutes to reckon with.
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")


class Period(StrEnum):
    """Over which months a figure is added up."""

    TRAILING = "trailing"
    ANNIVERSARY = "anniversary"


class DefinitionWrong(ValueError):
    """The data of a competency contradict themselves, or cannot be read.

    `where` are competency, version, path and goal as far as they are known, `wrong` says what it
    is; a requirement has the `place` of its first character that cannot be read, and a way out.
    """

    def __init__(
        self, where: tuple[str, ...], wrong: object, cause: BadInput | None = None
    ) -> None:
        super().__init__(f"{', '.join(where)}: {wrong}")
        self.where, self.wrong = where, str(wrong)
        self.rule = (cause and cause.rule) or RULE
        self.place: int | None = cause.facts.get("place") if cause else None
        self.way_out: Text | None = cause.way_out if cause else None


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


def read_definitions(rows: object) -> dict[str, tuple[Version[Definition], ...]]:
    """The versions of each competency. Raises DefinitionWrong, whatever is given."""
    found: dict[str, tuple[Version[Definition], ...]] = {}
    with _at(("the file",)):
        listed = _rows({"list": rows}, "list")
    for number, row in enumerate(listed, start=1):
        with _at((f"competency {number}",)):
            key = _key(row)
        with _at((key,)):
            _check(key not in found, "stands twice")
            _only(row, ("key", "en", "zh", "versions"))
            found[key] = tuple(_version(key, row, one) for one in _rows(row, "versions"))
            _check_order(found[key])
    return found


@contextmanager
def _at(where: tuple[str, ...]) -> Iterator[None]:
    """What is wrong within is told with its place; the innermost knows it best."""
    try:
        yield
    except DefinitionWrong:
        raise
    except KeyError as error:
        raise DefinitionWrong(where, f'lacks "{error.args[0]}"') from error
    except ValueError as error:
        raise DefinitionWrong(where, error) from error


def _check_order(versions: tuple[Version[Definition], ...]) -> None:
    _check(bool(versions), "has no version")
    firsts = [one.valid_from or date.min for one in versions]
    _check(firsts == sorted(set(firsts)), "its versions do not follow each other")
    names = {one.name for one in versions}
    _check(len(names) == len(versions), "two of its versions have one name")


def _version(key: str, row: Any, one: Any) -> Version[Definition]:
    with _at((key, "a version")):
        name = _text(one, "name", "has no name")
    where = (key, f"version {shown(name)}")
    with _at(where):
        fields = ("name", "valid_from", "source", "source_zh", "is_sample", "paths")
        _only(one, fields)
        paths = tuple(_path(where, each) for each in _rows(one, "paths"))
        _check(bool(paths), "has no path")
        _check(len({each.path.key for each in paths}) == len(paths), "a path stands twice")
        told = (_text(one, each, "names no source") for each in ("source", "source_zh"))
        source = Name(next(told), chinese=next(told))
        _check(isinstance(one["is_sample"], bool), "does not say whether it is a sample")
        definition = Definition(key, _name(row), one["is_sample"], paths, source)
        return Version(name, _first_day(one), source.singular, definition)


def _first_day(row: Any) -> date | None:
    first = row["valid_from"]
    if first is None:
        return None
    try:
        return date.fromisoformat(first if isinstance(first, str) else "")
    except ValueError:
        raise ValueError("its first day is no day, as 2026-07-01, nor null") from None


def _path(above: tuple[str, ...], row: Any) -> NamedPath:
    with _at((*above, "a path")):
        key = _key(row)
    where = (*above, f"path {key}")
    with _at(where):
        _only(row, ("key", "en", "zh", "table", "metrics", "skills"))
        metrics = tuple(_metric(where, one) for one in _rows(row, "metrics"))
        skills = tuple(_skill(where, one) for one in _rows(row, "skills"))
        path = Path(key, metrics, skills, _table(row))
        parts = [*row["metrics"], *row["skills"]]
        _check(len({one["key"] for one in parts}) == len(parts), "a goal stands twice")
        _check(bool(parts), "asks for nothing")
        goals: list[Metric | SkillGoal] = [*metrics, *skills]
        for goal in goals:
            ordered = goal.silver <= goal.gold and goal.gold > 0
            _check(ordered, f"{goal.key} asks for less at gold, or for nothing")
        _check_table(path)
        return NamedPath(
            path=path,
            name=_name(row),
            names={one["key"]: _name(one) for one in parts},
            periods={one["key"]: Period(one.get("period", "trailing")) for one in row["metrics"]},
        )


def _table(row: Any) -> ScoreTable | None:
    table = row.get("table")
    if table is None:
        return None
    _only(table, ("silver", "gold"))
    return ScoreTable(_number(table, "silver"), _number(table, "gold"))


def _check_table(path: Path) -> None:
    groups: dict[str, int] = {}
    for goal in path.skills:
        groups[goal.group or ""] = groups.get(goal.group or "", 0) + 1
    in_group = max((count for name, count in groups.items() if name), default=0)
    _check(in_group <= _MOST_IN_GROUP, "more than 12 goals share people")
    points = [one.full for one in path.metrics] + [one.full for one in path.skills]
    full = sum(points, Decimal())
    if path.table is None:
        _check(not full, "goals have points, and there is no table of scores")
        return
    _check(0 < path.table.silver <= path.table.gold <= full, "its scores cannot be reached")
    _check(count_pricings(path) <= MOST_PRICINGS, "too many goals share people for points")


def _metric(above: tuple[str, ...], row: Any) -> Metric:
    with _at((*above, "a metric")):
        key = _key(row)
    with _at((*above, f"metric {key}")):
        _only(row, ("key", "en", "zh", "silver", "gold", "full", "period"))
        periods = [one.value for one in Period]
        _check(row.get("period", periods[0]) in periods, f"its period is none of {periods}")
        full = _number(row, "full") if "full" in row else Decimal()
        return Metric(key, _number(row, "silver"), _number(row, "gold"), full)


def _skill(above: tuple[str, ...], row: Any) -> SkillGoal:
    with _at((*above, "a goal")):
        key = _key(row)
    where = (*above, f"goal {key}")
    with _at(where):
        _only(row, ("key", "en", "zh", "needs", "silver", "gold", "group", "full"))
        group = (
            _text(row, "group", "its group has no name") if row.get("group") is not None else None
        )
        full = _number(row, "full") if "full" in row else Decimal()
        counts = _count(row, "silver"), _count(row, "gold")
        try:
            needs = read_requirement(_text(row, "needs", "asks for nothing"))
        except BadInput as error:
            raise DefinitionWrong(where, error.sentence, error) from error
        return SkillGoal(key, needs, *counts, group, full)


def _key(row: Any) -> str:
    _check(isinstance(row, dict), "is no object with names and values")
    key = _text(row, "key", "has no key")
    is_plain = key.replace("-", "a").isalnum() and key.isascii() and key == key.lower()
    _check(is_plain and len(key) <= _LONGEST_KEY, f'"{shown(key)}" is no key')
    return key


def _name(row: Any) -> Name:
    en, zh = (_text(row, each, "lacks a name in a language") for each in ("en", "zh"))
    return Name(en, chinese=zh)


def _text(row: Any, name: str, wrong: str) -> str:
    _check(isinstance(row, dict), "is no object with names and values")
    value = row[name]
    _check(isinstance(value, str) and bool(value.strip()), wrong)
    is_plain = not any(category(sign) in ("Cc", "Cs") for sign in value)
    _check(is_plain, f'"{name}" holds a character that is no text')
    return str(value)


def _rows(row: Any, name: str) -> list[Any]:
    value = row[name]
    _check(isinstance(value, list), f'"{name}" is no list')
    return list(value)


def _number(row: Any, name: str) -> Decimal:
    """A plain one, written as text so that no digit of it is lost; whole ones may be numbers."""
    value = row[name]
    typed = value if isinstance(value, str) else str(value) if type(value) is int else ""
    _check(bool(_NUMBER.fullmatch(typed)), f'"{name}" is no number, as "60" or "12.5"')
    return Decimal(typed)


def _count(row: Any, name: str) -> int:
    value = row[name]
    fits = type(value) is int and 0 <= value <= _MOST_PEOPLE
    _check(fits, f'"{name}" is no number of people, as 4')
    return int(value)


def _only(row: Any, names: Collection[str]) -> None:
    _check(isinstance(row, dict), "is no object with names and values")
    strange = next((one for one in row if one not in names), None)
    _check(strange is None, f'"{shown(strange or "")}" has no meaning here')


def _check(holds: bool, wrong: str) -> None:
    if not holds:
        raise ValueError(wrong)
