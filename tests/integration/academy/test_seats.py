"""Seats are started, missed, cancelled, reversed; sittings moved; races for both (A2, A4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    MCE_EXAM,
    Academy,
    Lesson,
    make_place,
    make_site,
)
from tests.support.making_sittings import (
    AT,
    make_scene,
    only_refusal,
    plan_of,
    quota_now,
    refusal_of,
    schedule,
    seats_of,
)
from tests.support.racing import race, winners
from vlms.academy.errors import SeatRefused
from vlms.academy.models.sittings import Sitting
from vlms.academy.queries.sittings import Look, get_sitting
from vlms.academy.rules.identity import Identity
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service import identifying, results, scheduling, seats
from vlms.academy.service.results import Result
from vlms.accounts.models import Person, PlaceRole
from vlms.core import scope
from vlms.core.errors import DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update
from vlms.core.work import Actor, Work


def test_the_gate_and_the_roster_are_asked_again_at_the_start(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    clock.set(AT)
    (seat,) = seats_of(clock, sitting)
    with making(clock()) as work:
        work.session.merge(academy.site).closed_at = clock()
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    assert (refused.value.rule, refused.value.reason) == ("A1", "site_closed")
    with making(clock()) as work:
        work.session.merge(academy.site).closed_at = None
        work.session.get_one(Person, lesson.students[0].id).left_at = clock()
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    assert only_refusal(refused.value) == ("A2", "left")
    assert quota_now(clock, lesson.quota) == (1, 0)


def test_nothing_starts_before_name_account_and_consent(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    with academy.coordinating(clock()) as work:
        sitting = scheduling.schedule(work, plan_of(academy, lesson))
    clock.set(AT)
    (seat,) = seats_of(clock, sitting)
    for identity, reason in (
        (Identity(None, None), "legal_name_missing"),
        (Identity("WANG", None), "provider_account_missing"),
        (Identity("WANG", "w", is_minor=True), "consent_on_missing"),
    ):
        with academy.coordinating(clock()) as work:
            identifying.correct(work, sitting.id, {seat.id: identity})
        with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
            seats.start(work, sitting.id, [seat.id])
        assert only_refusal(refused.value) == ("A2", reason)
    with academy.coordinating(clock()) as work:
        consented = Identity("WANG", "w", True, date(2026, 3, 10))
        identifying.correct(work, sitting.id, {seat.id: consented})
        seats.start(work, sitting.id, [seat.id])


def test_no_show_and_cancelled_seats_go_back(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 3)
    sitting = schedule(clock, academy, lesson)
    first, second, third = seats_of(clock, sitting)
    with academy.coordinating(clock()) as work:
        seats.cancel(work, sitting.id, [first.id], "ill")
    assert quota_now(clock, lesson.quota) == (2, 0)
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.no_show(work, sitting.id, [second.id])
    assert refused.value.reason == "no_show_too_early"
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.no_show(work, sitting.id, [second.id])
        seats.start(work, sitting.id, [third.id])
    assert quota_now(clock, lesson.quota) == (0, 1)


def test_a_result_keeps_a_start_and_a_start_without_one_is_reversed(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    with academy.coordinating(clock()) as work:
        results.record_results(work, sitting.id, {seat.id: Result(650, False)})
        assert results.retakes_of(work.session, work.session.get_one(Sitting, sitting.id))
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "wrong person")
    assert refused.value.reason == "reversal_has_result"
    with academy.coordinating(clock()) as work:
        results.record_results(work, sitting.id, {seat.id: Result(None, None)})
        seats.reverse(work, sitting.id, seat.id, "wrong person")
    assert quota_now(clock, lesson.quota) == (0, 0)
    with pytest.raises(DomainError), academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "again")


def test_a_start_is_not_reversed_after_the_limit(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    clock.move(days=8)
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "late")
    assert refused.value.reason == "reversal_late"
    assert quota_now(clock, lesson.quota) == (0, 1)


def test_a_failed_exam_waits(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    refusal = refusal_of(clock, academy, plan_of(academy, lesson, starts_at=AT + timedelta(days=5)))
    assert only_refusal(refusal) == ("A4", "seat_held")
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
        results.record_results(work, sitting.id, {seat.id: Result(500, False)})
    early = plan_of(academy, lesson, starts_at=AT + timedelta(hours=23))
    assert only_refusal(refusal_of(clock, academy, early)) == ("A4", "retake_wait")
    schedule(clock, academy, lesson, starts_at=AT + timedelta(hours=24))
    other = plan_of(academy, lesson, starts_at=AT + timedelta(hours=1), exam_number=MCE_EXAM)
    with academy.coordinating(clock()) as work:
        scheduling.schedule(work, other)


def test_a_sitting_is_moved_with_all_its_seats(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    later = AT + timedelta(days=3)
    with academy.coordinating(clock()) as work:
        scheduling.move_sitting(work, sitting.id, later, academy.site.id)
    assert {seat.starts_at for seat in seats_of(clock, sitting)} == {later}
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        out = datetime(2027, 3, 1, tzinfo=UTC)
        scheduling.move_sitting(work, sitting.id, out, academy.site.id)
    assert refused.value.reason in ("outside_pack", "not_valid")


def test_nothing_is_done_in_a_sitting_that_was_moved_since_it_was_read(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with making(clock()) as work:
        shut = make_site(work, academy.organisation, "Shut hall", ticked=[])
    steps: list[Callable[[Work], object]] = [
        lambda work: seats.start(work, sitting.id, [seat.id]),
        lambda work: seats.no_show(work, sitting.id, [seat.id]),
        lambda work: seats.cancel(work, sitting.id, [seat.id], "ill"),
    ]
    for step in steps:
        with pytest.raises(SeatRefused) as refused, academy.coordinating(clock()) as work:
            read = get_sitting(Look(work.session, work.actor, work.now), sitting.id)
            # What somebody else commits between the reading and the step.
            guarded_update(work.session, Sitting, Sitting.id == read.id, site_id=shut.id)
            step(work)
        assert refused.value.reason == "sitting_moved"


def test_a_cancelled_sitting_gives_all_back(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    with academy.coordinating(clock()) as work:
        scheduling.cancel_sitting(work, sitting.id, "storm")
    assert quota_now(clock, lesson.quota) == (0, 0)
    assert {seat.reason for seat in seats_of(clock, sitting)} == {"storm"}
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        scheduling.cancel_sitting(work, sitting.id, "again")
    assert refused.value.reason == "sitting_closed"


def teaching(academy: Academy, lesson: Lesson, now: datetime) -> Any:
    actor = Actor("Tea", lesson.teacher_user.id, academy.organisation.id, frozenset({Role.TEACHER}))
    limited = scope.Organisation(academy.organisation.id, None, frozenset({academy.law.id}))
    return making(now, actor, limited)


def test_a_teacher_delivers_own_classes_and_what_they_stand_in_for(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    with making(clock()) as work:
        stranger = make_place(work, academy.law, "Ted Stranger", PlaceRole.FACULTY)
        user = academy.other_coordinator
        stranger.user_id = user.id
    actor = Actor("Ted", user.id, academy.organisation.id, frozenset({Role.TEACHER}))
    limited = scope.Organisation(academy.organisation.id, None, frozenset({academy.law.id}))
    clock.set(AT)
    with pytest.raises(NotFound), making(clock(), actor, limited) as work:
        seats.start(work, sitting.id, [seat.id])
    with academy.coordinating(clock()) as work:
        scheduling.staff_sitting(work, sitting.id, "R1", None, stranger.id)
    with making(clock(), actor, limited) as work:
        identifying.correct(work, sitting.id, {seat.id: Identity("WANG", "w")})
    with teaching(academy, lesson, clock()) as work:
        seats.start(work, sitting.id, [seat.id])
        with pytest.raises(Forbidden):
            seats.reverse(work, sitting.id, seat.id, "no")
        with pytest.raises(Forbidden):
            scheduling.schedule(work, plan_of(academy, lesson))


def test_of_many_who_start_a_seat_one_does(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)

    def begin() -> bool:
        with academy.administering(clock()) as work:
            seats.start(work, sitting.id, [seat.id])
        return True

    def cancel() -> bool:
        with academy.administering(clock()) as work:
            seats.cancel(work, sitting.id, [seat.id], "no")
        return True

    assert len(winners(race(app, [begin, begin, begin, cancel, cancel]))) == 1
    (ended,) = seats_of(clock, sitting)
    used = 1 if ended.state is SeatState.STARTED else 0
    assert quota_now(clock, lesson.quota) == (0, used)


def test_of_many_who_schedule_a_person_one_does(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)

    def ask() -> bool:
        with academy.administering(clock()) as work:
            scheduling.schedule(work, plan_of(academy, lesson))
        return True

    assert len(winners(race(app, [ask] * 4))) == 1
    assert quota_now(clock, lesson.quota) == (1, 0)
