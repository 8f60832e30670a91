"""At which level a competency lets a package be bought, and what it lacks (K3, M2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vlms.partners.competencies import get_asked
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.buying import buyable_level, lacks_of, qualifies
from vlms.partners.rules.standing import Standing, stand

SILVER, GOLD = Level.SILVER, Level.GOLD
SCORED, PLATFORM = "cloud-business-applications", "sample-cloud-platform"


def standing(key: str, figures: dict[str, str], people: int = 0) -> Standing[int]:
    """So many people who each are an administrator and an architect."""
    version = get_asked(key, date(2026, 1, 1))
    asked = version.terms
    sums = {
        one.path.key: {name: Decimal(amount) for name, amount in figures.items()}
        for one in asked.paths
    }
    passed = {who: frozenset({"AZ-104", "AZ-305", "PL-400"}) for who in range(people)}
    return stand((asked, version.name, ""), sums, passed, None, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("attained", "waived", "found"),
    [
        (None, None, None),
        (SILVER, None, SILVER),
        (None, SILVER, SILVER),
        (GOLD, SILVER, GOLD),
        (SILVER, GOLD, GOLD),
    ],
)
def test_what_is_attained_or_waived_can_be_bought(
    attained: Level | None, waived: Level | None, found: Level | None
) -> None:
    assert buyable_level(attained, waived) is found


def test_a_higher_level_holds_the_lower_and_not_the_other_way() -> None:
    for have, wanted, can in (
        (GOLD, SILVER, True),
        (GOLD, GOLD, True),
        (SILVER, GOLD, False),
        (None, SILVER, False),
        (None, None, True),
    ):
        assert qualifies(have, wanted) is can


def test_points_that_lack_are_never_rounded_up() -> None:
    found = standing(SCORED, {"new-customers": "9.999", "active-usage": "1500"}, 1)
    assert found.level is None
    assert lacks_of(found, SILVER) == ("59.99 of 60 points",)
    enough = standing(SCORED, {"new-customers": "10", "active-usage": "1500"}, 1)
    assert enough.level is SILVER
    assert lacks_of(enough, SILVER) == ()
    assert lacks_of(enough, GOLD) == ("60 of 80 points",)


def test_each_goal_that_lacks_is_named_with_how_much() -> None:
    found = standing(PLATFORM, {"revenue": "39999"}, 1)
    told = [str(one) for one in lacks_of(found, SILVER)]
    # One person is not an administrator and an architect at once: the group is exclusive.
    assert told[0] == "Influenced revenue in USD: 1 more"
    assert len(told) > 1
    assert lacks_of(standing(PLATFORM, {"revenue": "40000"}, 3), SILVER) == ()
