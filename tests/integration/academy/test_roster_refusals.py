"""Rosters that are not written, or not whole."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.importing_rosters import (
    bring,
    changed_lines,
    counts,
    everything,
    places,
    plan,
    without,
)
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy
from tests.support.racing import race
from tests.support.rosters import bulk
from vlms.academy.errors import RosterRefused
from vlms.academy.service.roster_writing import write_plan
from vlms.accounts.errors import AlreadyThere
from vlms.accounts.models import Person
from vlms.accounts.service.people import PersonFacts, create_person
from vlms.core.errors import Conflict, DomainError, Forbidden


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


DAMAGED = changed_lines("users.csv", 0, "s1,active,,true,law,wizard,s1,,小明,王,,B01,,,,,,")


def test_nothing_is_written_while_a_line_is_wrong(academy: Academy, clock: StillClock) -> None:
    before = everything(clock)
    with pytest.raises(RosterRefused, match=r"users\.csv"):
        bring(academy, clock, bulk(DAMAGED))
    assert everything(clock) == before


def test_the_good_rows_are_written_when_that_is_asked_for(
    academy: Academy, clock: StillClock
) -> None:
    bring(academy, clock, bulk())
    fewer = {**DAMAGED, "users.csv": [*DAMAGED["users.csv"]][:-2]}
    planned = bring(academy, clock, bulk(fewer), good_rows=True)
    # What is missing may stand on the line that cannot be read: nobody is ended for it.
    assert counts(planned, "ended") == {}
    with making(clock()) as work:
        assert places(work, "s1") == {("law", "student", True)}
        assert places(work, "a1") == {("law", "staff", True), ("art", "staff", True)}


def test_a_plan_is_stale_once_another_roster_was_imported(
    academy: Academy, clock: StillClock
) -> None:
    with academy.administering(clock()) as work:
        first = plan(work, academy, bulk())
    bring(academy, clock, bulk(without("enrollments.csv", 0)))
    before = everything(clock)
    with pytest.raises(Conflict), academy.administering(clock()) as work:
        write_plan(work, academy.agreement, first, "roster.zip")
    assert everything(clock) == before


def test_who_may_not_edit_rosters_imports_none(academy: Academy, clock: StillClock) -> None:
    with making(clock()) as work:
        planned = plan(work, academy, bulk())
    with pytest.raises(Forbidden), making(clock()) as work:
        work.actor = type(work.actor)("nobody")
        write_plan(work, academy.agreement, planned, "roster.zip")


def enter(academy: Academy, clock: StillClock, number: str) -> Person:
    with academy.administering(clock()) as work:
        return create_person(work, academy.organisation.id, PersonFacts("Entered", number=number))


def test_a_person_entered_since_the_plan_ends_it_in_a_sentence(
    academy: Academy, clock: StillClock
) -> None:
    with academy.administering(clock()) as work:
        planned = plan(work, academy, bulk())
    enter(academy, clock, "B01")
    before = everything(clock)
    with pytest.raises(Conflict, match="in the meantime"), academy.administering(clock()) as work:
        write_plan(work, academy.agreement, planned, "roster.zip")
    assert everything(clock) == before
    bring(academy, clock, bulk())


def test_an_import_and_people_entered_at_once_end_in_sentences(
    app: Flask, academy: Academy, clock: StillClock
) -> None:
    numbers = ("B01", "B02")
    with academy.administering(clock()) as work:
        planned = plan(work, academy, bulk())

    def importing() -> bool:
        with academy.administering(clock()) as work:
            write_plan(work, academy.agreement, planned, "roster.zip")
        return True

    entering = [lambda number=number: enter(academy, clock, number) for number in numbers]
    results = race(app, [importing, *entering, *entering])
    refused = [one for one in results if isinstance(one, DomainError)]
    assert len(refused) >= 2
    assert all(isinstance(one, Conflict | AlreadyThere) for one in refused)
    with making(clock()) as work:
        for number in numbers:
            held = select(func.count(Person.id)).where(Person.number == number)
            assert work.session.scalar(held) == 1
