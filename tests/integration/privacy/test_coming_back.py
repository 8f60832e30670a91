"""Nothing brings back who was erased: no edit, return, list, link, slip or statement (D1)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.holding import code_of, make_held, person_of
from tests.support.importing_people import import_people, people_sheet
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.owning import owner_engine
from vlms.accounts.models import Organisation, Person
from vlms.accounts.service.people import (
    PersonFacts,
    correct_address,
    create_person,
    edit_person,
    mark_leaver,
    mark_leavers,
    take_back_leaver,
)
from vlms.codes.service.claiming import claim_with_password, open_claim
from vlms.codes.service.telling import claim_link, tell_person
from vlms.core.errors import DomainError
from vlms.core.links import sign_link
from vlms.core.work import Actor, Work
from vlms.privacy.service import Decision, erase_person

Act = Callable[[Work, UUID], object]
WHY = "They asked for it"
FACTS = PersonFacts("Amy Chen", number="1")


def an_erased_person(clock: StillClock) -> tuple[Organisation, UUID]:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        person = make_person(work, contoso, "Amy Chen", "amy@x.example")
        person.number = "1"
        work.session.expunge(contoso)
    with making(clock()) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    return contoso, person.id


def manage(work: Work, person_id: UUID) -> object:
    place = work.session.get_one(Person, person_id).organisation_id
    return create_person(work, place, PersonFacts("Ben", manager_id=person_id))


ACTS: tuple[Act, ...] = (
    lambda work, person_id: edit_person(work, person_id, FACTS),
    lambda work, person_id: correct_address(work, person_id, "amy@x.example", "it was wrong"),
    take_back_leaver,
    mark_leaver,
    lambda work, person_id: mark_leavers(work, [person_id]),
    manage,
)


@pytest.mark.parametrize("act", ACTS)
def test_an_erased_person_is_refused(app: Flask, clock: StillClock, act: Act) -> None:
    _contoso, person_id = an_erased_person(clock)
    with pytest.raises(DomainError), making(clock()) as work:
        act(work, person_id)
    with making(clock()) as work:
        person = work.session.get_one(Person, person_id)
        assert (person.email, person.user_id, person.left_at) == (None, None, clock())
        assert "Amy" not in person.name


def test_the_same_acts_work_on_who_was_not_erased(app: Flask, clock: StillClock) -> None:
    for number, act in enumerate(ACTS):
        with making(clock()) as work:
            contoso = make_organisation(work, f"contoso{number}")
            person = make_person(work, contoso, "Amy Chen", f"amy{number}@y.example")
            act(work, person.id)


def test_a_list_with_the_same_number_adds_a_new_person(app: Flask, clock: StillClock) -> None:
    contoso, person_id = an_erased_person(clock)
    import_people(clock(), contoso, people_sheet(("1", "Amy Chen", "amy@x.example", "", "")))
    with making(clock()) as work:
        found = {one.id: one for one in work.session.scalars(select(Person))}
        assert len(found) == 2
        assert "Amy" not in found.pop(person_id).name
        (new,) = found.values()
        assert (new.name, new.erased_at) == ("Amy Chen", None)


def test_a_link_to_their_code_opens_nothing(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        person_of(work, held).user_id = None
        person, code = person_of(work, held), code_of(work, held)
        tell_person(work, code, person, "once")
        token = sign_link(work.keys.link, claim_link(work, code).id)
        assert open_claim(work, token) is not None
        name = person.name
    with making(clock()) as work:
        erase_person(work, held.person_id, Decision(name, WHY, lets_codes_lapse=True))
    with pytest.raises(DomainError), making(clock(), Actor("claim link")) as work:
        claim_with_password(work, token, "a long and odd password")
    with making(clock()) as work:
        assert person_of(work, held).user_id is None


@pytest.mark.parametrize(
    "column", ["email", "number", "mcid", "source_id", "latin_name", "left_at", "user_id"]
)
def test_the_database_refuses_it_whoever_writes(app: Flask, clock: StillClock, column: str) -> None:
    _contoso, person_id = an_erased_person(clock)
    with making(clock()) as work:
        user_id = make_user(work, "amy@x.example").id
    value = {"left_at": None, "user_id": user_id}.get(column, "x")
    statement = update(Person).where(Person.id == person_id).values({column: value})
    with pytest.raises(IntegrityError), owner_engine().begin() as connection:
        connection.execute(statement)
    with owner_engine().begin() as connection:
        connection.execute(update(Person).values(erased_at=None))
        connection.execute(statement)
