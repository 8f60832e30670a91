"""Candidates are added to a planned sitting with all that scheduling asks (A1, A2, A4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, Lesson, make_place
from tests.support.making_schools import make_member_of_class
from tests.support.making_sittings import (
    AT,
    make_scene,
    only_refusal,
    quota_now,
    schedule,
    seats_of,
)
from tests.support.racing import race, winners
from vlms.academy.cli import academy as commands
from vlms.academy.errors import SomeRefused
from vlms.academy.models.roster import ClassRole
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.identity import Identity
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service import identifying, results, scheduling, seats
from vlms.academy.service.adding import add_candidates
from vlms.academy.service.results import Result
from vlms.accounts.models import Person
from vlms.core import scope
from vlms.core.errors import DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.work import Actor


def add(clock: StillClock, academy: Academy, sitting: Sitting, *people: Person) -> None:
    with academy.coordinating(clock()) as work:
        add_candidates(work, sitting.id, [person.id for person in people])


def refusal(clock: StillClock, academy: Academy, sitting: Sitting, *people: Person) -> DomainError:
    with pytest.raises(DomainError) as refused:
        add(clock, academy, sitting, *people)
    return refused.value


def newcomer(clock: StillClock, academy: Academy, name: str = "Nina New") -> Person:
    with making(clock()) as work:
        return make_place(work, academy.law, name)


def test_who_is_added_has_a_seat_drawn_from_the_quota(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2, quota=4)
    sitting = schedule(clock, academy, lesson)
    one, two = newcomer(clock, academy), newcomer(clock, academy, "Olaf")
    add(clock, academy, sitting, one, two)
    assert quota_now(clock, lesson.quota) == (4, 0)
    found = {seat.person_id: seat for seat in seats_of(clock, sitting)}
    assert {found[person.id].state for person in (one, two)} == {SeatState.RESERVED}
    assert found[one.id].starts_at == AT


def test_nobody_is_added_beyond_the_quota(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2, quota=3)
    sitting = schedule(clock, academy, lesson)
    told = refusal(clock, academy, sitting, newcomer(clock, academy), newcomer(clock, academy, "O"))
    assert (told.rule, told.reason) == ("A2", "over_the_rest")
    assert "1" in str(told), "what is free is said"
    assert quota_now(clock, lesson.quota) == (2, 0)
    assert len(seats_of(clock, sitting)) == 2


def leave(clock: StillClock, academy: Academy, lesson: Lesson) -> Person:
    person = newcomer(clock, academy)
    with making(clock()) as work:
        work.session.get_one(Person, person.id).left_at = clock()
    return person


def of_other_school(clock: StillClock, academy: Academy, lesson: Lesson) -> Person:
    """The licensing admin sees them; the coordinator does not even find them."""
    return academy.other_student


def seated(clock: StillClock, academy: Academy, lesson: Lesson) -> Person:
    return lesson.students[0]


def failed_yesterday(clock: StillClock, academy: Academy, lesson: Lesson) -> Person:
    """A4: MOS asks for 24 hours after the first failure."""
    person = newcomer(clock, academy)
    before = AT - timedelta(hours=20)
    facts = {"class_id": None, "person_ids": [person.id], "starts_at": before}
    earlier = schedule(clock, academy, lesson, **facts)
    (seat,) = seats_of(clock, earlier)
    clock.set(before)
    with academy.coordinating(clock()) as work:
        identifying.correct(work, earlier.id, {seat.id: Identity("A", "an account")})
        seats.start(work, earlier.id, [seat.id])
        results.record_results(work, earlier.id, {seat.id: Result(300, False)})
    return person


def proctor(clock: StillClock, academy: Academy, lesson: Lesson) -> Person:
    return lesson.teacher


@pytest.mark.parametrize(
    ("choose", "rule", "reason"),
    [
        (leave, "A2", "left"),
        (of_other_school, "A2", "other_school"),
        (seated, "A4", "seat_held"),
        (failed_yesterday, "A4", "retake_wait"),
        (proctor, "A2", "proctor_unfit"),
    ],
)
def test_who_may_not_sit_is_named_and_nobody_is_added(
    app: Flask,
    clock: StillClock,
    choose: Callable[[StillClock, Academy, Lesson], Person],
    rule: str,
    reason: str,
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson, proctor_id=lesson.teacher.id)
    person, fine = choose(clock, academy, lesson), newcomer(clock, academy, "Fine")
    before = quota_now(clock, lesson.quota)
    with pytest.raises(SomeRefused) as refused, academy.administering(clock()) as work:
        add_candidates(work, sitting.id, [person.id, fine.id])
    assert only_refusal(refused.value) == (rule, reason)
    assert person.name in str(refused.value)
    assert quota_now(clock, lesson.quota) == before
    add(clock, academy, sitting, fine)


def test_a_coordinator_adds_nobody_of_another_school(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    assert isinstance(refusal(clock, academy, sitting, academy.other_student), NotFound)
    with pytest.raises(NotFound), academy.coordinating(clock(), academy.management) as work:
        add_candidates(work, sitting.id, [academy.other_student.id])
    actor = Actor("Tea", lesson.teacher_user.id, academy.organisation.id, frozenset({Role.TEACHER}))
    limited = scope.Organisation(academy.organisation.id, None, frozenset({academy.law.id}))
    with pytest.raises(Forbidden), making(clock(), actor, limited) as work:
        add_candidates(work, sitting.id, [academy.student.id])


def test_a_sitting_that_began_is_cancelled_or_over_takes_nobody(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    person = newcomer(clock, academy)
    assert refusal(clock, academy, sitting).reason == "nobody"
    clock.set(AT - timedelta(seconds=1))
    with making(clock()) as work:
        work.session.merge(academy.site).closed_at = clock()
    assert refusal(clock, academy, sitting, person).reason == "site_closed"
    clock.set(AT)
    assert refusal(clock, academy, sitting, person).reason == "sitting_in_past"
    clock.set(AT - timedelta(days=1))
    with academy.coordinating(clock()) as work:
        scheduling.cancel_sitting(work, sitting.id, "Storm")
    assert refusal(clock, academy, sitting, person).reason == "sitting_closed"


def test_of_many_who_add_at_once_no_more_get_a_seat_than_are_free(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1, quota=4)
    sitting = schedule(clock, academy, lesson)
    keys = [newcomer(clock, academy, f"Racer {n}").id for n in range(8)]

    def add_one(key: UUID) -> None:
        with academy.coordinating(clock()) as work:
            add_candidates(work, sitting.id, [key])

    done = race(app, [partial(add_one, key) for key in keys])
    assert 1 <= len(winners(done)) <= 3
    assert quota_now(clock, lesson.quota) == (1 + len(winners(done)), 0)
    with making(clock()) as work:
        assert work.session.get_one(Sitting, sitting.id).state is SittingState.SCHEDULED


def test_the_command_adds_a_class_and_single_people(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    late, single = newcomer(clock, academy, "Late"), newcomer(clock, academy, "Single")
    with making(clock()) as work:
        make_member_of_class(work, lesson.school_class, late, ClassRole.STUDENT)
        work.session.get_one(Person, single.id).number = "B777"

    def run(*words: str) -> str:
        asked = ["sittings", "add", sitting.number, *words]
        made = CliRunner().invoke(commands, asked, obj=lambda: app)
        return made.output if made.exit_code == 0 else str(made.exception)

    # The command's clock is the machine's, for which the sitting is long over.
    assert "before it begins" in run("--person", "B777")
    with making(clock()) as work:
        found = work.session.get_one(Sitting, sitting.id)
        found.starts_at += timedelta(days=280)
        for seat in work.session.query(ExamSeat).where(ExamSeat.sitting_id == sitting.id):
            seat.starts_at = found.starts_at
    title = lesson.school_class.title
    assert run("--class", title, "--person", "B777") == "Added: 2.\n"
    assert quota_now(clock, lesson.quota) == (4, 0)
    assert "Nobody is chosen" in run("--class", title)
