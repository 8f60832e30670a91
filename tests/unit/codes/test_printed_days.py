"""Days as providers print them beside their codes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.printed_days import read_printed_day

DAY = date(2026, 9, 30)


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        datetime(2026, 9, 30, 23, 59),
        "2026-09-30",
        " 2026/9/30 ",
        "2026.09.30",
        "2026年9月30日",
        "2026-09-30 00:00:00",
        "2026-09-30T23:59:59Z",
        "30/09/2026",
        "9/30/2026",
        "9/30/2026 0:00",
    ],
)
def test_a_day_is_read_in_whatever_form_it_is_printed(cell: str | date) -> None:
    assert read_printed_day(cell) == DAY


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_prints_no_day(cell: str | None) -> None:
    assert read_printed_day(cell) is None


def test_equal_day_and_month_read_as_one_day_only() -> None:
    assert read_printed_day("04/04/2026") == date(2026, 4, 4)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("03/04/2026", "code_day_ambiguous"),
        ("2026-02-30", "code_day_unreadable"),
        ("31/31/2026", "code_day_unreadable"),
        ("soon", "code_day_unreadable"),
        ("2026-09-301", "code_day_unreadable"),
        (Decimal(46295), "code_day_unreadable"),
    ],
)
def test_what_is_no_day_or_two_is_refused(cell: str | Decimal, reason: str) -> None:
    with pytest.raises(BadCodeText) as refusal:
        read_printed_day(cell)
    assert (refusal.value.reason, refusal.value.field) == (reason, "last_day")
