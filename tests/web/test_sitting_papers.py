"""The papers of a sitting: the list to print, the calendar file."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import COORDINATOR_EMAIL, MOS_EXAM
from tests.support.making_sittings import make_scene, schedule
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person

BASE = "/o/fabrikam/sittings"


def test_the_papers_of_a_sitting(app: Flask, clock: StillClock, client: CheckingClient) -> None:
    academy, lesson = make_scene(clock, 40)
    with making(clock()) as work:
        work.session.get_one(Person, lesson.students[0].id).name = "王小明"
    sitting = schedule(clock, academy, lesson)
    client.sign_in(COORDINATOR_EMAIL)
    paper = client.get(f"{BASE}/{sitting.id}/session-list.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    entry = client.get(f"{BASE}/{sitting.id}/calendar.ics").get_data(as_text=True)
    assert "DTSTART:20260310T010000Z" in entry
    assert MOS_EXAM in entry
