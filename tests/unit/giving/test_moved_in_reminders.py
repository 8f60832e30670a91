"""Reminders of codes that moved in: what lay before is not caught up with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vlms.codes.rules.lifecycle import State
from vlms.giving.rules.reminders import Held, Plan, nudge_due

ASSIGNED_ON = date(2026, 1, 1)
MOVED_IN_ON = date(2026, 2, 20)
LAST_DAY = date(2026, 6, 30)


def _held(moved_in_on: date | None) -> Held:
    return Held(State.ASSIGNED, ASSIGNED_ON, False, LAST_DAY, moved_in_on=moved_in_on)


@pytest.mark.parametrize(
    ("moved_in_on", "occasion"),
    # The second is the control: a code that was assigned here is reminded of.
    [(MOVED_IN_ON, None), (None, "after-25")],
)
def test_a_code_assigned_long_before_it_moved_in_is_not_reminded_of(
    moved_in_on: date | None, occasion: str | None
) -> None:
    nudge = nudge_due(Plan(), _held(moved_in_on), MOVED_IN_ON)
    assert (nudge.occasion if nudge else None) == occasion


def test_days_after_moving_in_remind_as_usual() -> None:
    nudge = nudge_due(Plan(), _held(MOVED_IN_ON), LAST_DAY - timedelta(days=30))
    assert nudge is not None
    assert nudge.occasion == "before-30"
