"""K1, K2: when an MCID may be linked again, and when a link should count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vlms.partners.errors import LinkRefused
from vlms.partners.rules.linking import LinkState, check_link, counts_by, link_state, next_link
from vlms.partners.terms import link_terms

TERMS = link_terms(date(2026, 1, 1))


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("starts", "asked", "first", "left", "by_limit"),
    [
        ((), "2026-01-01", "2026-01-01", 3, False),
        (("2026-01-01",), "2026-01-01", "2026-01-31", 2, False),
        (("2026-01-01",), "2026-01-30", "2026-01-31", 2, False),
        (("2026-01-01",), "2026-01-31", "2026-01-31", 2, False),
        (("2026-01-01", "2026-02-01"), "2026-03-10", "2026-03-10", 1, False),
        (("2026-01-01", "2026-02-01", "2026-03-10"), "2026-03-11", "2027-01-01", 0, True),
        (("2026-01-01", "2026-02-01", "2026-03-10"), "2026-12-31", "2027-01-01", 0, True),
        (("2026-01-01", "2026-02-01", "2026-03-10"), "2027-01-01", "2027-01-01", 1, False),
        (("2026-01-01", "2026-02-01", "2026-12-20"), "2026-12-21", "2027-01-19", 0, False),
        (("2024-02-29", "2024-05-01", "2024-07-01"), "2024-08-01", "2025-02-28", 0, True),
    ],
)
def test_three_in_twelve_months_thirty_days_apart_k1(
    starts: tuple[str, ...], asked: str, first: str, left: int, by_limit: bool
) -> None:
    found = next_link(days(*starts), date.fromisoformat(asked), TERMS.terms)
    assert (found.first_day, found.left) == (date.fromisoformat(first), left)
    assert found.is_held_by_limit is by_limit


def test_no_day_before_the_first_possible_one_is_taken_and_none_after_it_refused_k1() -> None:
    starts = days("2026-01-15", "2026-03-01", "2026-05-05")
    for offset in range(400):
        day = date(2026, 5, 6) + timedelta(days=offset)
        if day < date(2027, 1, 15):
            with pytest.raises(LinkRefused) as refusal:
                check_link(starts, day, TERMS)
            assert refusal.value.facts["first_day"] == date(2027, 1, 15)
            assert "2027-01-15" in str(refusal.value)
            assert "version 1" in str(refusal.value)
            assert refusal.value.facts["source"] == TERMS.source
        else:
            check_link(starts, day, TERMS)


def test_the_wait_alone_is_refused_with_its_day_k1() -> None:
    with pytest.raises(LinkRefused) as refusal:
        check_link(days("2026-01-01"), date(2026, 1, 30), TERMS)
    assert (refusal.value.rule, refusal.value.reason) == ("K1", "too_soon")
    assert refusal.value.facts["source"] == TERMS.source
    assert "2026-01-31" in str(refusal.value)


STARTED = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "hours"),
    [(None, 72), (timedelta(days=-1), 9 * 24), (timedelta(days=-8), 72), (timedelta(), 240)],
)
def test_a_link_counts_within_72_hours_and_new_exams_within_ten_days_k2(
    passed: timedelta | None, hours: int
) -> None:
    newest = None if passed is None else STARTED + passed
    assert counts_by(STARTED, newest, TERMS.terms) == STARTED + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("seen", "at", "state"),
    [
        (None, 72, LinkState.PENDING),
        (None, 73, LinkState.OVERDUE),
        (80, 79, LinkState.OVERDUE),
        (80, 80, LinkState.COUNTED),
        (10, 11, LinkState.COUNTED),
    ],
)
def test_a_link_is_pending_until_a_report_shows_it_k2(
    seen: int | None, at: int, state: LinkState
) -> None:
    due = STARTED + timedelta(hours=72)
    shown = None if seen is None else STARTED + timedelta(hours=seen)
    assert link_state(shown, due, STARTED + timedelta(hours=at)) is state
