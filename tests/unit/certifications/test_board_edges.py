"""R1, R2: the edges by which a board counts say of each day what the rule says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vlms.certifications.rules.board_edges import edges_on
from vlms.certifications.rules.renewal import RenewalState, state_at
from vlms.certifications.rules.transcript_row import is_whole_years_on, read_row
from vlms.certifications.terms import renewal_terms


@pytest.mark.parametrize(
    "today", ["2026-02-28", "2024-02-29", "2026-03-01", "2026-08-30", "2026-08-31", "2026-12-31"]
)
def test_each_last_day_is_counted_as_the_rule_says_r2(today: str) -> None:
    now = datetime.fromisoformat(f"{today}T12:00").replace(tzinfo=UTC)
    terms = renewal_terms(now.date()).terms
    edges = edges_on(now.date(), terms)
    for number in range(-400, 400):
        last_day = now.date() + timedelta(days=number)
        state = state_at(last_day, now, terms)
        span = edges.span_of(state)
        assert span is not None
        assert span[0] <= last_day <= span[1], last_day
    assert edges.span_of(RenewalState.NEVER_EXPIRES) is None


ROW = {"who": "lin@x.example", "other_who": "", "mcid": "", "what": "AZ-104", "until": ""}


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-06-30", date(2026, 6, 30)),
        ("6/30/2026", date(2026, 6, 30)),
        ("6/30/2026 0:00", date(2026, 6, 30)),
        ("2026-06-30T14:00:00", date(2026, 6, 30)),
        ("30/6/2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_are_read_as_exports_write_them(typed: str, day: date | None) -> None:
    row, refusals = read_row({**ROW, "day": typed})
    assert (row.day if row else None) == day
    assert bool(refusals) == (day is None)


def test_all_that_is_missing_is_told_at_once() -> None:
    row, refusals = read_row({**ROW, "who": " ", "what": "", "day": ""})
    assert row is None
    assert len(refusals) == 3


@pytest.mark.parametrize(
    ("earned", "until", "is_right"),
    [
        ("2025-03-15", "2026-03-15", True),
        ("2025-03-15", "2028-03-15", True),
        ("2025-03-15", "2026-09-15", False),
        ("2025-03-15", "2025-03-15", False),
        ("2021-06-29", "2022-06-29", False),
        ("2021-06-29", "2023-06-29", True),
        ("2024-02-29", "2025-02-28", True),
    ],
)
def test_a_last_day_is_what_its_terms_and_renewals_can_give_r3(
    earned: str, until: str, is_right: bool
) -> None:
    first = date.fromisoformat(earned)
    terms = renewal_terms(first).terms
    assert is_whole_years_on(first, date.fromisoformat(until), terms) is is_right
