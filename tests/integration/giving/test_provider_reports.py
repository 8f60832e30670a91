"""Exam providers' reports: matched by code, counted by when it happened, never twice (C3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import OTHER_EXAM
from tests.support.making import EVERY_ROLE, making
from tests.support.provider_files import (
    ASSIGNED,
    HEADINGS,
    PROVIDER,
    Desk,
    counts_of,
    make_desk,
    queue,
    report_of,
    row,
    take,
    whole_state,
)
from vlms.codes.models import Code, Outcome
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.outcomes import record_no_show
from vlms.codes.service.registering import Booking, register
from vlms.codes.service.replacing import replace
from vlms.core.errors import BadInput
from vlms.giving.models.provider_reports import RowState
from vlms.giving.queries.provider_reports import find_mapping
from vlms.giving.rules.report_words import Why
from vlms.giving.service.report_files import columns_of, remember_columns

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOOKED, SAT = ASSIGNED + DAY, ASSIGNED + 10 * DAY


def state_of(desk: object, now: object, place: int = 0) -> State:
    with making(now) as work:  # type: ignore[arg-type]
        return get_code(work.session, desk.code_ids[place]).state  # type: ignore[attr-defined]


def test_rows_in_any_order_register_move_and_use_a_code(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    code = desk.texts[0]
    rows = [
        row(code, "Pass", SAT + DAY, SAT + DAY, "", "842"),
        row(code, "Rescheduled", BOOKED + DAY, SAT + DAY),
        row(code, "Registered", BOOKED, SAT),
    ]
    report = take(desk, rows, clock())
    assert counts_of(report) == (3, 0, 0, 0)
    ((state, ended_at, booked, score),) = whole_state(desk, clock())
    assert (state, ended_at) == (State.USED, SAT + DAY)
    assert booked == ("MCP-100", SAT + DAY, False, Outcome.USED, SAT + DAY)
    assert score == ("passed", "842")


def test_the_same_file_again_and_the_next_week_s_that_repeats_it_change_nothing_twice(
    app: Flask, clock: StillClock
) -> None:
    desk = make_desk(2)
    first, second = desk.texts
    week = [row(first, "Registered", BOOKED, SAT), row(second, "Registered", BOOKED, SAT)]
    take(desk, week, clock())
    before = whole_state(desk, clock())
    assert counts_of(take(desk, week, clock())) == (0, 2, 0, 0)
    assert whole_state(desk, clock()) == before
    later = [*week, row(first, "No-show", SAT, SAT), row(first, "No-show", SAT, SAT)]
    assert counts_of(take(desk, later, clock())) == (1, 3, 0, 0)
    assert [found[0] for found in whole_state(desk, clock())] == [State.FORFEITED, State.REGISTERED]


def test_an_outcome_without_a_booking_makes_both(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    take(desk, [row(desk.texts[0], "Delivered", SAT, SAT)], clock())
    ((state, _ended, booked),) = whole_state(desk, clock())
    assert (state, booked[3]) == (State.USED, Outcome.USED)  # type: ignore[index]


def test_a_booking_told_after_its_outcome_changes_nothing(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    take(desk, [row(desk.texts[0], "Delivered", SAT, SAT)], clock())
    before = whole_state(desk, clock())
    late = [
        row(desk.texts[0], "Registered", BOOKED, SAT - DAY),
        row(desk.texts[0], "Moved", BOOKED + DAY, SAT),
    ]
    assert counts_of(take(desk, late, clock())) == (0, 2, 0, 0)
    assert whole_state(desk, clock()) == before


@pytest.mark.parametrize(
    ("notice", "state"), [(24 * HOUR, State.ASSIGNED), (23 * HOUR, State.FORFEITED)]
)
def test_a_cancellation_counts_by_when_it_happened(
    app: Flask, clock: StillClock, notice: timedelta, state: State
) -> None:
    desk = make_desk()
    code = desk.texts[0]
    rows = [row(code, "Cancelled", SAT - notice, SAT), row(code, "Registered", BOOKED, SAT)]
    take(desk, rows, clock())
    assert state_of(desk, clock()) is state


def test_the_provider_s_own_cancellation_costs_no_code(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    code = desk.texts[0]
    rows = [row(code, "已報名", BOOKED, SAT), row(code, "考場取消", SAT - HOUR, SAT)]
    take(desk, rows, clock())
    assert state_of(desk, clock()) is State.ASSIGNED


def test_rows_that_contradict_each_other_are_both_refused(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    code = desk.texts[0]
    rows = [
        row(code, "Registered", BOOKED, SAT),
        row(code, "No-show", SAT, SAT),
        row(code, "Delivered", SAT, SAT),
    ]
    assert counts_of(take(desk, rows, clock())) == (1, 0, 0, 2)
    assert state_of(desk, clock()) is State.REGISTERED


def test_what_the_desk_recorded_already_is_the_same(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    with making(clock(), EVERY_ROLE) as work:
        code = get_code(work.session, desk.code_ids[0])
        register(work, code, Booking("MCP-100", "Site", SAT), "desk", BOOKED)
        record_no_show(work, code, SAT)
    rows = [row(desk.texts[0], "Registered", BOOKED, SAT), row(desk.texts[0], "Absent", SAT, SAT)]
    assert counts_of(take(desk, rows, clock())) == (0, 2, 0, 0)
    opposite = [row(desk.texts[0], "Pass", SAT, SAT)]
    assert counts_of(take(desk, opposite, clock())) == (0, 0, 1, 0)
    assert [one.why for one in queue(clock())] == [Why.CONTRADICTS]


def test_what_does_not_match_waits_with_its_reason(app: Flask, clock: StillClock) -> None:
    desk = make_desk(6)
    known = desk.texts
    with making(clock(), EVERY_ROLE) as work:
        replace(work, get_code(work.session, desk.code_ids[4]), "CASE-1")
    rows = [
        row("WXYZ-0000-1111", "Registered", BOOKED, SAT),
        row(known[0], "Registered", BOOKED, SAT, who="Somebody Else"),
        row(known[1], "Registered", BOOKED, SAT, exam=OTHER_EXAM),
        row(known[2], "Registered", BOOKED, START + 400 * DAY),
        row(known[3], "Registered", ASSIGNED - DAY, SAT),
        row(known[4], "Registered", BOOKED, SAT),
        row(known[5], "Registered", BOOKED, SAT),
        row(known[5], "Registered", BOOKED + DAY, SAT + DAY),
    ]
    assert counts_of(take(desk, rows, clock())) == (1, 0, 7, 0)
    waiting = {one.row_number: one.why for one in queue(clock()) if one.state is RowState.WAITING}
    assert waiting == {
        2: Why.UNKNOWN_CODE,
        3: Why.WRONG_PERSON,
        4: Why.WRONG_EXAM,
        5: Why.AFTER_EXPIRY,
        6: Why.BEFORE_ASSIGNMENT,
        7: Why.VOID,
        9: Why.OTHER_APPOINTMENT,
    }


def test_what_happened_too_long_ago_waits_and_a_day_less_does_not(
    app: Flask, clock: StillClock
) -> None:
    desk = make_desk(2)
    now = SAT + 30 * DAY + HOUR
    clock.set(now)
    rows = [
        row(desk.texts[0], "Delivered", SAT, SAT),
        row(desk.texts[1], "Delivered", SAT + 2 * HOUR, SAT + 2 * HOUR),
    ]
    assert counts_of(take(desk, rows, now)) == (1, 0, 1, 0)
    assert [one.why for one in queue(now)] == [Why.TOO_OLD, None]


def test_what_happened_before_the_end_is_recorded_after_it(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    with making(clock()) as work:
        work.session.get_one(Code, desk.code_ids[0]).expires_at = SAT + HOUR
    take(desk, [row(desk.texts[0], "Delivered", SAT, SAT)], clock())
    assert state_of(desk, clock()) is State.USED


def test_last_symbols_and_a_candidate_name_a_code_too(app: Flask, clock: StillClock) -> None:
    desk = make_desk(2)
    headings = ("last 4", "Candidate", "Exam", "Appointment", "Status")
    shared = (desk.texts[1][-4:], desk.names[1], "MCP-100 Networking", "2026-02-20 10:00", "Passed")
    take(desk, [shared], clock(), headings=headings)
    assert state_of(desk, clock(), 1) is State.USED
    assert state_of(desk, clock(), 0) is State.ASSIGNED


def test_no_row_that_is_kept_holds_its_code(app: Flask, clock: StillClock) -> None:
    desk = make_desk()
    rows = [row(desk.texts[0], "Registered", BOOKED, SAT), row("WXYZ00001111", "Pass", SAT, SAT)]
    take(desk, rows, clock())
    for kept in queue(clock()):
        told = repr(vars(kept))
        assert desk.texts[0] not in told
        assert "WXYZ00001111" not in told
        assert kept.last4 in (desk.texts[0][-4:], "1111")


@pytest.mark.parametrize("place", [1, 7])
def test_a_code_in_another_cell_is_kept_nowhere(app: Flask, clock: StillClock, place: int) -> None:
    desk = make_desk(2)
    cells = list(row(desk.texts[0], "Delivered", SAT, SAT))
    cells[place] = f"({desk.texts[0]})"
    others = list(row("", "Registered", BOOKED, SAT))
    others[1] = desk.texts[1]
    report = take(desk, [cells, others], clock())
    assert counts_of(report) == (0, 0, 0, 2)
    assert queue(clock()) == []


@pytest.mark.parametrize(
    "first",
    [None, "A1B2C3D4E5F6G7H8", "abcd-efg7-hjk9-mnpq", "1234 5678 9012 3456", "WXYZABCDEFGH"],
)
def test_codes_where_headings_should_be_are_not_remembered(
    app: Flask, clock: StillClock, first: str | None
) -> None:
    desk = make_desk(1)
    place = first or desk.texts[0]
    below = "MNPQRSTVWXYZ" if first else desk.texts[0]
    with pytest.raises(BadInput) as refused:
        remember(desk, place, below, clock)
    assert refused.value.reason == "no_headings"
    assert place not in str(refused.value)
    with making(clock()) as work:
        assert find_mapping(work.session, desk.operator_id, PROVIDER) is None


@pytest.mark.parametrize(
    "heading", ["Voucher code", "access code", "考試券代碼", "No. 12", "Code 2"]
)
def test_what_could_be_no_code_is_remembered_as_a_heading(
    app: Flask, clock: StillClock, heading: str
) -> None:
    desk = make_desk(1)
    below = "ABCDEFGHKM" if heading == "access code" else desk.texts[0]
    remember(desk, heading, below, clock)
    with making(clock()) as work:
        kept = find_mapping(work.session, desk.operator_id, PROVIDER)
        assert kept is not None
        assert kept.columns["code"] == heading


def remember(desk: Desk, heading: str, below: str, clock: StillClock) -> None:
    found = report_of([row(below, "Registered", BOOKED, SAT)], (heading, *HEADINGS[1:]))
    usual = report_of([row("", "", BOOKED)])
    with making(clock()) as work:
        columns = columns_of(work.session, desk.operator_id, usual, "UTC")
        remember_columns(work, desk.operator_id, found, columns)
