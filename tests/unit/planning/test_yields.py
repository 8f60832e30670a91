"""What codes led to is added up to the cent, and each certification counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vlms.core.money import Money
from vlms.planning.rules.yields import (
    End,
    Ended,
    Passed,
    Team,
    all_by_currency,
    led_to,
    yields_of,
)

SALES, LABS, NOBODY = Team("USD", "Sales"), Team("USD", "Labs"), Team("USD", None, is_given=False)
DAY = date(2026, 5, 4)


def test_a_team_has_what_its_codes_cost_and_what_was_lost() -> None:
    (row,) = yields_of(
        [
            Ended(SALES, End.PASSED, 2, 20_000),
            Ended(SALES, End.FAILED, 1, 10_001),
            Ended(SALES, End.MISSED, 1, 10_000),
            Ended(SALES, End.LAPSED, 1, 9_999),
            Ended(SALES, End.UNKNOWN, 1, 10_000),
        ],
        {SALES: 2},
    )
    assert (row.ended, row.nowhere, row.certifications) == (6, 3, 2)
    assert row.cost == Money(60_000, "USD")
    assert row.lost == Money(30_000, "USD")
    assert row.cost_per_certification == Money(30_000, "USD")
    assert row.pass_rate == Decimal("66.7")


def test_without_a_result_there_is_no_rate_and_without_a_certification_no_cost_of_one() -> None:
    (row,) = yields_of([Ended(SALES, End.UNKNOWN, 1, 100)], {})
    assert row.pass_rate is None
    assert row.cost_per_certification is None


def test_the_cost_of_one_is_rounded_half_up() -> None:
    (row,) = yields_of([Ended(SALES, End.PASSED, 2, 10_001)], {SALES: 2})
    assert row.cost_per_certification == Money(5_001, "USD")


def test_who_lost_most_comes_first_and_codes_of_nobody_last() -> None:
    rows = yields_of(
        [
            Ended(NOBODY, End.LAPSED, 9, 90_000),
            Ended(LABS, End.FAILED, 1, 100),
            Ended(SALES, End.LAPSED, 1, 200),
            Ended(Team("EUR", None), End.PASSED, 1, 100),
        ],
        {},
    )
    assert [row.team for row in rows] == [Team("EUR", None), SALES, LABS, NOBODY]
    sums = all_by_currency(rows)
    assert [(one.team.currency, one.cost.minor) for one in sums] == [("EUR", 100), ("USD", 90_300)]
    assert [row.ended for row in rows] == [1, 1, 1, 9], "adding up changes no row"


def test_a_certification_counts_once_in_the_team_of_the_exam_that_completed_it() -> None:
    passes = [
        Passed("ann", "AZ-104", DAY, SALES),
        Passed("ann", "AZ-305", DAY, LABS),
        Passed("ben", "AZ-104", DAY, LABS),
    ]
    earned = [
        ("ann", DAY, frozenset({"AZ-104", "AZ-305"})),
        ("ben", date(2026, 5, 5), frozenset({"AZ-104"})),
        ("cid", DAY, frozenset({"AZ-104"})),
        ("ben", DAY, frozenset({"DP-900"})),
    ]
    assert list(led_to(passes, earned)) == [SALES]
