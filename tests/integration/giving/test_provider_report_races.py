"""Reports shuffled, repeated, and taken in while the desk records the same: nothing twice."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.holding import EXAM
from tests.support.making import EVERY_ROLE, making
from tests.support.provider_files import (
    ASSIGNED,
    Desk,
    counts_of,
    make_desk,
    queue,
    row,
    take,
    whole_state,
)
from tests.support.racing import race
from vlms.codes.models import Code, Outcome, Registration
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.outcomes import record_no_show
from vlms.codes.service.registering import Booking, register
from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.giving.models.provider_reports import ProviderReport
from vlms.giving.rules.report_words import Why

DAY = timedelta(days=1)
BOOKED, SAT = ASSIGNED + DAY, ASSIGNED + 10 * DAY
Row = tuple[str, ...]


def weeks_of(desk: Desk) -> list[Row]:
    """Three stories: moved and passed; cancelled, booked again and missed; cancelled late."""
    first, second, third = desk.texts
    return [
        row(first, "Registered", BOOKED, SAT),
        row(first, "Moved", BOOKED + DAY, SAT + DAY),
        row(first, "Delivered", SAT + DAY, SAT + DAY),
        row(first, "Pass", SAT + DAY, SAT + DAY, "Pass", "842"),
        row(second, "Registered", BOOKED, SAT),
        row(second, "Cancelled", BOOKED + DAY, SAT),
        row(second, "Registered", BOOKED + 2 * DAY, SAT + 2 * DAY),
        row(second, "No-show", SAT + 2 * DAY, SAT + 2 * DAY),
        row(third, "Registered", BOOKED, SAT),
        row(third, "Cancelled", SAT - timedelta(hours=3), SAT),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_repeated_rows_lead_to_the_same_state(
    app: Flask, clock: StillClock, seed: int
) -> None:
    desk = make_desk(3)
    rows, chance = weeks_of(desk), random.Random(seed)
    told = rows + chance.choices(rows, k=6)
    chance.shuffle(told)
    counts = counts_of(take(desk, told, clock()))
    assert (counts[0], counts[2], counts[3]) == (len(rows), 0, 0)
    reached = whole_state(desk, clock())
    assert [one[0] for one in reached] == [State.USED, State.FORFEITED, State.FORFEITED]
    for part in (chance.sample(rows, 5), rows[::-1], told):
        assert counts_of(take(desk, part, clock()))[0] == 0
    assert whole_state(desk, clock()) == reached
    assert queue(clock())[0].why is None


@pytest.mark.parametrize("seed", range(4))
def test_overlapping_weeks_lead_where_one_file_leads(
    app: Flask, clock: StillClock, seed: int
) -> None:
    desk = make_desk(3)
    rows, chance = sorted(weeks_of(desk), key=lambda told: told[5]), random.Random(seed)
    cut = chance.randrange(2, len(rows) - 2)
    for week in (rows[: cut + 2], rows[cut - 2 :], rows[: cut + 2]):
        take(desk, chance.sample(week, len(week)), clock())
    reached = whole_state(desk, clock())
    assert [one[0] for one in reached] == [State.USED, State.FORFEITED, State.FORFEITED]
    assert all(one.why is None for one in queue(clock()))
    assert reached[0][-1] == ("passed", "842")


def booked(clock: StillClock) -> Desk:
    desk = make_desk()
    with making(clock(), EVERY_ROLE) as work:
        code = get_code(work.session, desk.code_ids[0])
        register(work, code, Booking(EXAM, "Site", SAT), "desk", BOOKED)
    return desk


def at_the_desk(desk: Desk, clock: StillClock) -> str:
    with making(clock(), EVERY_ROLE) as work:
        record_no_show(work, get_code(work.session, desk.code_ids[0]), SAT)
    return "desk"


def by_report(desk: Desk, clock: StillClock, status: str) -> ProviderReport:
    return take(desk, [row(desk.texts[0], status, SAT, SAT)], clock())


def outcomes(desk: Desk) -> list[Outcome | None]:
    with reading(System("test")) as session:
        found = session.scalars(
            select(Registration).where(Registration.code_id == desk.code_ids[0])
        )
        return [one.outcome for one in found]


@pytest.mark.parametrize("status", ["No-show", "Delivered"])
def test_desk_and_report_at_once_record_one_outcome(
    app: Flask, clock: StillClock, status: str
) -> None:
    for _turn in range(4):
        with making(clock()) as work:
            slug = f"race-{_turn}-{status.lower()}"
        desk = make_desk(slug=slug)
        with making(clock(), EVERY_ROLE) as work:
            code = get_code(work.session, desk.code_ids[0])
            register(work, code, Booking(EXAM, "Site", SAT), "desk", BOOKED)
        results = race(
            app, [partial(at_the_desk, desk, clock), partial(by_report, desk, clock, status)]
        )
        (outcome,) = outcomes(desk)
        reports = [one for one in results if isinstance(one, ProviderReport)]
        assert len(reports) == 1
        changed, same, queued, _wrong = counts_of(reports[0])
        assert changed + same + queued == 1
        if status == "Delivered":
            assert (outcome is Outcome.USED) == (changed == 1)
        else:
            assert (outcome, queued) == (Outcome.NO_SHOW, 0)
    contradictions = {one.why for one in queue(clock())} - {None}
    assert contradictions <= {Why.CONTRADICTS}


def test_the_same_file_taken_in_by_two_at_once_counts_once(app: Flask, clock: StillClock) -> None:
    desk = make_desk(3)
    rows = weeks_of(desk)
    results = race(app, [partial(take, desk, rows, clock())] * 3)
    reports = [one for one in results if isinstance(one, ProviderReport)]
    assert len(reports) == 3
    assert sum(counts_of(one)[0] for one in reports) == len(rows)
    assert len(queue(clock())) == len(rows)


def test_a_twin_that_reads_first_and_writes_later_records_both(
    app: Flask, clock: StillClock
) -> None:
    """The negative control: without the guarded step one outcome silently replaces the other."""
    desk = booked(clock)
    meeting = Barrier(2, timeout=30)

    def unguarded(outcome: Outcome, state: State) -> bool:
        with reading(System("twin")) as session:
            code = session.get_one(Code, desk.code_ids[0])
            is_free = code.state is State.REGISTERED
        meeting.wait()
        with transaction(System("twin")) as session:
            made = session.scalars(
                select(Registration).where(Registration.code_id == desk.code_ids[0])
            ).one()
            made.outcome, made.is_open = outcome, False
            session.get_one(Code, desk.code_ids[0]).state = state
        return is_free

    results = race(
        app,
        [
            partial(unguarded, Outcome.NO_SHOW, State.FORFEITED),
            partial(unguarded, Outcome.USED, State.USED),
        ],
    )
    assert results == [True, True]
