"""A partner's locations: one headquarters, an MPN id once, people at one of them (K5)."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_locations import make_location
from tests.support.racing import race, winners
from vlms.accounts.models import Organisation, Person
from vlms.audit.models import AuditEntry
from vlms.core.db import reading
from vlms.core.errors import DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.scope import System
from vlms.core.work import Actor
from vlms.partners.models.locations import PartnerLocationPerson
from vlms.partners.queries.locations import (
    PlaceFilter,
    count_people,
    get_location_named,
    list_locations,
    list_person_ids,
    locations_of,
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


def facts(mpn_id: str, *, head: bool = False) -> LocationFacts:
    return LocationFacts(mpn_id, f"Office {mpn_id}", "Taipei", "TW", head)


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Contoso with two locations and three people; Fabrikam with one."""
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_organisation(work, "fabrikam")
        for name in ("Ada", "Bo", "Cy"):
            make_person(work, own, name, f"{name.lower()}@contoso.example")
        add_location(work, own.id, facts(HEAD))
        add_location(work, own.id, facts(BRANCH))
        return own.id


def heads(place: UUID) -> list[str]:
    with reading(OrganisationScope(place)) as session:
        return [one.mpn_id for one in list_locations(session, place) if one.is_headquarters]


def key_of(place: UUID, mpn_id: str) -> UUID:
    with reading(SEEN) as session:
        return get_location_named(session, place, mpn_id).id


def counted(place: UUID) -> dict[str, int]:
    with reading(OrganisationScope(place)) as session:
        counts = count_people(session, place)
        return {one.mpn_id: counts.get(one.id, 0) for one in list_locations(session, place)}


def test_the_first_location_is_the_headquarters_and_another_takes_its_place(
    place: UUID, clock: StillClock
) -> None:
    assert heads(place) == [HEAD]
    with making(clock()) as work:
        edit_location(work, key_of(place, BRANCH), facts(BRANCH, head=True))
    assert heads(place) == [BRANCH]
    with making(clock()) as work:
        add_location(work, place, facts("4100003", head=True))
    assert heads(place) == ["4100003"]


@pytest.mark.parametrize("act", ["give up", "remove"])
def test_the_headquarters_stays_while_others_are_there(
    place: UUID, clock: StillClock, act: str
) -> None:
    head = key_of(place, HEAD)
    with pytest.raises(DomainError) as refused, making(clock()) as work:
        if act == "remove":
            remove_location(work, head)
        else:
            edit_location(work, head, facts(HEAD))
    assert (refused.value.rule, refused.value.reason) == ("K5", "headquarters_stays")
    with making(clock()) as work:
        remove_location(work, key_of(place, BRANCH))
    with making(clock()) as work:
        edit_location(work, head, facts(HEAD))
    assert heads(place) == [HEAD]


def test_an_mpn_id_stands_once_in_an_organisation(place: UUID, clock: StillClock) -> None:
    with pytest.raises(DomainError) as refused, making(clock()) as work:
        add_location(work, place, facts(HEAD))
    assert refused.value.reason == "mpn_id_taken"
    with making(clock()) as work:
        other = work.session.scalar(select(Organisation).where(Organisation.slug == "fabrikam"))
        assert other is not None
        add_location(work, other.id, facts(HEAD))


def test_people_belong_to_one_location_and_else_to_the_headquarters(
    place: UUID, clock: StillClock
) -> None:
    assert counted(place) == {HEAD: 3, BRANCH: 0}
    branch = key_of(place, BRANCH)
    with making(clock()) as work:
        chosen = list_person_ids(work.session, place, PlaceFilter(words="ada"))
        assert place_people(work, branch, chosen) == 1
        assert place_people(work, branch, chosen) == 0
        told = select(AuditEntry).where(AuditEntry.action == "location.assigned")
        assert len(work.session.scalars(told).all()) == 1
    assert counted(place) == {HEAD: 2, BRANCH: 1}
    with making(clock()) as work:
        assert place_people(work, key_of(place, HEAD), chosen) == 1
        assert set(locations_of(work.session, chosen).values()) == {key_of(place, HEAD)}
    with making(clock()) as work:
        everybody = list_person_ids(work.session, place, PlaceFilter())
        assert place_people(work, branch, everybody) == 3
    assert counted(place) == {HEAD: 0, BRANCH: 3}
    with making(clock()) as work:
        assert remove_location(work, branch) == 3
    assert counted(place) == {HEAD: 3}


def test_nobody_of_another_organisation_is_assigned(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        other = work.session.scalar(select(Organisation).where(Organisation.slug == "fabrikam"))
        assert other is not None
        stranger = make_person(work, other, "Eve", "eve@fabrikam.example")
        elsewhere = make_location(work, other, "4200001", head=True)
        assert place_people(work, key_of(place, BRANCH), [stranger.id]) == 0
    with reading(OrganisationScope(place)) as session, pytest.raises(NotFound):
        get_location_named(session, place, "4200001")
    own = Actor("x", roles=frozenset({Role.PARTNER_ADMINISTRATOR}), organisation_id=place)
    with pytest.raises(NotFound), making(clock(), own, OrganisationScope(place)) as work:
        place_people(work, elsewhere.id, [])


def test_an_auditor_changes_nothing(place: UUID, clock: StillClock) -> None:
    auditor = Actor("x", roles=frozenset({Role.AUDITOR}))
    branch = key_of(place, BRANCH)
    for act in (
        lambda work: add_location(work, place, facts("4100009")),
        lambda work: edit_location(work, branch, facts(BRANCH)),
        lambda work: remove_location(work, branch),
        lambda work: place_people(work, branch, []),
    ):
        with pytest.raises(Forbidden), making(clock(), auditor) as work:
            act(work)


def test_people_assigned_by_many_at_once_stand_at_one_location(
    app: Flask, place: UUID, clock: StillClock
) -> None:
    targets = [key_of(place, HEAD), key_of(place, BRANCH)] * 2
    with reading(SEEN) as session:
        everybody = list_person_ids(session, place, PlaceFilter())

    def assigning(location_id: UUID) -> object:
        with making(clock()) as work:
            place_people(work, location_id, everybody)
        return location_id

    results = race(app, [lambda key=key: assigning(key) for key in targets])
    assert winners(results)
    with reading(SEEN) as session:
        rows = session.scalars(select(PartnerLocationPerson)).all()
        assert len(rows) == len({row.person_id for row in rows}) == 3


def test_two_who_name_a_headquarters_at_once_leave_one(
    app: Flask, place: UUID, clock: StillClock
) -> None:
    branch = key_of(place, BRANCH)

    def name(number: int) -> object:
        with making(clock()) as work:
            add_location(work, place, facts(f"42{number}", head=True))
        return number

    def edit() -> object:
        with making(clock()) as work:
            edit_location(work, branch, facts(BRANCH, head=True))
        return 0

    race(app, [lambda: name(1), lambda: name(2), edit])
    assert len(heads(place)) == 1


def test_who_has_left_belongs_nowhere(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        ada = work.session.scalar(select(Person).where(Person.name == "Ada"))
        assert ada is not None
        ada.left_at = work.now
    assert counted(place) == {HEAD: 2, BRANCH: 0}
