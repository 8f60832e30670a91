"""When the holder of a code is reminded (F8), and the ladder for admins (F10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.agreements.rules.ladder import LADDER, Strength, step_due, strength_of
from vlms.codes.rules.lifecycle import State
from vlms.giving.rules.reminders import Held, Plan, Silence, nudge_due, week_of, why_silent

GIVEN = date(2026, 3, 2)
LAST = date(2026, 12, 31)
HELD = Held(State.ASSIGNED, GIVEN, False, LAST)


def changed(**facts: object) -> Held:
    own = {name: getattr(HELD, name) for name in Held.__slots__}
    return Held(**{**own, **facts})  # type: ignore[arg-type]


def occasion(held: Held, today: date, plan: Plan = Plan()) -> str | None:  # noqa: B008
    found = nudge_due(plan, held, today)
    return found.occasion if found else None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, None),
        (2, None),
        (3, "after-3"),
        (9, "after-3"),
        (10, "after-10"),
        (25, "after-25"),
        (200, "after-25"),
    ],
)
def test_after_assigning_the_latest_day_that_has_come_counts(
    days: int, expected: str | None
) -> None:
    assert occasion(HELD, GIVEN + timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (91, None),
        (90, "before-90"),
        (31, "before-90"),
        (30, "before-30"),
        (7, "before-7"),
        (1, "before-1"),
        (0, "before-1"),
        (-1, None),
    ],
)
def test_a_claimed_code_is_reminded_of_before_its_last_day_alone(
    left: int, expected: str | None
) -> None:
    assert occasion(changed(is_claimed=True), LAST - timedelta(days=left)) == expected


def test_days_before_the_assignment_are_passed_over() -> None:
    late = changed(assigned_on=LAST - timedelta(days=20))
    assert occasion(late, LAST - timedelta(days=19)) is None
    assert occasion(late, LAST - timedelta(days=17)) == "after-3"
    assert occasion(late, LAST - timedelta(days=7)) == "before-7"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": State.RESERVED}, Silence.NOT_ASSIGNED),
        ({"state": State.REGISTERED}, Silence.BOOKED),
        ({"state": State.USED}, Silence.USED),
        ({"state": State.ACTIVATED}, Silence.USED),
        ({"state": State.FORFEITED}, Silence.FORFEITED),
        ({"state": State.VOID}, Silence.VOID),
        ({"is_expired": True}, Silence.EXPIRED),
        ({"has_left": True}, Silence.LEFT),
        ({"has_address": False}, Silence.NO_ADDRESS),
        ({"has_bounced": True}, Silence.BOUNCED),
        ({}, None),
    ],
)
def test_what_ends_reminders(facts: dict[str, object], expected: Silence | None) -> None:
    held = changed(**facts)
    assert why_silent(held) == expected
    assert (occasion(held, GIVEN + timedelta(days=3)) is None) == (expected is not None)


def test_every_state_says_whether_somebody_is_reminded() -> None:
    spoken = [state for state in State if why_silent(changed(state=state)) is None]
    assert spoken == [State.ASSIGNED]


def test_a_plan_that_is_off_reminds_nobody() -> None:
    assert occasion(HELD, GIVEN + timedelta(days=3), Plan(is_on=False)) is None


@given(
    st.sets(st.integers(1, 300), max_size=6),
    st.sets(st.integers(0, 300), max_size=6),
    st.integers(0, 320),
)
@settings(max_examples=150)
def test_of_any_plan_one_reminder_at_most_is_due_and_its_day_has_come(
    after: set[int], before: set[int], days: int
) -> None:
    today = GIVEN + timedelta(days=days)
    found = nudge_due(Plan(tuple(after), tuple(before)), HELD, today)
    if found is not None:
        later = [GIVEN + timedelta(days=one) for one in after]
        later += [LAST - timedelta(days=one) for one in before]
        assert GIVEN < found.day <= today <= LAST
        assert not [day for day in later if found.day < day <= today]


def test_weeks_are_told_apart_over_new_year() -> None:
    assert week_of(date(2026, 12, 31)) == week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"


@pytest.mark.parametrize(
    ("left", "expected"),
    [(121, None), (120, 120), (91, 120), (90, 90), (59, 60), (10, 10), (2, 10), (0, 1), (-1, None)],
)
def test_the_ladder_stands_on_its_latest_step(left: int, expected: int | None) -> None:
    assert step_due(LAST, LAST - timedelta(days=left)) == expected


def test_the_ladder_gets_stronger_and_never_weaker() -> None:
    found = [strength_of(days) for days in LADDER]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (Strength.NOTICE, Strength.LAST_CALL)
