"""A person's own exams: where and when, what became of them, the next retake (A4)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.making_sittings import AT, make_scene, schedule, seats_of
from tests.support.pages import CheckingClient
from vlms.academy.service import results, seats
from vlms.academy.service.results import Result
from vlms.accounts.models import Person


def test_people_see_their_own_exams_and_the_next_retake(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 2)
    with making(clock()) as work:
        user = make_user(work, "mei@fabrikam.example")
        work.session.get_one(Person, lesson.students[0].id).user_id = user.id
    sitting = schedule(clock, academy, lesson)
    own, other = sorted(
        seats_of(clock, sitting), key=lambda s: s.person_id != lesson.students[0].id
    )
    client.sign_in("mei@fabrikam.example")
    page = client.page("/my/exams/")
    assert "Main hall" in page.text
    assert client.get(f"/my/exams/{own.id}/calendar.ics").status_code == 200
    assert client.get(f"/my/exams/{other.id}/calendar.ics").status_code == 404
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [own.id])
        results.record_results(work, sitting.id, {own.id: Result(500, False)})
    client.sign_in("mei@fabrikam.example")
    assert "Retake from" in client.page("/my/exams/").text


@pytest.mark.parametrize(
    ("act", "outcome", "score"),
    [
        ("passed", "Passed", "812"),
        ("failed", "Failed", "500"),
        ("none", "Taken, no result yet", "–"),
        ("missed", "No-show", "–"),
        ("cancelled", "Cancelled", "–"),
    ],
)
def test_people_are_told_what_became_of_an_exam(
    app: Flask, clock: StillClock, client: CheckingClient, act: str, outcome: str, score: str
) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        user = make_user(work, "mei@fabrikam.example")
        work.session.get_one(Person, lesson.students[0].id).user_id = user.id
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        if act == "missed":
            seats.no_show(work, sitting.id, [seat.id])
        elif act == "cancelled":
            seats.cancel(work, sitting.id, [seat.id], "Ill")
        else:
            seats.start(work, sitting.id, [seat.id])
        if act in ("passed", "failed"):
            found = Result(int(score), act == "passed")
            results.record_results(work, sitting.id, {seat.id: found})
    client.sign_in("mei@fabrikam.example")
    assert client.get("/my/").location == "/my/exams/", "who has seats is led to them"
    cells = client.page("/my/exams/").select("tbody td")
    assert [cell.get_text(" ", strip=True) for cell in cells[3:]] == [score]
    assert cells[2].get_text(" ", strip=True).startswith(outcome)
    assert "Started" not in cells[2].get_text()
