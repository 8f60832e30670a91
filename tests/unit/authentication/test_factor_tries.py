"""How often the second step may go wrong, and when it opens again (G4)."""

from __future__ import annotations

from datetime import UTC, datetime

from vlms.authentication.rules.factor_tries import MOST_IN_AN_HOUR, WINDOW, opens_again_at


def test_the_second_step_opens_when_enough_tries_are_an_hour_old() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert opens_again_at([]) is None
    assert opens_again_at([(now, MOST_IN_AN_HOUR)]) is None
    young, old = (now, 5), (now - WINDOW / 2, MOST_IN_AN_HOUR - 4)
    assert opens_again_at([young, old]) == now + WINDOW / 2
    assert opens_again_at([young, old, (now - WINDOW, 5)]) == now + WINDOW / 2
