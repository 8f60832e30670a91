"""K3: how many months are added up, and how long retired exams count, is dated data."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from vlms.core.term import add_months
from vlms.core.versions import Version
from vlms.partners.rules.figures import trailing_sum, trailing_until
from vlms.partners.rules.skills import CompetencyTerms, counts_until
from vlms.partners.terms import competency_terms, exam_counts_until, longest_after_retirement

# One in each month of 2025 and 2026.
MONTHS = {add_months(date(2025, 1, 1), n): Decimal(1) for n in range(24)}


@pytest.mark.parametrize(
    ("retires", "day", "counts"),
    [
        (None, "2030-01-01", True),
        ("2025-06-30", "2026-06-29", True),
        ("2025-06-30", "2026-06-30", False),
        ("2024-02-29", "2025-02-27", True),
        ("2024-02-29", "2025-02-28", False),
        ("2023-02-28", "2024-02-27", True),
        ("2023-02-28", "2024-02-28", False),
    ],
)
def test_a_retired_exam_counts_for_twelve_more_months_k3(
    retires: str | None, day: str, counts: bool
) -> None:
    retired, asked = date.fromisoformat(retires) if retires else None, date.fromisoformat(day)
    until = exam_counts_until(retired)
    assert (until is None or asked <= until) is counts


@pytest.mark.parametrize(
    ("retires", "months", "last"),
    [
        ("2024-02-29", 12, "2025-02-27"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2025-08-31", 6, "2026-02-27"),
        ("2025-06-30", 0, "2025-06-29"),
    ],
)
def test_how_many_months_is_told_and_not_known_k3(retires: str, months: int, last: str) -> None:
    assert counts_until(date.fromisoformat(retires), months) == date.fromisoformat(last)


@pytest.mark.parametrize(("count", "total"), [(12, 12), (6, 6), (18, 14)])
def test_so_many_whole_months_before_the_day_s_own_are_added_up_k3(count: int, total: int) -> None:
    assert trailing_sum(MONTHS, date(2026, 3, 15), count) == total
    # The same as of the last of them.
    assert trailing_until(MONTHS, date(2026, 2, 1), count) == total


def test_the_shipped_numbers_hold_from_the_beginning_with_their_source_k3() -> None:
    for day in (date(2016, 1, 1), date(2026, 7, 1)):
        version = competency_terms(day)
        assert (version.terms.trailing_months, version.terms.retired_months) == (12, 12)
        assert version.source.startswith("K3")


def test_an_exam_counts_by_the_version_of_the_day_on_which_it_retires_k3() -> None:
    versions = [
        Version("1", None, "K3", CompetencyTerms(trailing_months=12, retired_months=12)),
        Version("2", date(2027, 1, 1), "K3", CompetencyTerms(trailing_months=6, retired_months=3)),
    ]
    assert exam_counts_until(date(2026, 12, 31), versions) == date(2027, 12, 30)
    assert exam_counts_until(date(2027, 1, 1), versions) == date(2027, 3, 31)
    trailing = [competency_terms(date(2026 + n, 12, 31), versions).terms for n in range(2)]
    assert [one.trailing_months for one in trailing] == [12, 6]


def test_every_version_has_a_first_day_and_a_source_and_the_longest_is_the_longest() -> None:
    text = (files("vlms.partners") / "data" / "competency_terms.json").read_text("utf-8")
    versions = json.loads(text)["versions"]
    assert versions[0]["valid_from"] is None
    assert all(one["source"] and one["name"] for one in versions)
    assert longest_after_retirement() == max(one["retired_months"] for one in versions)
