"""R1, R2, R4: all times that passes alone have earned, whatever was entered beside them."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.certifications.errors import RenewalRefused
from vlms.certifications.rules.activity import Life, check_active
from vlms.certifications.rules.earning import Needs, Span, earned_on, earned_spans
from vlms.certifications.terms import renewal_terms
from vlms.core.term import add_months


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_year(first: date) -> date:
    return add_months(first, 12)


def spans(needs: Needs, fixed: list[Span], **passes: list[str]) -> list[str]:
    days = {number: [day(one) for one in listed] for number, listed in passes.items()}
    return [str(one.first) for one in earned_spans(needs, days, fixed, a_year)]


@pytest.mark.parametrize(
    ("passed", "earned"),
    [
        ([], []),
        (["2024-06-01"], ["2024-06-01"]),
        (["2024-06-01", "2025-06-01"], ["2024-06-01"]),
        (["2024-06-01", "2025-06-02"], ["2024-06-01", "2025-06-02"]),
        (["2025-06-02", "2023-08-01", "2024-06-01"], ["2023-08-01", "2025-06-02"]),
    ],
)
def test_passing_while_it_is_held_earns_nothing_r2(passed: list[str], earned: list[str]) -> None:
    assert spans(Needs(["A"]), [], A=passed) == earned


def test_what_was_entered_or_renewed_stands_and_passes_within_it_earn_nothing_r4() -> None:
    renewed = Span(day("2024-01-01"), day("2026-01-01"))
    assert spans(Needs(["A"]), [renewed], A=["2025-06-01"]) == []
    assert spans(Needs(["A"]), [renewed], A=["2025-06-01", "2026-02-01"]) == ["2026-02-01"]
    assert spans(Needs(["A"]), [Span(day("2024-01-01"), None)], A=["2026-02-01"]) == []
    # One that would end within what was entered later is not made beside it.
    assert spans(Needs(["A"]), [renewed], A=["2023-06-01"]) == []


@pytest.mark.parametrize(
    ("held", "earned"),
    [
        ([], None),
        ([Span(day("2023-01-01"), day("2024-05-31"))], None),
        ([Span(day("2023-01-01"), day("2024-06-01"))], "2024-06-01"),
        ([Span(day("2024-09-01"), day("2025-09-01"))], "2024-09-01"),
        ([Span(day("2024-09-01"), None), Span(day("2024-07-01"), None)], "2024-07-01"),
    ],
)
def test_a_prerequisite_is_held_on_the_day_r4(held: list[Span], earned: str | None) -> None:
    found = earned_on(Needs(["B"], held), {"B": [day("2024-06-01")]}, None)
    assert found == (day(earned) if earned else None)


def test_nothing_is_earned_after_its_retirement_r1() -> None:
    retired = Needs(["A"], retires_on=day("2024-06-01"))
    assert earned_on(retired, {"A": [day("2024-06-01")]}, None) == day("2024-06-01")
    assert earned_on(retired, {"A": [day("2024-06-02")]}, None) is None


@pytest.mark.parametrize(
    ("life", "on", "reason"),
    [
        (Life(None, day("2025-03-31")), "2025-03-31", None),
        (Life(None, day("2025-03-31")), "2025-04-01", "retired"),
        (Life(day("2025-01-31"), None), "2025-07-31", "too_new"),
        (Life(day("2025-01-31"), None), "2025-08-01", None),
        (Life(day("2024-08-31"), None), "2025-02-28", "too_new"),
        (Life(day("2024-08-31"), None), "2025-03-01", None),
    ],
)
def test_only_an_active_one_of_more_than_six_months_is_renewed_r1(
    life: Life, on: str, reason: str | None
) -> None:
    version = renewal_terms(day(on))
    if reason is None:
        check_active(life, day(on), version)
        return
    with pytest.raises(RenewalRefused) as caught:
        check_active(life, day(on), version)
    assert (caught.value.rule, caught.value.reason) == ("R1", reason)
    assert f"version {version.name}" in str(caught.value)
