"""A coordinator's directory: the people of the school, and whom it may change (A2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_schools import (
    COORDINATOR,
    University,
    make_school_member,
    make_university,
)
from tests.support.pages import CheckingClient
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person
from vlms.core.permissions import Role

PEOPLE = "/o/university/people/"


@pytest.fixture
def made(app: Flask, client: CheckingClient, clock: StillClock) -> University:
    """The client coordinates the law school."""
    with making(clock()) as work:
        found = make_university(work)
        make_school_member(work, (found.law,), Role.SCHOOL_COORDINATOR)
    client.sign_in(COORDINATOR)
    return found


def person_of(clock: StillClock, name: str) -> Person | None:
    with making(clock()) as work:
        return work.session.scalar(select(Person).where(Person.name == name))


def test_the_list_and_its_files_hold_the_people_of_the_school(
    client: CheckingClient, made: University
) -> None:
    found = client.page(PEOPLE)
    assert ("Lee Lawyer" in found.text, "Bea Both" in found.text) == (True, True)
    assert "Amy Artist" not in found.text
    assert "Arts" not in found.text
    text = client.get(f"{PEOPLE}people.csv").get_data(as_text=True)
    assert ("Lee Lawyer" in text, "Amy Artist" in text) == (True, False)


def test_a_person_of_another_school_is_not_there(client: CheckingClient, made: University) -> None:
    for page in ("", "/edit", "/address", "/leave", "/return"):
        client.page(f"{PEOPLE}{made.artist.id}{page}", 404)


def test_somebody_new_is_of_the_own_school(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    page = client.page(f"{PEOPLE}new")
    assert [str(one["value"]) for one in page.select("select[name=school_id] option")] == [
        str(made.law.id)
    ]
    fields = {"name": "Nia New", "language": "en"}
    for outside in ("", str(made.arts.id)):
        refused = client.send(f"{PEOPLE}new", **fields, school_id=outside)
        assert refused.status_code == 422
    assert person_of(clock, "Nia New") is None
    assert client.send(f"{PEOPLE}new", **fields, school_id=str(made.law.id)).status_code == 302
    person = person_of(clock, "Nia New")
    assert person is not None
    assert person.school_id == made.law.id


def test_an_own_person_is_changed_and_stays_in_the_school(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    place = f"{PEOPLE}{made.lawyer.id}"
    fields = {"name": "Lea Lawyer", "number": "L1", "language": "en"}
    assert client.send(f"{place}/edit", **fields, school_id="").status_code == 422
    assert client.send(f"{place}/edit", **fields, school_id=str(made.law.id)).status_code == 302
    assert person_of(clock, "Lea Lawyer") is not None
    assert client.send(f"{place}/leave").status_code == 302
    assert "Leaver" in client.page(place).text


def test_a_corrected_address_ends_the_links_to_the_old_one(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        for person in (made.lawyer, made.artist):
            make_link(
                work,
                LinkPurpose.SET_UP_SIGN_IN,
                person.id,
                timedelta(days=7),
                organisation_id=person.organisation_id,
                person_id=person.id,
            )
    fields = {"email": "lee@university.example", "reason": "typo"}
    answer = client.send(f"{PEOPLE}{made.lawyer.id}/address", **fields)
    assert answer.status_code == 302
    with making(clock()) as work:
        ended = select(OneTimeLink.person_id).where(OneTimeLink.ended_at.is_not(None))
        assert work.session.scalars(ended).all() == [made.lawyer.id]


CHANGES: dict[str, dict[str, str]] = {
    "edit": {"name": "Mallory", "language": "en", "number": "B1"},
    "address": {"email": "m@university.example", "reason": "x"},
    "leave": {},
    "return": {},
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_only_studies_here_too_is_changed_by_the_own_school(
    client: CheckingClient, clock: StillClock, made: University, change: str
) -> None:
    place = f"{PEOPLE}{made.both.id}"
    page = client.page(place)
    assert "own school is another one" in page.text
    assert not page.select(f'a[href$="/{change}"]')
    school = {"school_id": str(made.law.id)} if change == "edit" else {}
    fields = {**CHANGES[change], **school}
    answer = client.send(f"{place}/{change}", **fields)
    assert answer.status_code in (403, 422)
    assert "own school is another one" in answer.text
    with making(clock()) as work:
        person = work.session.get_one(Person, made.both.id)
        assert (person.name, person.email, person.left_at) == ("Bea Both", None, None)


SEARCHES: dict[str, Callable[[University], tuple[str, bool]]] = {
    "an own person": lambda made: (made.lawyer.name, True),
    "one who studies here too": lambda made: (made.both.name, True),
    "another school's person": lambda made: (made.artist.name, False),
    "another school's number": lambda made: ("A1", False),
}


@pytest.mark.parametrize("what", SEARCHES)
def test_the_search_box_finds_what_is_of_the_school(
    client: CheckingClient, made: University, what: str
) -> None:
    words, is_found = SEARCHES[what](made)
    answer = client.press("/o/university/search", "/o/university/search", words=words)
    persons = (made.lawyer, made.both, made.artist)
    told = f"{answer.location} {answer.text}"
    assert any(str(person.id) in told for person in persons) is is_found
