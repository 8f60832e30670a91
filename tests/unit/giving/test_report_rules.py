"""Reading a provider's row, and what it does to a code however that stands (C3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.codes.rules.appointment import AppointmentTerms
from vlms.codes.rules.lifecycle import State
from vlms.core.text import _
from vlms.exports.days import DayOrder, read_file_moment
from vlms.exports.mapping import FromColumn, guess_mapping
from vlms.giving.rules.report_conflicts import find_contradictions, in_order
from vlms.giving.rules.report_rows import Candidate, Reading, ToldRow, read_report_row
from vlms.giving.rules.report_standing import Standing, after
from vlms.giving.rules.report_verdicts import judge
from vlms.giving.rules.report_words import (
    FIELDS,
    ExamResult,
    Fate,
    Happening,
    Why,
    happening_of,
    result_of,
)
from vlms.giving.rules.request_limits import Limit, limit_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE, END = NOW - 20 * DAY, NOW + 200 * DAY
TERMS = AppointmentTerms()
HOW = Reading(DayOrder.DAY_FIRST, "Asia/Taipei", NOW)


def told(
    happening: Happening, days: float, starts: float | None = None, **facts: object
) -> ToldRow:
    own = {"exam": "MCP-100", "last4": "AAAA", "candidate": Candidate(), **facts}
    starts_at = None if starts is None else SINCE + starts * DAY
    happened_at = SINCE + days * DAY
    return ToldRow(2, happening, happened_at, starts_at=starts_at, **own)  # type: ignore[arg-type]


def fresh(state: State = State.ASSIGNED) -> Standing:
    return Standing(state, SINCE, END)


def run(rows: list[ToldRow], standing: Standing | None = None) -> Standing:
    found = standing or fresh()
    for row in in_order(rows):
        found = after(found, judge(row, found, NOW, TERMS))
    return found


@pytest.mark.parametrize(
    ("typed", "happening"),
    [
        ("Registered", Happening.REGISTERED),
        ("RE-SCHEDULED", Happening.MOVED),
        ("Rescheduled", Happening.MOVED),
        ("No Show", Happening.NO_SHOW),
        ("缺考", Happening.NO_SHOW),
        ("改期", Happening.MOVED),
        ("Canceled by candidate", Happening.CANCELLED),
        ("考試中心取消", Happening.CANCELLED_BY_PROVIDER),
        ("不及格", Happening.DELIVERED),
        ("PASS", Happening.DELIVERED),
        ("lost", None),
    ],
)
def test_statuses_are_known_in_both_languages(typed: str, happening: Happening | None) -> None:
    assert happening_of(typed) is happening


@pytest.mark.parametrize(
    "headings",
    [
        ("Voucher Code", "Candidate Name", "Exam Number", "Appointment Date", "Status", "Score"),
        ("考試券代碼", "考生姓名", "考試代號", "考試時間", "狀態", "成績"),
    ],
)
def test_headings_are_guessed_in_both_languages(headings: tuple[str, ...]) -> None:
    found = guess_mapping(FIELDS, headings)
    keys = ("code", "name", "exam", "starts", "status", "score")
    assert {key: found.get(key) for key in keys} == {
        key: FromColumn(place) for place, key in enumerate(keys)
    }


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("2026-02-20 14:30", 6),
        ("20/02/2026 2:30 PM", 6),
        ("2026/2/20 14:30:59", 6),
        ("115/2/20 14:30", 6),
        ("2026-02-20T14:30:00Z", 14),
        ("2026-02-20T14:30+02:00", 12),
        ("２０２６-02-20 14:30", 6),
    ],
)
def test_moments_are_read_in_their_zone(typed: str, hour: int) -> None:
    found = read_file_moment(typed, DayOrder.DAY_FIRST, "Asia/Taipei", _("Appointment"))
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 2, 20, hour, 30, tzinfo=UTC)


def test_a_wrong_row_names_each_column_and_what_would_be_right() -> None:
    mapping = {key: FromColumn(n) for n, key in enumerate(("code", "status", "starts", "happened"))}
    cells = ("é", "Lost", "yesterday", "2099-01-01 10:00")
    row, faults = read_report_row(7, cells, mapping, HOW)
    assert row is None
    assert {fault.field for fault in faults} == {"code", "status", "starts"}
    assert all(str(fault).startswith("Row 7: ") and fault.way_out for fault in faults)
    assert "é" not in " ".join(str(fault) for fault in faults)
    row, faults = read_report_row(8, ("ABCD1234", "Absent", "", "2099-01-01 10:00"), mapping, HOW)
    assert [fault.field for fault in faults] == ["happened"]


STORY = [
    told(Happening.REGISTERED, 1, 10),
    told(Happening.MOVED, 2, 11),
    told(Happening.CANCELLED, 3, 11),
    told(Happening.REGISTERED, 4, 12),
    told(Happening.DELIVERED, 12, 12),
    told(Happening.DELIVERED, 12, 12, result=ExamResult.PASSED, score="842"),
]


@settings(max_examples=150)
@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=6))
def test_any_order_and_any_repetition_lead_to_the_same_standing(
    rows: list[ToldRow], repeated: list[ToldRow]
) -> None:
    reached = run([*rows, *repeated])
    assert reached == run(STORY)
    assert (reached.state, reached.result) == (State.USED, (ExamResult.PASSED, "842"))
    assert all(judge(row, reached, NOW, TERMS).fate is Fate.SAME for row in rows)


@settings(max_examples=60)
@given(st.data())
def test_weeks_that_overlap_lead_where_one_file_leads(data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(STORY) - 1))
    first, second = STORY[: cut + 1], STORY[cut - 1 :]
    assert run(second, run(first)) == run(STORY)
    assert run(first, run(second, run(first))) == run(STORY)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.VOID, Why.VOID),
        (State.AVAILABLE, Why.NOT_ASSIGNED),
        (State.RESERVED, Why.NOT_ASSIGNED),
        (State.USED, Why.CONTRADICTS),
        (State.FORFEITED, Why.CONTRADICTS),
    ],
)
def test_a_booking_of_a_code_that_is_not_assigned_waits(state: State, why: Why) -> None:
    assert judge(told(Happening.REGISTERED, 1, 10), fresh(state), NOW, TERMS).why is why


def test_passed_and_failed_and_missed_and_taken_contradict_each_other() -> None:
    rows = [
        told(Happening.DELIVERED, 12, 12, result=ExamResult.PASSED),
        told(Happening.DELIVERED, 12, 12, result=ExamResult.FAILED),
    ]
    numbered = [(ToldRow(**{**vars(row), "number": n}), "code") for n, row in enumerate(rows)]
    assert set(find_contradictions(numbered)) == {0, 1}
    apart = [(row, str(n)) for n, (row, _code) in enumerate(numbered)]
    assert find_contradictions(apart) == {}


def test_a_score_that_differs_from_the_one_that_is_kept_waits() -> None:
    reached = run(STORY)
    other = told(Happening.DELIVERED, 12, 12, result=ExamResult.FAILED)
    assert judge(other, reached, NOW, TERMS).why is Why.CONTRADICTS


def test_a_department_s_own_limit_counts_before_that_for_all_and_the_latest_first() -> None:
    limits = [Limit("", 2024, 9), Limit("", 2026, 5), Limit("Sales", 2025, None)]
    found = [limit_for(limits, name, year) for name, year in (("IT", 2025), ("IT", 2027))]
    assert [one and one.most for one in found] == [9, 5]
    assert limit_for(limits, "Sales", 2026) == Limit("Sales", 2025, None)
    assert limit_for(limits, "Sales", 2023) is None


def test_results_are_known_in_both_languages() -> None:
    assert [result_of(word) for word in ("通過", "FAIL", "?")] == [
        ExamResult.PASSED,
        ExamResult.FAILED,
        None,
    ]
