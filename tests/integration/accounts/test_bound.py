"""What stays bound to somebody who leaves: all of it, of those people alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_role,
    making,
)
from tests.support.making_academy import make_academy, make_quota, make_seats
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.academy.rules.seat_state import SeatState
from vlms.accounts.bound import list_bound
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, Person
from vlms.codes.models import Code
from vlms.codes.request_models import CodeRequest, RequestKind, RequestState
from vlms.codes.rules.lifecycle import State
from vlms.core.money import Money
from vlms.core.permissions import Role
from vlms.core.work import Work


def shown(work: Work, *people: Person) -> list[tuple[str, str | None, Money | None]]:
    keys = [person.id for person in people]
    found = list_bound(work.session, keys, work.now)
    assert set(found) <= set(keys)
    return [
        (str(thing.kind), str(thing.state) if thing.state else None, thing.value)
        for key in keys
        for thing in found.get(key, ())
    ]


def make_held_codes(work: Work, *states: State) -> tuple[Person, list[Code]]:
    organisation = make_organisation(work, "contoso")
    person = make_person(work, organisation, "Gone", "gone@x.example")
    line = make_line(
        work, make_agreement(work, organisation), make_product(work, "voucher"), len(states)
    )
    line.unit_price = Decimal("3000.5000")
    codes = [make_codes(work, line, 1, state=state, person=person)[0] for state in states]
    return person, codes


def test_codes_stand_there_with_state_and_price_but_not_void_ones(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        person, _codes = make_held_codes(work, State.RESERVED, State.ASSIGNED, State.VOID)
        found = shown(work, person)
    assert [(kind, state) for kind, state, _value in found] == [
        ("Code", "Reserved"),
        ("Code", "Assigned"),
    ]
    price = Money.of(Decimal(3001), "TWD")
    assert [value for _kind, _state, value in found] == [price, price]


def test_requests_about_codes_stand_there_while_they_are_open(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        person, (code,) = make_held_codes(work, State.ASSIGNED)
        request = CodeRequest(
            organisation_id=code.organisation_id,
            agreement_id=code.agreement_id,
            code_id=code.id,
            person_id=code.person_id,
            kind=next(iter(RequestKind)),
            state=RequestState.OPEN,
            note="It does not work.",
            email="gone@x.example",
            opened_at=work.now,
        )
        work.session.add(request)
        work.flush()
        assert ("Request", "Open", None) in shown(work, person)
        request.state = RequestState.CLOSED
        work.flush()
        assert [kind for kind, _state, _value in shown(work, person)] == ["Code"]


@pytest.mark.parametrize(
    ("state", "is_bound"), [(SeatState.RESERVED, True), (SeatState.CANCELLED, False)]
)
def test_exams_stand_there_while_they_are_to_come(
    app: Flask, clock: StillClock, state: SeatState, is_bound: bool
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        quota = make_quota(work, academy.pack, academy.law, 1)
        (seat,) = make_seats(work, academy, quota, 1)
        seat.state = state
        work.flush()
        found = list_bound(work.session, [seat.person_id], work.now)
        assert [str(thing.kind) for thing in found.get(seat.person_id, ())] == (
            ["Exam"] if is_bound else []
        )


def test_roles_open_links_and_those_whom_they_manage_stand_there(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation, other = make_organisation(work, "contoso"), make_organisation(work, "b")
        user = make_member(work, organisation, Role.FINANCE, "gone@x.example")
        # A role elsewhere is not the organisation's business.
        make_role(work, other, user, Role.AUDITOR)
        person = make_person(work, organisation, "Gone", "gone@x.example", user)
        managed = make_person(work, organisation, "Managed", "m@x.example")
        left = make_person(work, organisation, "Left before", "l@x.example")
        managed.manager_id = left.manager_id = person.id
        left.left_at = work.now
        link = {"organisation_id": organisation.id, "person_id": person.id}
        make_link(work, LinkPurpose.CLAIM_CODE, person.id, timedelta(days=3), **link)
        used = make_link(work, LinkPurpose.CLAIM_CODE, person.id, timedelta(days=3), **link)
        used.used_at = work.now
        make_link(work, LinkPurpose.CLAIM_CODE, person.id, timedelta(0), **link)
        work.flush()
        found = list_bound(work.session, [person.id], work.now)[person.id]
        assert [(str(thing.kind), str(thing.label)) for thing in found] == [
            ("Role", "Finance"),
            ("One-time link", "Claim a code"),
            ("Manages", "Managed"),
        ]
        assert not list_bound(work.session, [managed.id], work.now)
