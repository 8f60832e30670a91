"""Locations that several change at once: one headquarters, nobody at a removed one (K5)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.racing import Action, race
from tests.support.unguarded_locations import (
    name_unguarded,
    place_unguarded,
    remove_unguarded,
)
from vlms.core.db import reading
from vlms.core.errors import DomainError, NotFound
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.partners.models.locations import PartnerLocationPerson
from vlms.partners.queries.locations import (
    PlaceFilter,
    get_location_named,
    list_locations,
    list_person_ids,
)
from vlms.partners.rules.locations import LocationFacts
from vlms.partners.service.locations import (
    add_location,
    edit_location,
    place_people,
    remove_location,
)

SEEN = System("test")
HEAD, BRANCH = "4100001", "4100002"
ROUNDS = range(3)
Act = Callable[[Work], object]


def facts(mpn_id: str, *, head: bool = False) -> LocationFacts:
    return LocationFacts(mpn_id, f"Office {mpn_id}", "Taipei", "TW", head)


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        for name in ("Ada", "Bo", "Cy"):
            make_person(work, own, name, f"{name.lower()}@contoso.example")
        add_location(work, own.id, facts(HEAD))
        return own.id


def key_of(place: UUID, mpn_id: str) -> UUID:
    with reading(SEEN) as session:
        return get_location_named(session, place, mpn_id).id


def people(place: UUID) -> Sequence[UUID]:
    with reading(SEEN) as session:
        return list_person_ids(session, place, PlaceFilter())


def add_branch(clock: StillClock, place: UUID, mpn_id: str = BRANCH) -> UUID:
    with making(clock()) as work:
        return add_location(work, place, facts(mpn_id)).id


def heads(place: UUID) -> tuple[int, int]:
    """How many headquarters there are, and how many locations."""
    with reading(SEEN) as session:
        found = list_locations(session, place)
        return sum(one.is_headquarters for one in found), len(found)


def at_once(app: Flask, clock: StillClock, *acts: Act) -> list[object]:
    def run(act: Act) -> object:
        with making(clock()) as work:
            return bool(act(work))

    return race(app, [partial(run, act) for act in acts])


def test_a_branch_that_comes_while_the_headquarters_goes_is_not_without_one(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    for number in ROUNDS:
        (only,) = _keys(place)
        at_once(
            app,
            clock,
            partial(remove_location, location_id=only),
            partial(add_location, organisation_id=place, facts=facts(f"42{number}")),
        )
        assert heads(place)[0] == 1
        _leave_one(clock, place)


def test_who_becomes_the_headquarters_is_not_removed_beside_it(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    for number in ROUNDS:
        branch = add_branch(clock, place, f"42{number}")
        named = facts(f"42{number}", head=True)
        at_once(
            app,
            clock,
            partial(remove_location, location_id=branch),
            partial(edit_location, location_id=branch, facts=named),
            partial(add_location, organisation_id=place, facts=facts(f"43{number}", head=True)),
        )
        assert heads(place)[0] == 1
        _leave_one(clock, place)


def test_two_that_are_entered_first_leave_one_headquarters(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    for number in ROUNDS:
        with making(clock()) as work:
            for key in _keys(place):
                remove_location(work, key)
        done = at_once(
            app,
            clock,
            *(
                partial(add_location, organisation_id=place, facts=facts(f"{number}{one}"))
                for one in "12"
            ),
        )
        assert done == [True, True]
        assert heads(place) == (1, 2)
        _leave_one(clock, place)


def test_nobody_stands_at_a_location_that_was_removed(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    everybody = people(place)
    for number in ROUNDS:
        branch = add_branch(clock, place, f"42{number}")
        _removed, placed = at_once(
            app,
            clock,
            partial(remove_location, location_id=branch),
            partial(place_people, location_id=branch, person_ids=everybody),
        )
        assert placed is True or isinstance(placed, NotFound)
        with reading(SEEN) as session:
            assert session.scalars(select(PartnerLocationPerson)).all() == []


def _meeting(app: Flask, *acts: Callable[[threading.Barrier], None]) -> list[object]:
    meeting = threading.Barrier(len(acts), timeout=30)
    actions: list[Action] = [partial(act, meeting) for act in acts]
    return race(app, actions)


def test_without_the_guard_the_headquarters_would_be_lost(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    branch = add_branch(clock, place)
    _meeting(
        app,
        partial(remove_unguarded, location_id=branch),
        partial(name_unguarded, location_id=branch),
    )
    assert heads(place) == (0, 1)


def test_without_the_guard_people_would_be_put_where_nothing_is(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    """The database alone refuses it, in words for nobody."""
    branch, everybody = add_branch(clock, place), people(place)
    with pytest.raises(IntegrityError) as broken:
        _meeting(
            app,
            partial(remove_unguarded, location_id=branch),
            partial(place_unguarded, location_id=branch, person_ids=everybody),
        )
    assert not isinstance(broken.value, DomainError)


def _keys(place: UUID) -> list[UUID]:
    with reading(SEEN) as session:
        return [one.id for one in list_locations(session, place)]


def _leave_one(clock: StillClock, place: UUID) -> None:
    """The branches go first."""
    for key in _keys(place)[1:]:
        with making(clock()) as work:
            remove_location(work, key)
