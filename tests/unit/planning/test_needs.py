"""How many exams a plan needs, from what they are taken, and by when to order (O6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.core.errors import BadInput
from vlms.orders.rules.deadline import DELIVERY_TERMS, add_business_days
from vlms.planning.rules.needs import (
    FreeStock,
    Goal,
    Need,
    PlannedExam,
    can_be_earned,
    delivery_days,
    needs_of,
    order_by,
    take_free,
    units_for,
    why_never,
    why_unfit,
)

BEGINS = date(2026, 3, 2)
TERMS = DELIVERY_TERMS[0]
AZ = PlannedExam("AZ-104", "ROLE")
ARCHITECT = (AZ, PlannedExam("AZ-305", "ROLE"))
FUND = (PlannedExam("AZ-900", "FUND", date(2027, 6, 30)),)


@pytest.mark.parametrize(
    ("last_days", "is_advanced", "begins_on", "expected"),
    [
        ([None], True, BEGINS, True),
        ([], True, BEGINS, False),
        ([date(2026, 9, 2)], False, BEGINS, True),
        ([date(2026, 9, 1)], False, BEGINS, False),
        ([date(2026, 9, 2)], True, BEGINS, False),
        ([date(2021, 1, 31), date(2030, 1, 1)], False, BEGINS, True),
        ([date(2021, 1, 31), None], False, BEGINS, True),
        # Who began long ago could have taken it before it retired, and cannot today.
        ([date(2026, 3, 1)], False, date(2024, 1, 1), False),
        ([date(2026, 3, 2)], False, date(2024, 1, 1), True),
        ([date(2030, 1, 1)], False, date.max, False),
    ],
)
def test_a_certification_can_be_earned_while_one_exam_outlasts_the_preparation(
    last_days: list[date | None], is_advanced: bool, begins_on: date, expected: bool
) -> None:
    exams = [PlannedExam("X-1", "FUND", day) for day in last_days]
    assert can_be_earned(exams, is_advanced, begins_on, BEGINS) is expected


def test_people_times_certifications_times_exams_each() -> None:
    goals = [
        Goal(10, True, ARCHITECT, 12),
        Goal(5, False, FUND, 6),
        Goal(3, False, FUND, 12, exams_each=2),
        Goal(2, True, (AZ,), 12),
    ]
    assert needs_of(goals, BEGINS) == [
        Need(date(2026, 9, 2), "FUND", 5, date(2027, 6, 30)),
        Need(date(2027, 3, 2), "FUND", 6, date(2027, 6, 30)),
        Need(date(2027, 3, 2), "ROLE", 22, None),
    ]


@pytest.mark.parametrize(("is_advanced", "months", "least"), [(False, 5, 6), (True, 11, 12)])
def test_too_short_a_preparation_is_refused(is_advanced: bool, months: int, least: int) -> None:
    goal = Goal(1, is_advanced, FUND, months)
    with pytest.raises(BadInput, match=rf"{least} months or more") as caught:
        needs_of([goal], BEGINS)
    assert caught.value.rule == "O6"
    assert needs_of([replace(goal, months=least)], BEGINS)


def test_a_certification_without_exams_is_refused() -> None:
    with pytest.raises(BadInput, match="no exam"):
        needs_of([Goal(1, False, (), 6)], BEGINS)


def test_free_stock_is_taken_first_the_narrowest_and_soonest_of_what_lasts() -> None:
    need = Need(date(2026, 9, 2), "FUND", 10)
    stocks = [
        FreeStock("wide", frozenset({"FUND", "ROLE"}), date(2027, 1, 1), 9),
        FreeStock("narrow", frozenset({"FUND"}), date(2027, 5, 1), 3),
        FreeStock("narrow", frozenset({"FUND"}), date(2026, 9, 2), 2),
        FreeStock("lapses", frozenset({"FUND"}), date(2026, 9, 1), 50),
        FreeStock("other", frozenset({"MOS"}), date(2027, 1, 1), 50),
    ]
    (found,) = take_free([need], stocks)
    assert [(one.stock.key, one.count) for one in found.taken] == [
        ("narrow", 2),
        ("narrow", 3),
        ("wide", 5),
    ]
    assert (found.free, found.missing) == (10, 0)


def test_nothing_is_taken_twice() -> None:
    stock = FreeStock("voucher", frozenset({"FUND"}), date(2027, 9, 1), 7)
    needs = [Need(date(2026, 9, 2), "FUND", 5), Need(date(2027, 3, 2), "FUND", 5)]
    assert [one.missing for one in take_free(needs, [stock])] == [0, 3]


def test_an_order_is_due_as_many_business_days_before_the_exam_as_delivery_takes() -> None:
    # Twelve business days: 48 hours to acknowledge, ten from the invoice.
    assert delivery_days(TERMS) == 12
    assert order_by(date(2026, 9, 2), TERMS, frozenset()) == date(2026, 8, 17)
    holidays = frozenset({date(2026, 8, 20), date(2026, 8, 21)})
    assert order_by(date(2026, 9, 2), TERMS, holidays) == date(2026, 8, 13)


@settings(max_examples=60)
@given(st.integers(0, 700), st.frozensets(st.integers(0, 60), max_size=12))
def test_codes_ordered_by_then_are_there_and_a_day_later_they_may_not_be(
    ahead: int, off: frozenset[int]
) -> None:
    exam_on = BEGINS + timedelta(days=ahead)
    holidays = frozenset(exam_on - timedelta(days=days) for days in off)
    last, days = order_by(exam_on, TERMS, holidays), delivery_days(TERMS)
    assert add_business_days(last, days, holidays) <= exam_on
    assert add_business_days(last + timedelta(days=1), days, holidays) > exam_on


def test_nothing_serves_that_lapses_before_the_exam_or_begins_after_it() -> None:
    need = Need(date(2026, 9, 2), "FUND", 1)
    assert why_unfit(need, BEGINS, date(2026, 9, 2)) is None
    assert "lapse on 2026-09-01" in str(why_unfit(need, BEGINS, date(2026, 9, 1)))
    assert "after the exams" in str(why_unfit(need, date(2026, 9, 3), date(2027, 9, 1)))


@pytest.mark.parametrize(
    ("retires_on", "ends_on", "today", "words"),
    [
        (None, date(2026, 9, 2), BEGINS, None),
        (date(2026, 9, 2), date(2027, 1, 1), BEGINS, None),
        (date(2026, 9, 1), date(2027, 1, 1), BEGINS, "retires"),
        (None, date(2026, 9, 1), BEGINS, "agreement ends"),
        (None, date(2027, 1, 1), date(2026, 9, 2), "not to come"),
    ],
)
def test_why_no_order_can_serve_a_need(
    retires_on: date | None, ends_on: date, today: date, words: str | None
) -> None:
    found = why_never(Need(date(2026, 9, 2), "FUND", 1, retires_on), ends_on, today)
    assert found is None if words is None else words in str(found)


_stocks = st.lists(
    st.builds(
        FreeStock,
        st.sampled_from(["a", "b"]),
        st.frozensets(st.sampled_from(["FUND", "ROLE", "MOS"]), min_size=1),
        st.integers(0, 900).map(lambda days: BEGINS + timedelta(days=days)),
        st.integers(0, 40),
    ),
    max_size=6,
)
_goals = st.lists(
    st.builds(
        Goal,
        st.integers(0, 50),
        st.just(False),
        st.sampled_from([FUND, ARCHITECT, (AZ,)]),
        st.sampled_from([6, 9, 12, 18]),
        st.none() | st.integers(1, 4),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(_goals, _stocks, st.integers(1, 500))
def test_what_is_free_and_what_is_ordered_are_never_less_than_what_is_needed(
    goals: list[Goal], stocks: list[FreeStock], units: int
) -> None:
    found = take_free(needs_of(goals, BEGINS), stocks)
    for one in found:
        assert one.free + units_for(one.missing, units) * units >= one.need.count
        assert units_for(one.missing, units) * units - one.missing < units
        assert all(taken.stock.last_day >= one.need.exam_on for taken in one.taken)
    taken_of_all = sum(one.free for one in found)
    assert taken_of_all <= sum(stock.count for stock in stocks)


@settings(max_examples=150)
@given(_goals, _stocks, st.integers(0, 3), st.integers(1, 30), st.integers(1, 500))
def test_more_people_never_need_fewer(
    goals: list[Goal], stocks: list[FreeStock], place: int, more: int, units: int
) -> None:
    place %= len(goals)
    larger = [*goals]
    larger[place] = replace(goals[place], people=goals[place].people + more)
    before = take_free(needs_of(goals, BEGINS), stocks)
    after = take_free(needs_of(larger, BEGINS), stocks)
    assert sum(one.need.count for one in before) < sum(one.need.count for one in after)
    assert sum(one.missing for one in before) <= sum(one.missing for one in after)
    missing = [sum(one.missing for one in each) for each in (before, after)]
    assert units_for(missing[0], units) <= units_for(missing[1], units)
