"""Use is counted by school, class, family and month, and by the days of each school."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import MCE_EXAM, Academy, make_academy, make_quota
from tests.support.making_reports import (
    CANCELLED,
    FAILED,
    NO_SHOW,
    PASSED,
    RESERVED,
    REVERSED,
    STARTED,
    make_class,
    make_sitting,
    make_students,
)
from vlms.academy.queries.use import SINGLE, Dimension, UseFilter, count_all, count_use
from vlms.academy.rules.use import Counts
from vlms.core.work import Work

ALL = UseFilter()
# 00:30 on 1 March in Taipei is still February in UTC.
MARCH_IN_TAIPEI = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
APRIL = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def play(work: Work) -> Academy:
    """A class of law in March with every outcome; somebody of management alone in April."""
    academy = make_academy(work)
    quota = make_quota(work, academy.pack, academy.law, 100)
    shared = make_quota(work, academy.pack, None, 100)
    people = make_students(work, academy.law, 7)
    of_class = make_class(work, academy.law, "Contracts 1", academy.term, people)
    outcomes = (PASSED, FAILED, STARTED, NO_SHOW, CANCELLED, REVERSED, RESERVED)
    make_sitting(
        work,
        academy,
        quota,
        list(zip(people, outcomes, strict=True)),
        starts_at=MARCH_IN_TAIPEI,
        of_class=of_class,
    )
    make_sitting(
        work,
        academy,
        shared,
        [(academy.other_student, PASSED)],
        starts_at=APRIL,
        school=academy.management,
        exam=MCE_EXAM,
    )
    return academy


LAW = Counts(candidates=5, reserved=1, delivered=3, no_shows=1, passed=1, failed=1)
MANAGEMENT = Counts(candidates=1, delivered=1, passed=1)


def test_each_side_counts_the_same_exams(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        play(work)
        found = {by: count_use(work.session, by, ALL) for by in Dimension}
        named = {by: {str(line.name): line.counts for line in found[by]} for by in Dimension}
    assert named[Dimension.SCHOOL] == {"School of Law": LAW, "School of Management": MANAGEMENT}
    assert named[Dimension.CLASS] == {"Contracts 1": LAW, str(SINGLE): MANAGEMENT}
    assert named[Dimension.FAMILY] == {"MCE": MANAGEMENT, "MOS": LAW}
    assert named[Dimension.MONTH] == {"2026-03-01": LAW, "2026-04-01": MANAGEMENT}


def test_a_month_is_that_of_the_day_at_the_school(app: Flask, clock: StillClock) -> None:
    """In Los Angeles the same instant is still in February."""
    with making(clock()) as work:
        academy = play(work)
        academy.management.time_zone = "America/Los_Angeles"
        quota = make_quota(work, academy.pack, academy.management, 10)
        make_sitting(
            work,
            academy,
            quota,
            [(academy.other_student, STARTED)],
            starts_at=MARCH_IN_TAIPEI,
            school=academy.management,
        )
        lines = count_use(work.session, Dimension.MONTH, ALL)
    assert [line.name for line in lines] == [
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 4, 1),
    ]
    assert [line.counts.delivered for line in lines] == [1, 3, 1]


def test_filters_narrow_by_days_school_and_pack(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
        march = UseFilter(date(2026, 3, 1), date(2026, 3, 31))
        assert count_all(work.session, march) == LAW
        assert count_all(work.session, UseFilter(None, date(2026, 2, 28))) == Counts()
        assert count_all(work.session, UseFilter(school_id=academy.management.id)) == MANAGEMENT
        assert count_all(work.session, UseFilter(pack_id=academy.pack.id)).delivered == 4
        assert count_all(work.session, UseFilter(pack_id=academy.law.id)) == Counts()


def test_a_candidate_of_two_classes_is_one_person(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        quota = make_quota(work, academy.pack, academy.law, 10)
        for title in ("One", "Two"):
            of_class = make_class(work, academy.law, title, academy.term)
            make_sitting(
                work,
                academy,
                quota,
                [(academy.student, STARTED)],
                starts_at=APRIL,
                of_class=of_class,
            )
        lines = count_use(work.session, Dimension.CLASS, ALL)
        assert [line.counts.candidates for line in lines] == [1, 1]
        assert count_all(work.session, ALL).candidates == 1


def test_a_coordinator_counts_the_own_school_alone(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
    with academy.coordinating(clock()) as work:
        for by in Dimension:
            lines = count_use(work.session, by, ALL)
            assert [line.counts for line in lines] == [LAW], by
