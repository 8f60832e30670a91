"""Nothing is usable before the agreement's first day (O1); giving and claiming go before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.holding import EXAM, Held, code_of, make_held, state_now
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_line, make_product
from tests.support.pages import CheckingClient
from vlms.catalog.models import ProductKind
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.activating import activate
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.claiming import accept_terms
from vlms.codes.service.issuing import issue
from vlms.codes.service.registering import Booking, move, register
from vlms.codes.service.replacing import replace
from vlms.codes.service.reserving import reserve
from vlms.codes.service.revealing import reveal

FIRST_DAY = date(2026, 4, 1)
BEGINS_AT = datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Taipei"))
SECOND = timedelta(seconds=1)


def book(held: Held, clock: StillClock, starts_at: datetime) -> None:
    with held.working(clock()) as work:
        register(work, code_of(work, held), Booking(EXAM, "Site", starts_at), "k")


def test_codes_of_an_agreement_to_come_are_issued_given_and_claimed_before_it(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso", assign_delay_minutes=0)
        agreement = make_agreement(work, contoso, first_day=FIRST_DAY)
        line = make_line(work, agreement, make_product(work), 1, delivered_quantity=1)
        issue(work, line, 1)
        ann = make_person(work, contoso, "Ann", "ann@contoso.example")
        (code,) = reserve(work, ann.id, line.product_id)
        assert start_assign(work, code.id).state is State.ASSIGNED
        assert code.usable_at == BEGINS_AT


def test_its_terms_are_accepted_and_it_is_shown_before_the_first_day(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock(), usable_at=BEGINS_AT)
    with held.working(clock()) as work:
        accept_terms(work, code_of(work, held))
        assert reveal(work, code_of(work, held)) == held.text


def test_an_exam_may_start_with_the_first_day_and_not_before(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), usable_at=BEGINS_AT)
    with pytest.raises(StepRefused) as caught:
        book(held, clock, BEGINS_AT - SECOND)
    assert (caught.value.rule, caught.value.field) == ("O1", "starts_at")
    assert "2026-04-01 00:00 (Taipei time)" in str(caught.value.way_out)
    assert state_now(held, clock()) is State.ASSIGNED
    book(held, clock, BEGINS_AT)
    assert state_now(held, clock()) is State.REGISTERED


def test_an_appointment_is_not_moved_before_the_first_day(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), usable_at=BEGINS_AT)
    book(held, clock, BEGINS_AT + timedelta(days=1))
    with pytest.raises(StepRefused) as caught, held.working(clock()) as work:
        move(work, code_of(work, held), BEGINS_AT - SECOND)
    assert caught.value.rule == "O1"


def test_a_library_opens_with_the_first_day_and_not_before(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), kind=ProductKind.E_REFERENCE, usable_at=BEGINS_AT)
    with held.working(clock()) as work:
        accept_terms(work, code_of(work, held))
    clock.set(BEGINS_AT - SECOND)
    with pytest.raises(StepRefused) as caught, held.working(clock()) as work:
        activate(work, code_of(work, held))
    assert caught.value.rule == "O1"
    clock.set(BEGINS_AT)
    with held.working(clock()) as work:
        assert activate(work, code_of(work, held)).state is State.ACTIVATED


def test_a_replacement_is_usable_when_the_defective_code_was(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), usable_at=BEGINS_AT)
    with making(clock()) as work:
        following: Code = replace(work, code_of(work, held), "CASE-1")
        assert following.usable_at == BEGINS_AT


def test_the_holders_pages_say_from_when_a_library_is_usable(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), kind=ProductKind.E_REFERENCE, usable_at=BEGINS_AT)
    client.sign_in("lin@contoso.example")
    assert "1 Apr 2026 00:00 (Taipei time)" in client.page(f"/my/codes/{held.code_id}").text
    response = client.send(f"/my/codes/{held.code_id}/activate", accepts="y")
    assert response.status_code == 422
    assert "O1" in response.get_data(as_text=True)
    assert state_now(held, clock()) is State.ASSIGNED
