"""Voucher requests: asked, limited, answered by manager or admin, served in order (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
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
from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.queries import count_issued, get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.issuing import issue
from vlms.codes.service.reserving import release, reserve
from vlms.core.errors import Conflict, Forbidden, NotFound
from vlms.core.term import end_of_day
from vlms.giving.errors import VoucherRequestRefused
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit
from vlms.giving.queries.requests import get_request
from vlms.giving.service.request_line import approve_and_assign, serve_all
from vlms.giving.service.requests import Wish, approve, ask, refuse, withdraw
from vlms.giving.service.team import team_of
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine


def mails(clock: StillClock) -> list[tuple[str, str]]:
    with making(clock()) as work:
        found = work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(one.template, one.to_address) for one in found]


def code_of(request_id: UUID, clock: StillClock) -> Code:
    with making(clock()) as work:
        key = get_request(work.session, request_id).code_id
        assert key is not None
        return get_code(work.session, key)


def deliver_one(office: Office, clock: StillClock) -> None:
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, office.line_id)
        line.delivered_quantity = count_issued(work.session, line.id) + 1
        issue(work, line, 1)


def limit(office: Office, clock: StillClock, kind: LimitKind, most: int, **facts: object) -> None:
    with making(clock()) as work:
        own = {"department": "", "from_year": 2026, **facts}
        work.session.add(
            VoucherLimit(organisation_id=office.organisation_id, kind=kind, most=most, **own)
        )


def test_the_manager_approves_and_a_code_is_reserved(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    asker = office.people[0]
    request_id = ask_for(office, asker, clock())
    assert mails(clock) == [("voucher_asked", office.manager.email)]
    with office.manager.leading(clock()) as work:
        approve(work, get_request(work.session, request_id), "Good luck")
    code = code_of(request_id, clock)
    assert (code.state, code.person_id) == (State.RESERVED, asker.person_id)
    assert mails(clock)[1:] == [("voucher_approved", asker.email)]


def test_without_a_manager_the_admins_are_told(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    ask_for(office, office.manager, clock())
    assert mails(clock) == [("voucher_asked", "ada@contoso.example")]


def test_nobody_answers_their_own_nor_others_people(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    other = make_office(clock(), slug="fabrikam")
    own, theirs = ask_for(office, office.manager, clock()), ask_for(other, other.people[0], clock())
    for request_id in (own, theirs):
        with pytest.raises(NotFound), office.manager.leading(clock()) as work:
            approve(work, get_request(work.session, request_id))
    with making(clock()) as work:
        work.session.get_one(Person, office.manager.person_id).user_id = office.admin_id
    with pytest.raises(Forbidden), office.administering(clock()) as work:
        approve(work, get_request(work.session, own))
    with pytest.raises(Forbidden), office.people[0].working(clock()) as work:
        mine = ask(work, office.people[0].person_id, Wish(office.product_id, None, "x", WANTED))
        approve(work, mine)
    assert {one.state for one in all_requests(clock())} == {AskState.ASKED}


def test_a_manager_who_left_or_is_replaced_sees_nobody(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    assert len(team_of(office.manager.user_id).person_ids) == 2
    with making(clock()) as work:
        work.session.get_one(Person, office.people[0].person_id).manager_id = None
    assert team_of(office.manager.user_id).person_ids == {office.people[1].person_id}
    with making(clock()) as work:
        work.session.get_one(Person, office.manager.person_id).left_at = clock()
    assert team_of(office.manager.user_id).person_ids == frozenset()


def test_the_code_that_ends_soonest_and_is_still_good_on_the_day_is_taken(
    app: Flask, clock: StillClock
) -> None:
    office = make_office(clock(), code_count=0)
    ends = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 9, 1)]
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, office.line_id)
        made = [
            make_codes(work, line, 1, expires_at=end_of_day(day, "Asia/Taipei"))[0].id
            for day in ends
        ]
    first = ask_for(office, office.people[0], clock())
    assert approved(office, first, clock()) is AskState.APPROVED
    assert code_of(first, clock).id == made[2]
    second = ask_for(office, office.people[1], clock(), date(2026, 5, 31))
    assert approved(office, second, clock()) is AskState.APPROVED
    assert code_of(second, clock).id == made[1]


def test_without_stock_they_wait_and_are_served_in_order(app: Flask, clock: StillClock) -> None:
    office = make_office(clock(), code_count=1, people=3)
    with office.administering(clock()) as work:
        (held,) = reserve(work, office.manager.person_id, office.product_id)
    ids = [ask_for(office, asker, clock()) for asker in office.people]
    for request_id in (ids[1], ids[0], ids[2]):
        clock.move(minutes=1)
        assert approved(office, request_id, clock()) is AskState.WAITING
    assert ("voucher_waiting", office.people[1].email) in mails(clock)
    with office.administering(clock()) as work:
        release(work, held.id)
    states = [state_of(request_id, clock()) for request_id in ids]
    assert states == [AskState.WAITING, AskState.APPROVED, AskState.WAITING]
    deliver_one(office, clock)
    states = [state_of(request_id, clock()) for request_id in ids]
    assert states == [AskState.APPROVED, AskState.APPROVED, AskState.WAITING]
    with making(clock()) as work:
        make_codes(work, work.session.get_one(OrderLine, office.line_id), 1)
    assert serve_all(lambda: making(clock())) == 1
    assert state_of(ids[2], clock()) is AskState.APPROVED


def test_the_admin_approves_and_assigns_at_once(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    request_id = ask_for(office, office.people[0], clock())
    with office.administering(clock()) as work:
        approve_and_assign(work, get_request(work.session, request_id))
    assert code_of(request_id, clock).assign_due_at == clock() + timedelta(minutes=30)


def test_a_refusal_has_its_reason_and_is_told(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    request_id = ask_for(office, office.people[0], clock())
    with office.manager.leading(clock()) as work:
        refuse(work, get_request(work.session, request_id), "Not this year")
    assert state_of(request_id, clock()) is AskState.REFUSED
    assert mails(clock)[-1] == ("voucher_refused", office.people[0].email)


def test_only_who_asked_withdraws_and_the_place_in_line_is_free(
    app: Flask, clock: StillClock
) -> None:
    office = make_office(clock(), code_count=0)
    first, second = (ask_for(office, asker, clock()) for asker in office.people)
    for request_id in (first, second):
        clock.move(minutes=1)
        approved(office, request_id, clock())
    with pytest.raises(Forbidden), office.administering(clock()) as work:
        withdraw(work, get_request(work.session, first))
    with office.people[0].working(clock()) as work:
        withdraw(work, get_request(work.session, first))
    deliver_one(office, clock)
    states = (state_of(first, clock()), state_of(second, clock()))
    assert states == (AskState.WITHDRAWN, AskState.APPROVED)


def test_the_same_is_asked_once_at_a_time(app: Flask, clock: StillClock) -> None:
    office = make_office(clock())
    ask_for(office, office.people[0], clock())
    with pytest.raises(Conflict):
        ask_for(office, office.people[0], clock())


def test_a_day_that_is_over_and_a_product_of_others_are_refused(
    app: Flask, clock: StillClock
) -> None:
    office, other = make_office(clock()), make_office(clock(), slug="fabrikam")
    with pytest.raises(VoucherRequestRefused):
        ask_for(office, office.people[0], clock(), date(2026, 3, 1))
    wish = Wish(other.product_id, None, "x", WANTED)
    with pytest.raises(VoucherRequestRefused), office.people[0].working(clock()) as work:
        ask(work, office.people[0].person_id, wish)
    assert all_requests(clock()) == []


def test_a_person_and_a_department_ask_for_no_more_than_their_limits(
    app: Flask, clock: StillClock
) -> None:
    office = make_office(clock(), code_count=5, people=3)
    limit(office, clock, LimitKind.PERSON, 1)
    limit(office, clock, LimitKind.DEPARTMENT, 9)
    limit(office, clock, LimitKind.DEPARTMENT, 2, department="Sales")
    first = ask_for(office, office.people[0], clock())
    approved(office, first, clock())
    with pytest.raises(VoucherRequestRefused, match="You may ask"):
        ask_for(office, office.people[0], clock())
    second = ask_for(office, office.people[1], clock())
    with pytest.raises(VoucherRequestRefused, match="Sales may ask"):
        ask_for(office, office.people[2], clock())
    with office.people[1].working(clock()) as work:
        withdraw(work, get_request(work.session, second))
    ask_for(office, office.people[2], clock())
