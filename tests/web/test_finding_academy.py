"""The search box opens packs, classes and sittings, for each only those of their pages."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    ADMIN_EMAIL,
    COORDINATOR_EMAIL,
    OTHER_COORDINATOR_EMAIL,
    Academy,
    Lesson,
    make_academy,
    make_place,
    make_school_member,
)
from tests.support.making_schools import make_class, make_sitting
from tests.support.making_sittings import AT, make_scene, schedule
from tests.support.pages import CheckingClient
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sittings import Sitting
from vlms.accounts.models import Person
from vlms.core.permissions import Role

SEARCH = "/o/fabrikam/search"
NOTHING = "Nothing here fits"
PROCTOR = "ted@fabrikam.example"
OUTSIDER = "ada@contoso-university.example"


def search(client: CheckingClient, words: str, address: str = SEARCH) -> TestResponse:
    return client.press(address, address, words=words)


@pytest.fixture
def made(app: Flask, clock: StillClock) -> tuple[Academy, Lesson, Sitting]:
    """A class with a code and its sitting; at the other school a class of the same name."""
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        found = work.session.get_one(SchoolClass, lesson.school_class.id)
        found.title, found.code = "資訊二甲", "CS-2A"
        make_class(work, academy.management, "資訊二甲")
        proctor = make_school_member(work, academy.law, Role.TEACHER, PROCTOR)
        make_place(work, academy.law, "Ted Teacher").user_id = proctor.id
        make_academy(work, "contoso-university")
    return academy, lesson, schedule(clock, academy, lesson)


def test_numbers_names_and_codes_open_what_they_name(
    client: CheckingClient, made: tuple[Academy, Lesson, Sitting]
) -> None:
    academy, lesson, sitting = made
    client.sign_in(COORDINATOR_EMAIL)
    opened = {
        academy.pack.number: f"packs/{academy.pack.id}",
        academy.pack.number.lower(): f"packs/{academy.pack.id}",
        sitting.number: f"sittings/{sitting.id}",
        sitting.number.lower(): f"sittings/{sitting.id}",
        "CS-2A": f"schools/classes/{lesson.school_class.id}",
        "cs-2": f"schools/classes/{lesson.school_class.id}",
        "資訊二": f"schools/classes/{lesson.school_class.id}",
    }
    for words, place in opened.items():
        assert search(client, words).location == f"/o/fabrikam/{place}", words
    client.sign_in(ADMIN_EMAIL)
    both = search(client, "資訊二甲").get_data(as_text=True)
    assert "School of Law" in both
    assert "School of Management" in both, "the institution's admin finds both"


def test_a_school_finds_nothing_of_another_one(
    client: CheckingClient, made: tuple[Academy, Lesson, Sitting]
) -> None:
    _academy, lesson, sitting = made
    client.sign_in(OTHER_COORDINATOR_EMAIL)
    for words in (sitting.number, "CS-2A"):
        assert NOTHING in search(client, words).get_data(as_text=True), words
    own = search(client, "資訊二甲").location
    assert own.startswith("/o/fabrikam/schools/classes/")
    assert str(lesson.school_class.id) not in own


def test_another_institution_finds_nothing_of_this_one(
    client: CheckingClient, made: tuple[Academy, Lesson, Sitting]
) -> None:
    academy, _lesson, sitting = made
    client.sign_in(OUTSIDER)
    place = "/o/contoso-university/search"
    for words in (sitting.number, "CS-2A", "資訊二甲", academy.law.name):
        assert NOTHING in search(client, words, place).get_data(as_text=True), words
    opened = search(client, academy.pack.number, place)
    assert str(academy.pack.id) not in (opened.location or opened.text)


def test_a_teacher_finds_the_own_sittings_and_those_that_they_proctor(
    app: Flask, clock: StillClock, client: CheckingClient, made: tuple[Academy, Lesson, Sitting]
) -> None:
    academy, lesson, sitting = made
    with making(clock()) as work:
        other = make_class(work, academy.law, "Another class")
        make_sitting(work, academy, lesson.quota, "S-900009", AT, class_id=other.id)
    client.sign_in(lesson.teacher_user.email)
    assert search(client, sitting.number).location == f"/o/fabrikam/sittings/{sitting.id}"
    assert search(client, "cs-2a").location.endswith(str(lesson.school_class.id))
    for words in ("S-900009", academy.pack.number, "Student 000"):
        assert NOTHING in search(client, words).get_data(as_text=True), words
    box = client.page(SEARCH).select_one("#find")
    assert box is not None
    assert box["placeholder"] == "Sitting"
    client.sign_in(PROCTOR)
    assert NOTHING in search(client, sitting.number).get_data(as_text=True)
    with making(clock()) as work:
        ted = work.session.scalars(select(Person).where(Person.name == "Ted Teacher")).one()
        work.session.get_one(Sitting, sitting.id).substitute_id = ted.id
    assert search(client, sitting.number).location.endswith(str(sitting.id)), "the control"


def test_many_of_a_kind_lead_to_their_list(
    clock: StillClock, client: CheckingClient, made: tuple[Academy, Lesson, Sitting]
) -> None:
    academy, lesson, _sitting = made
    with making(clock()) as work:
        for number in range(12):
            make_sitting(work, academy, lesson.quota, f"S-77{number:04}", AT)
    client.sign_in(COORDINATOR_EMAIL)
    page = search(client, "s-77").get_data(as_text=True)
    assert "/o/fabrikam/sittings/?q=s-77" in page
    assert page.count("Fits by: number") == 10
