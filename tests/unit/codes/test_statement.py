"""What a holder may note of an exam (C3)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.codes.rules.statement import StatementRefused, check_statement
from vlms.core.errors import BadInput

SAT, TODAY = date(2026, 2, 20), date(2026, 3, 1)


@pytest.mark.parametrize("stated_on", [SAT, date(2026, 2, 25), TODAY])
def test_a_day_from_the_appointment_until_today_is_noted(stated_on: date) -> None:
    check_statement(SAT, stated_on, TODAY, is_lost=False)


@pytest.mark.parametrize("stated_on", [date(2026, 2, 19), date(2026, 3, 2)])
def test_another_day_is_refused(stated_on: date) -> None:
    with pytest.raises(BadInput):
        check_statement(SAT, stated_on, TODAY, is_lost=False)


def test_what_was_missed_or_is_to_come_has_no_result() -> None:
    with pytest.raises(StatementRefused):
        check_statement(SAT, SAT, TODAY, is_lost=True)
    with pytest.raises(StatementRefused):
        check_statement(date(2026, 3, 2), TODAY, TODAY, is_lost=False)
