"""An agreement's terms and the zone of its country."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.agreements.rules.terms import check_term, days_left, is_running, read_term_day
from vlms.agreements.rules.zones import suggested_zone, zone_of
from vlms.core.errors import BadInput
from vlms.core.reading import countries, zones
from vlms.core.text import _

LAST = date(2026, 6, 30)


def test_an_agreement_of_one_day_is_possible_and_a_reversed_one_not() -> None:
    check_term(LAST, LAST)
    with pytest.raises(BadInput) as refused:
        check_term(LAST, date(2026, 6, 29))
    assert refused.value.field == "last_day"


@pytest.mark.parametrize(
    ("today", "left", "running"),
    [
        (date(2026, 6, 29), 1, True),
        (LAST, 0, True),
        (date(2026, 7, 1), 0, False),
        (date(2025, 6, 30), 365, False),
    ],
)
def test_days_left_and_running_by_day(today: date, left: int, running: bool) -> None:
    assert days_left(LAST, today) == left
    assert is_running(date(2025, 7, 1), LAST, today) is running


@pytest.mark.parametrize("typed", ["1999-12-31", "2101-01-01", "2026-02-30", "30.6.2026", ""])
def test_days_that_no_agreement_has_are_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_term_day(typed, _("First day"))


def test_every_suggested_zone_and_country_exists() -> None:
    suggested = {country: suggested_zone(country) for country in countries()}
    found = {zone for zone in suggested.values() if zone is not None}
    assert len(found) >= 30
    assert found <= set(zones())


def test_a_country_without_usual_zone_asks_for_one() -> None:
    assert zone_of("TW") == "Asia/Taipei"
    with pytest.raises(BadInput) as refused:
        zone_of("RU")
    assert refused.value.field == "time_zone"
