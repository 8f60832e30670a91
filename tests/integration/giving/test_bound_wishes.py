"""A voucher that somebody waits for stands with what is bound to them when they leave."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_requests import approved, ask_for, make_office
from vlms.accounts.bound import list_bound
from vlms.giving.models.requests import AskState


def bound_to(person_id: UUID, clock: StillClock) -> list[tuple[str, str]]:
    with making(clock()) as work:
        found = list_bound(work.session, [person_id], work.now)
        return [(str(thing.kind), str(thing.state)) for thing in found.get(person_id, ())]


def test_what_is_asked_for_or_waits_is_bound_to_who_asked(app: Flask, clock: StillClock) -> None:
    office = make_office(clock(), code_count=0)
    asker, other = office.people[0], office.people[1]
    request = ask_for(office, asker, clock())
    assert bound_to(asker.person_id, clock) == [("Voucher request", "Waits for an answer")]
    assert bound_to(other.person_id, clock) == []
    assert approved(office, request, clock()) is AskState.WAITING
    assert bound_to(asker.person_id, clock) == [("Voucher request", "Approved, waits for a code")]


def test_a_reserved_code_is_bound_as_a_code_alone(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    asker = office.people[0]
    request = ask_for(office, asker, clock())
    assert approved(office, request, clock()) is AskState.APPROVED
    assert [kind for kind, _state in bound_to(asker.person_id, clock)] == ["Code"]
