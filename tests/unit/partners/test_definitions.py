"""K3: what competencies ask for is dated data, checked when it is read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from vlms.partners.competencies import asked_on, shipped
from vlms.partners.rules.attainment import ScoreTable
from vlms.partners.rules.definitions import DefinitionWrong, read_definitions

GOOD: dict[str, Any] = {
    "key": "cloud",
    "en": "Cloud",
    "zh": "雲端",
    "versions": [
        {
            "name": "1",
            "valid_from": None,
            "source": "K3",
            "source_zh": "K3",
            "is_sample": False,
            "paths": [
                {
                    "key": "main",
                    "en": "Main",
                    "zh": "主要",
                    "table": {"silver": "60", "gold": "80"},
                    "metrics": [
                        {
                            "key": "revenue",
                            "en": "Revenue",
                            "zh": "營收",
                            "silver": "1",
                            "gold": "2",
                            "full": "50",
                        }
                    ],
                    "skills": [
                        {
                            "key": "people",
                            "en": "People",
                            "zh": "人員",
                            "needs": "A or B",
                            "silver": 1,
                            "gold": 2,
                            "full": "50",
                        }
                    ],
                }
            ],
        }
    ],
}


def changed(place: str, value: Any) -> list[Any]:
    row = copy.deepcopy(GOOD)
    part: Any = row
    *way, last = place.split("/")
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[int(last) if last.isdigit() else last] = value
    return [row]


PATH = "versions/0/paths/0/"


def test_what_is_sound_is_read() -> None:
    found = read_definitions([GOOD])["cloud"][0]
    assert found.terms.paths[0].path.table == ScoreTable(Decimal(60), Decimal(80))
    assert str(found.terms.name) == "Cloud"


@pytest.mark.parametrize(
    ("place", "value", "wrong"),
    [
        ("key", "No Key", "is no key"),
        ("zh", " ", "lacks a name"),
        ("versions", [], "has no version"),
        ("versions/0/source", " ", "names no source"),
        ("versions/0/paths", [], "has no path"),
        (PATH + "metrics/0/silver", "3", "asks for less at gold"),
        (PATH + "metrics/0/key", "people", "a goal stands twice"),
        (PATH + "skills/0/gold", 0, "asks for less at gold"),
        (PATH + "skills/0/needs", "A or", "too early"),
        (PATH + "table/gold", "101", "cannot be reached"),
        (PATH + "table", None, "no table of scores"),
        (PATH + "metrics/0/silver", "many", "is no number"),
        ("versions/0/is_sample", "no", "whether it is a sample"),
        ("versions/0/valid_from", "yesterday", "its first day is no day"),
        ("versions/0/valid_from", 20260701, "its first day is no day"),
        (PATH + "metrics/0/period", "monthly", "its period is none of"),
        (PATH + "skills/0/ful", "30", '"ful" has no meaning here'),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_place(
    place: str, value: Any, wrong: str
) -> None:
    with pytest.raises(DefinitionWrong, match=wrong):
        read_definitions(changed(place, value))


def test_versions_follow_each_other() -> None:
    row = copy.deepcopy(GOOD)
    row["versions"] = [copy.deepcopy(GOOD["versions"][0]) for _each in range(2)]
    with pytest.raises(DefinitionWrong, match="do not follow"):
        read_definitions([row])
    with pytest.raises(DefinitionWrong, match="stands twice"):
        read_definitions([GOOD, GOOD])
    row["versions"][1]["valid_from"] = "2026-07-01"
    with pytest.raises(DefinitionWrong, match="two of its versions have one name"):
        read_definitions([row])


def test_a_requirement_that_cannot_be_read_keeps_its_rule_and_its_place_k3() -> None:
    with pytest.raises(DefinitionWrong) as told:
        read_definitions(changed(PATH + "skills/0/needs", "(A or B"))
    error = told.value
    assert error.where == ("cloud", "version 1", "path main", "goal people")
    assert (error.rule, error.place, error.wrong) == ("K3", 7, "A bracket is not closed.")
    assert "at character 7" in str(error.way_out)


STRANGE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    float("inf"),
    "",
    "9" * 5_000,
    "1e999999",
    "\x00",
    "\ud800",
    "x" * 100_000,
    [],
    [None],
    ["x"],
    [[[[]]]],
    {},
    {"key": []},
]


def places(part: Any, above: str = "") -> Iterator[str]:
    """Every value of a definition by the way to it, the objects and lists too."""
    pairs = part.items() if isinstance(part, dict) else enumerate(part)
    for name, value in pairs:
        yield f"{above}{name}"
        if isinstance(value, dict | list):
            yield from places(value, f"{above}{name}/")


@pytest.mark.parametrize("place", list(places(GOOD)))
def test_whatever_stands_where_it_is_read_or_refused_with_its_place(place: str) -> None:
    """Wrong types, numbers without end, characters that are no text: never another error."""
    refusals = []
    for value in STRANGE:
        try:
            read_definitions(changed(place, value))
        except DefinitionWrong as error:
            refusals.append(error)
    assert len(refusals) > 10
    assert all(error.where and len(str(error)) < 2_500 for error in refusals)


@pytest.mark.parametrize("rows", [None, 1, "x", {}, {"key": 1}, [1], [None], [[]], ["a"], [{}]])
def test_what_is_no_list_of_competencies_is_refused(rows: Any) -> None:
    with pytest.raises(DefinitionWrong):
        read_definitions(rows)


def test_a_past_day_is_judged_by_the_version_of_its_day_k3() -> None:
    def goals(day: date) -> list[str]:
        asked = next(one for one in asked_on(day) if one.terms.key == "sample-data-analytics")
        return [goal.key for goal in asked.terms.paths[0].path.skills]

    assert goals(date(2026, 6, 30)) == ["analysts"]
    assert goals(date(2026, 7, 1)) == ["analysts", "engineers"]


def test_the_published_scores_are_60_and_80_and_samples_say_so_k3() -> None:
    example = shipped()["cloud-business-applications"][-1]
    assert example.terms.paths[0].path.table == ScoreTable(Decimal(60), Decimal(80))
    assert "60 to 79 silver" in example.source
    assert all("sample" in one.source for versions in shipped().values() for one in versions)
