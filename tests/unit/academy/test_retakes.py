"""When somebody may sit an exam again (A4), from their seats in the institution."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vlms.academy.errors import SeatRefused
from vlms.academy.rules.retakes import Attempt, check_retake, retake_after
from vlms.catalog.rules.retake import RetakeTerms

DAY = timedelta(days=1)
GENERAL = RetakeTerms(DAY, 14 * DAY, 5)
MTA = RetakeTerms(DAY, 7 * DAY, 5)
MOS = RetakeTerms(DAY, 2 * DAY, None)
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(days: float) -> datetime:
    return FIRST + days * DAY


CASES = [
    ("nothing was tried", GENERAL, [], None),
    ("24 hours after the first failure", GENERAL, [(0, False)], at(1)),
    ("an attempt without a result counts as failed", GENERAL, [(0, None)], at(1)),
    ("what was passed has no wait", GENERAL, [(0, True)], None),
    ("nor what was passed in the end", GENERAL, [(0, False), (1, True)], None),
    ("14 days after the second", GENERAL, [(0, False), (1, False)], at(15)),
    ("7 days of MTA and MCE", MTA, [(0, False), (1, False)], at(8)),
    ("2 days of MOS", MOS, [(0, False), (1, False)], at(3)),
    ("in whatever order they are read", MTA, [(1, False), (0, False)], at(8)),
    ("MOS has no yearly limit", MOS, [(3 * n, False) for n in range(9)], at(26)),
    (
        "the sixth only 12 months after the first",
        MTA,
        [(0, False), (1, False), (8, False), (15, False), (22, False)],
        datetime(2027, 3, 2, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("terms", "tried", "expected"), [c[1:] for c in CASES], ids=lambda v: "")
def test_the_next_attempt(
    terms: RetakeTerms, tried: list[tuple[float, bool | None]], expected: datetime | None
) -> None:
    found = retake_after([Attempt(at(days), passed) for days, passed in tried], "UTC", terms)
    assert (found.allowed_at if found else None) == expected


@pytest.mark.parametrize(
    ("starts", "is_allowed"),
    [(at(1) - timedelta(minutes=1), False), (at(1), True), (at(-1), True), (at(0), True)],
)
def test_a_sitting_within_the_wait_is_refused_with_the_next_day(
    starts: datetime, is_allowed: bool
) -> None:
    attempts = [Attempt(FIRST, False)]
    if is_allowed:
        check_retake(attempts, starts, "Asia/Taipei", GENERAL)
        return
    with pytest.raises(SeatRefused) as refused:
        check_retake(attempts, starts, "Asia/Taipei", GENERAL)
    assert refused.value.rule == "A4"
    assert refused.value.reason == "retake_wait"
    assert "2026-03-03, 17:00" in str(refused.value)


def test_the_yearly_limit_is_named_as_such() -> None:
    attempts = [Attempt(at(days), False) for days in (0, 1, 8, 15, 22)]
    with pytest.raises(SeatRefused) as refused:
        check_retake(attempts, at(60), "UTC", MTA)
    assert refused.value.reason == "retake_limit"
