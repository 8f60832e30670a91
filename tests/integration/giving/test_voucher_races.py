"""Voucher requests raced: answered once, served once each, limited whoever is first (C2)."""

from __future__ import annotations

from functools import partial
from threading import Barrier
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_codes
from tests.support.making_requests import (
    WANTED,
    Office,
    all_requests,
    approved,
    ask_for,
    make_office,
    state_of,
)
from tests.support.racing import race, winners
from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.service.reserving import reserve
from vlms.core.db import reading, transaction
from vlms.core.errors import Conflict
from vlms.core.scope import System
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit, VoucherRequest
from vlms.giving.queries.requests import get_request
from vlms.giving.service.request_line import serve_all
from vlms.giving.service.requests import approve, refuse
from vlms.giving.service.team import team_of
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine


def limit(office: Office, clock: StillClock, kind: LimitKind, most: int, **facts: object) -> None:
    with making(clock()) as work:
        own = {"department": "", "from_year": 2026, **facts}
        work.session.add(
            VoucherLimit(organisation_id=office.organisation_id, kind=kind, most=most, **own)
        )


def test_two_who_answer_at_once_one_wins(app: Flask, clock: StillClock) -> None:
    office = make_office(clock(), code_count=8)

    def refusing(request_id: UUID) -> str:
        with office.administering(clock()) as work:
            refuse(work, get_request(work.session, request_id), "No")
        return "refused"

    def approving(request_id: UUID) -> str:
        with office.manager.leading(clock()) as work:
            approve(work, get_request(work.session, request_id))
        return "approved"

    for turn in range(6):
        asker = office.people[turn % 2]
        request_id = ask_for(office, asker, clock())
        results = race(app, [partial(refusing, request_id), partial(approving, request_id)])
        told = winners(results)
        if "approved" in told and "refused" in told:
            # The refusal came while it stood in line, before a code was reserved.
            assert state_of(request_id, clock()) is AskState.REFUSED
        else:
            assert len(told) == 1
        assert all(isinstance(one, str | Conflict) for one in results)


def test_those_who_wait_are_served_once_each_in_a_race(app: Flask, clock: StillClock) -> None:
    office = make_office(clock(), code_count=0, people=4)
    ids = []
    for asker in office.people:
        clock.move(minutes=1)
        ids.append(ask_for(office, asker, clock()))
        approved(office, ids[-1], clock())
    with making(clock()) as work:
        make_codes(work, work.session.get_one(OrderLine, office.line_id), 3)
    race(app, [lambda: serve_all(lambda: making(clock()))] * 4)
    serve_all(lambda: making(clock()))
    states = [state_of(request_id, clock()) for request_id in ids]
    assert states.count(AskState.APPROVED) == 3
    codes = {one.code_id for one in all_requests(clock()) if one.code_id}
    assert len(codes) == 3


def test_of_many_who_ask_at_once_no_more_than_the_limit_get_through(
    app: Flask, clock: StillClock
) -> None:
    office = make_office(clock(), people=6)
    limit(office, clock, LimitKind.DEPARTMENT, 2)
    race(app, [partial(ask_for, office, asker, clock()) for asker in office.people])
    assert len(all_requests(clock())) == 2


def test_a_twin_that_counts_without_a_lock_lets_too_many_through(
    app: Flask, clock: StillClock
) -> None:
    """The negative control: all count before anybody writes."""
    office = make_office(clock(), people=6)
    meeting = Barrier(6, timeout=30)

    def unguarded(person_id: UUID) -> bool:
        with reading(System("twin")) as session:
            is_free = len(list(session.scalars(select(VoucherRequest.id)))) < 2
        meeting.wait()
        if is_free:
            with transaction(System("twin")) as session:
                session.add(
                    VoucherRequest(
                        organisation_id=office.organisation_id,
                        person_id=person_id,
                        department="Sales",
                        product_id=office.product_id,
                        reason="x",
                        wanted_on=WANTED,
                        state=AskState.ASKED,
                        asked_at=clock(),
                    )
                )
        return is_free

    race(app, [partial(unguarded, asker.person_id) for asker in office.people])
    assert len(all_requests(clock())) == 6


def test_a_manager_s_session_sees_their_people_and_nothing_secret(
    app: Flask, clock: StillClock
) -> None:
    office, other = make_office(clock()), make_office(clock(), slug="fabrikam")
    with other.administering(clock()) as work:
        reserve(work, other.people[0].person_id, other.product_id)
    with office.administering(clock()) as work:
        reserve(work, office.people[0].person_id, office.product_id)
    with reading(team_of(office.manager.user_id)) as session:
        assert {one.id for one in session.scalars(select(Person))} == {
            asker.person_id for asker in office.people
        }
        assert {one.person_id for one in session.scalars(select(Code))} == {
            office.people[0].person_id
        }
        assert list(session.scalars(select(OutboxMessage))) == []
        assert list(session.scalars(select(OrderLine))) == []
