"""What is at risk in money, whom to nudge, and how far off the forecast was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.billing.rules.charge_back import Bearer, Giving, SharedLine, borne_by, parts_of
from vlms.core.money import Money
from vlms.planning.rules.at_risk import Counted, amounts_by_currency, amounts_of
from vlms.planning.rules.backtest import Trial, errors_of, trials
from vlms.planning.rules.forecast import LeftOver
from vlms.planning.rules.lives import Life, history_on, tranches_on, unused_on
from vlms.planning.rules.nudging import Held, Lying, why_nudge

DAY = date(2026, 3, 2)


def counted(unassigned: int, assigned: int, minors: tuple[int, int], currency: str) -> Counted:
    first, second = (Money(minor, currency) for minor in minors)
    return Counted(unassigned, assigned, 0, first, second)


def test_all_of_it_is_worth_the_whole_and_a_part_its_part_rounded() -> None:
    three = counted(2, 1, (667, 333), "USD")
    assert [three.worth(count).minor for count in range(4)] == [0, 333, 667, 1000]
    assert counted(0, 0, (0, 0), "USD").worth(0) == Money(0, "USD")


def test_currencies_are_never_added_up() -> None:
    left = LeftOver(0, 1, 2)
    rows = [
        amounts_of(counted(2, 0, (200, 0), "USD"), left),
        amounts_of(counted(1, 1, (30, 30), "TWD"), left),
        amounts_of(counted(2, 0, (100, 0), "USD"), left),
    ]
    found = amounts_by_currency(rows)
    assert [str(one.expected) for one in found] == ["TWD 30", "USD 1.50"]
    assert [one.unassigned.minor for one in found] == [30, 300]
    assert found[1].high == Money(300, "USD")


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.integers(1, 300), st.data())
def test_a_range_of_places_bears_what_its_codes_bear_one_by_one(
    minor: int, count: int, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, count))
    end = data.draw(st.integers(begin, count))
    bearer = Bearer(Giving.WAITING, None, None)
    shares = [share for _who, share in parts_of(SharedLine(Money(minor, "USD"), count, bearer))]
    assert borne_by(minor, count, range(begin, end)) == sum(shares[begin:end])
    assert borne_by(minor, count, range(count)) == minor


@pytest.mark.parametrize(
    ("assigned", "claimed", "ends", "why"),
    [
        (2, None, 300, None),
        (3, None, 300, Lying.UNCLAIMED),
        (200, 24, 300, None),
        (200, 25, 300, Lying.UNBOOKED),
        (200, 1, 91, None),
        (200, 1, 90, Lying.ENDS_SOON),
        (200, None, 10, Lying.UNCLAIMED),
    ],
)
def test_who_lets_a_code_lie_is_nudged(
    assigned: int, claimed: int | None, ends: int, why: Lying | None
) -> None:
    def ago(days: int) -> date:
        return DAY - timedelta(days=days)

    held = Held(ago(assigned), None if claimed is None else ago(claimed), ago(-ends))
    since = ago(assigned if claimed is None else claimed)
    assert why_nudge(held, DAY) == (None if why is None else (why, since))


def _lives() -> list[Life]:
    """A hundred codes of a year, one used a week."""
    begun, last = date(2025, 1, 1), date(2025, 12, 31)
    used = [Life(begun, begun + timedelta(days=7 * week), last, 1) for week in range(1, 53)]
    return [*used, Life(begun, None, last, 48)]


def test_a_day_long_gone_is_seen_as_it_was() -> None:
    lives, day = _lives(), date(2025, 4, 1)
    assert unused_on(lives, day) == 88
    assert [(one.unused, one.last_day) for one in tranches_on(lives, day)] == [
        (88, date(2025, 12, 31))
    ]
    history = history_on(lives, day, 182)
    assert history is not None
    assert (history.total, history.days, history.issued) == (12, 91, 100)
    assert history_on(lives, date(2024, 12, 31), 182) is None
    assert unused_on(lives, date(2026, 1, 1)) == 0


def test_a_forecast_of_the_past_is_compared_with_what_came() -> None:
    found = trials({"only": _lives()}, date(2026, 2, 1), 182)
    assert {one.actual for one in found} == {48}
    errors = errors_of(found)
    assert errors is not None
    assert errors.trials == len(found) == 13
    assert errors.forecast < errors.all_lapse
    assert errors.covered_percent > 80


def test_errors_are_of_the_codes_that_were_unused() -> None:
    left = LeftOver(0, 5, 6)
    errors = errors_of([Trial(10, left, 2, 4), Trial(10, left, 8, 8)])
    assert errors is not None
    assert (errors.forecast, errors.all_lapse, errors.last_week) == (2.0, 4.0, 1.0)
    assert (errors.forecast_percent, errors.covered_percent) == (20.0, 50.0)
    assert errors_of([]) is None
