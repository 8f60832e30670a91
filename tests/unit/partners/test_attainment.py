"""K3, K4: which level figures and people attain, what a leaver does, and how it stands by day."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.partners.rules.attainment import (
    CompetencyState,
    Level,
    Metric,
    PackagePlace,
    Path,
    ScoreTable,
    SkillGoal,
    competency_state,
    path_head_room,
    progress,
    renewable_level,
    shown_levels,
    without,
)
from vlms.partners.rules.membership_year import membership_year
from vlms.partners.rules.requirement import read_requirement
from vlms.partners.terms import membership_terms, waivers

SALES = read_requirement("(MB-200 or PL-200) and one of MB-210, 220, 230, 240")
REVENUE = Metric("revenue", silver=Decimal(50_000), gold=Decimal(100_000))
PATH = Path(
    "enterprise", (REVENUE,), (SkillGoal("consultants", SALES, silver=2, gold=4),), table=None
)
SCORED = Path(
    "scored",
    (replace(REVENUE, full=Decimal(50)),),
    (
        SkillGoal("a", read_requirement("A"), 0, 3, "once", Decimal(20)),
        SkillGoal("b", read_requirement("B"), 0, 3, "once", Decimal(30)),
    ),
    ScoreTable(Decimal(60), Decimal(80)),
)


def people(count: int, *names: str) -> dict[int, Set[str]]:
    return {who: frozenset(names) for who in range(count)}


@pytest.mark.parametrize(
    ("revenue", "count", "level"),
    [
        ("100000", 4, Level.GOLD),
        ("99999.99", 4, Level.SILVER),
        ("100000", 3, Level.SILVER),
        ("50000", 2, Level.SILVER),
        ("50000", 1, None),
        ("49999.99", 9, None),
    ],
)
def test_a_level_needs_every_goal_of_its_path_k3(
    revenue: str, count: int, level: Level | None
) -> None:
    found = progress(PATH, {"revenue": Decimal(revenue)}, people(count, "MB-200", "MB-230"))
    assert found.level is level
    assert found.points is None


def test_people_who_lack_a_part_do_not_count_k3() -> None:
    crowd = people(4, "MB-200", "PL-200") | {9: frozenset({"PL-200", "MB-240"})}
    found = progress(PATH, {"revenue": Decimal(100_000)}, crowd)
    assert found.counted == {"consultants": [9]}
    assert found.level is None


@pytest.mark.parametrize(
    ("revenue", "a", "b", "points", "level"),
    [
        ("100000", 3, 3, "100", Level.GOLD),
        ("100000", 0, 3, "80", Level.GOLD),
        ("99999", 0, 3, "79.9995", Level.SILVER),
        ("100000", 1, 0, "170/3", None),
        ("100000", 3, 0, "70", Level.SILVER),
        ("300000", 0, 1, "60", Level.SILVER),
        ("-5", 3, 3, "50", None),
        ("0", 9, 9, "50", None),
    ],
)
def test_points_are_linear_and_end_at_the_full_score_k3(
    revenue: str, a: int, b: int, points: str, level: Level | None
) -> None:
    crowd: Mapping[str, Set[str]] = {f"a{n}": {"A"} for n in range(a)} | {
        f"b{n}": {"B"} for n in range(b)
    }
    found = progress(SCORED, {"revenue": Decimal(revenue)}, crowd)
    assert (found.points, found.level) == (Fraction(points), level)


def test_thirds_of_points_add_up_to_the_level_k3() -> None:
    """20/3 + 30/3 and 130/3 of revenue are 60 exactly; decimals would fall short of it."""
    path = replace(SCORED, metrics=(replace(REVENUE, gold=Decimal(3), full=Decimal(65)),))
    found = progress(path, {"revenue": Decimal(2)}, {"a": {"A"}, "b": {"B"}})
    assert (found.points, found.level) == (Fraction(60), Level.SILVER)


def test_somebody_who_fits_twice_counts_where_more_points_are_k3() -> None:
    found = progress(SCORED, {}, {"both": {"A", "B"}})
    assert found.counted == {"a": [], "b": ["both"]}
    assert found.points == 10


CROWDS = st.lists(st.frozensets(st.sampled_from(["A", "B", "C"])), max_size=5).map(
    lambda rows: dict(enumerate(rows))
)
GOALS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "A and B", "A or C"]),
        st.integers(0, 2),
        st.sampled_from([None, "g", "h"]),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(CROWDS, GOALS)
def test_the_head_room_of_a_path_is_the_most_that_may_leave_k4(
    crowd: Mapping[int, Set[str]], rows: list[tuple[str, int, str | None]]
) -> None:
    goals = tuple(
        SkillGoal(f"goal {place}", read_requirement(formula), least, least, group)
        for place, (formula, least, group) in enumerate(rows)
    )
    path = Path("any", (), goals)

    def is_met(left: Mapping[int, Set[str]]) -> bool:
        return progress(path, {}, left).level is Level.GOLD

    room = path_head_room(path, Level.GOLD, crowd)
    assert (room.spare >= 0) == is_met(crowd)
    for size in range(len(crowd) + 1):
        kept = all(is_met(without(crowd, set(gone))) for gone in combinations(crowd, size))
        assert kept == (size <= room.spare)
    if is_met(crowd):
        assert room.critical == {who for who in crowd if not is_met(without(crowd, {who}))}


ANNIVERSARY = date(2025, 9, 1)
YEAR = membership_year(ANNIVERSARY, membership_terms(ANNIVERSARY).terms, waivers())


@pytest.mark.parametrize(
    ("attained", "bought", "days", "state"),
    [
        (None, None, 0, CompetencyState.INITIATED),
        (Level.SILVER, None, 0, CompetencyState.QUALIFIED),
        (Level.GOLD, Level.GOLD, 0, CompetencyState.ACTIVE),
        (Level.SILVER, Level.SILVER, -300, CompetencyState.ACTIVE),
        (Level.SILVER, Level.GOLD, -1, CompetencyState.AT_RISK),
        (None, Level.SILVER, 0, CompetencyState.AT_RISK),
        (None, Level.SILVER, 1, CompetencyState.GRACE),
        (Level.GOLD, Level.GOLD, 30, CompetencyState.GRACE),
        (Level.GOLD, Level.GOLD, 31, CompetencyState.LOST),
    ],
)
def test_the_states_of_a_competency_k3(
    attained: Level | None, bought: Level | None, days: int, state: CompetencyState
) -> None:
    package = (bought, YEAR) if bought else None
    assert competency_state(attained, package, ANNIVERSARY + timedelta(days=days)) is state


@pytest.mark.parametrize(
    ("attained", "place", "days", "state"),
    [
        # Silver is enough for what a gold package merely shows.
        (Level.SILVER, PackagePlace.SHOWN, -1, CompetencyState.ACTIVE),
        (Level.SILVER, PackagePlace.NEVER_SHOWN, -1, CompetencyState.ACTIVE),
        (None, PackagePlace.SHOWN, -1, CompetencyState.AT_RISK),
        (None, PackagePlace.SHOWN, 30, CompetencyState.GRACE),
        (None, PackagePlace.SHOWN, 31, CompetencyState.LOST),
        (Level.GOLD, PackagePlace.SHOWN, 31, CompetencyState.LOST),
        # What never was under the package cannot be at risk, nor be lost with it.
        (None, PackagePlace.NEVER_SHOWN, -1, CompetencyState.INITIATED),
        (None, PackagePlace.NEVER_SHOWN, 1, CompetencyState.INITIATED),
        (None, PackagePlace.NEVER_SHOWN, 31, CompetencyState.INITIATED),
        (Level.SILVER, PackagePlace.NEVER_SHOWN, 1, CompetencyState.GRACE),
        (Level.SILVER, PackagePlace.NEVER_SHOWN, 31, CompetencyState.QUALIFIED),
    ],
)
def test_other_competencies_than_the_one_that_the_package_was_bought_on_k3(
    attained: Level | None, place: PackagePlace, days: int, state: CompetencyState
) -> None:
    day = ANNIVERSARY + timedelta(days=days)
    assert competency_state(attained, (Level.GOLD, YEAR), day, place) is state


def test_a_waived_competency_is_shown_as_complete_m2() -> None:
    day = date(2020, 3, 1)
    waived = membership_year(day, membership_terms(day).terms, waivers())
    assert competency_state(None, (Level.GOLD, waived), day) is CompetencyState.ACTIVE
    plain = membership_year(day, membership_terms(day).terms)
    assert competency_state(None, (Level.GOLD, plain), day) is CompetencyState.AT_RISK


@pytest.mark.parametrize("place", [PackagePlace.BOUGHT_ON, PackagePlace.SHOWN])
def test_a_waived_competency_stays_complete_once_the_fee_is_paid_m2(place: PackagePlace) -> None:
    first, last = date(2020, 3, 1), date(2021, 3, 1)
    terms = membership_terms(last).terms
    former = membership_year(first, terms, waivers()).exemptions
    found = {
        is_exempt: [
            competency_state(None, (Level.GOLD, renewed), last + timedelta(days=days), place)
            for days in (-300, 0, 1, 31)
        ]
        for is_exempt in (True, False)
        for renewed in [membership_year(last, terms, waivers(), former if is_exempt else ())]
    }
    after = [CompetencyState.GRACE, CompetencyState.LOST]
    assert found[True] == [CompetencyState.ACTIVE, CompetencyState.ACTIVE, *after]
    # The negative control.
    assert found[False] == [CompetencyState.AT_RISK, CompetencyState.AT_RISK, *after]


@pytest.mark.parametrize(
    ("attained", "bought", "level"),
    [
        (Level.SILVER, Level.GOLD, Level.SILVER),
        (Level.GOLD, Level.GOLD, Level.GOLD),
        (Level.GOLD, Level.SILVER, Level.SILVER),
        (None, Level.GOLD, None),
    ],
)
def test_gold_that_is_met_at_silver_only_is_renewed_at_silver_k3(
    attained: Level | None, bought: Level, level: Level | None
) -> None:
    assert renewable_level(attained, bought) is level


def test_a_package_shows_what_is_attained_at_its_level_or_below_k3() -> None:
    attained = {"cloud": Level.GOLD, "data": Level.SILVER, "security": None}
    assert shown_levels(attained, Level.SILVER) == {"cloud": Level.SILVER, "data": Level.SILVER}
    assert shown_levels(attained, Level.GOLD) == {"cloud": Level.GOLD, "data": Level.SILVER}
