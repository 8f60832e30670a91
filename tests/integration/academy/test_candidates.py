"""Each candidate of a sitting has an account of their own with the test provider (A2)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sittings import AT, make_scene, only_refusal, schedule, seats_of
from vlms.academy.errors import SomeRefused
from vlms.academy.models.sittings import ExamSeat
from vlms.academy.rules.identity import Identity
from vlms.academy.service import identifying, seats


def test_two_candidates_of_a_sitting_have_no_account_in_common(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 3)
    sitting = schedule(clock, academy, lesson)
    first, second, third = seats_of(clock, sitting)
    with pytest.raises(SomeRefused) as refused, academy.coordinating(clock()) as work:
        identifying.correct(work, sitting.id, {second.id: Identity("WANG Ming", "W0")})
    assert only_refusal(refused.value) == ("A2", "provider_account_shared")
    names = [student.name for student in lesson.students if student.id != third.person_id]
    assert all(name in str(refused.value) for name in names), "both are named"
    swapped = {first.id: Identity("A", "w1"), second.id: Identity("B", "w0")}
    with academy.coordinating(clock()) as work:
        identifying.correct(work, sitting.id, swapped)
        seats.cancel(work, sitting.id, [third.id], "ill")
        identifying.correct(work, sitting.id, {first.id: Identity("A", "w2")})


def test_an_account_that_became_two_candidates_starts_no_exam(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    first, second = seats_of(clock, sitting)
    with making(clock()) as work:
        work.session.get_one(ExamSeat, second.id).provider_account = "W0 "
    clock.set(AT)
    with pytest.raises(SomeRefused) as refused, academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [second.id])
    assert only_refusal(refused.value) == ("A2", "provider_account_shared")
    with academy.coordinating(clock()) as work:
        identifying.correct(work, sitting.id, {second.id: Identity("B", "w1")})
        seats.start(work, sitting.id, [first.id, second.id])
