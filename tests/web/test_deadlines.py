"""Deadlines as calendar files, and on pages in the reader's zone and the deciding one."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from tests.support.calendar_reader import Event, read_calendar
from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.holding import ADDRESS, make_held
from tests.support.making import making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    make_invoiced,
    make_order_in,
    make_shop,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.codes.rules.lifecycle import State
from vlms.core.work import Work
from vlms.demo.cast import PASSWORD
from vlms.orders.rules.order_clock import OrderState


def events(client: CheckingClient, address: str) -> list[Event]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.mimetype == "text/calendar"
    assert ".ics" in response.headers["Content-Disposition"]
    return read_calendar(response.get_data(as_text=True))


def days_of(found: list[Event]) -> list[str]:
    return sorted(event["DTSTART"].value for event in found)


def test_an_order_s_next_deadline_is_a_moment(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, OrderState.PROCESSED)
    client.sign_in(ADMIN_EMAIL)
    (event,) = events(client, f"/o/contoso/orders/{order.id}/deadlines.ics")
    due = clock() + timedelta(hours=48)
    assert event["DTSTART"].value == f"{due:%Y%m%dT%H%M%SZ}"
    assert event["SUMMARY"].text == f"{order.number}: Acknowledgement due"
    assert event["URL"].value.endswith(f"/o/contoso/orders/{order.id}")


def test_the_codes_of_an_invoiced_order_are_due_on_a_day(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_invoiced(work, make_shop(work))
    client.sign_in(RESELLER_EMAIL)
    (event,) = events(client, f"/o/litware/orders/{order.id}/deadlines.ics")
    assert event["DTSTART"].parameters == "VALUE=DATE"
    assert event["SUMMARY"].text.endswith("Codes due")


def test_an_agreement_brings_its_end_and_the_days_of_its_ladder(
    client: CheckingClient, clock: StillClock
) -> None:
    last = clock().date() + timedelta(days=40)
    with making(clock()) as work:
        first = clock().date() - timedelta(days=200)
        shop = make_shop(work, first_day=first, last_day=last)
    client.sign_in(ADMIN_EMAIL)
    found = events(client, f"/o/contoso/agreements/{shop.agreement.id}/deadlines.ics")
    wanted = sorted(f"{last - timedelta(days=days):%Y%m%d}" for days in (30, 10, 1, 0))
    assert days_of(found) == wanted


def test_a_workspace_brings_what_its_visitor_may_see(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    play_demo(clock)
    kinds = {}
    for email, slug in (
        ("admin@contoso.example", "contoso"),
        ("finance@contoso.example", "contoso"),
        ("reseller@demo.example", "northwind"),
    ):
        visitor = app.test_client()
        assert isinstance(visitor, CheckingClient)
        visitor.sign_in(email, PASSWORD)
        found = events(visitor, f"/o/{slug}/deadlines.ics")
        kinds[email] = {kind_of(event["SUMMARY"].text) for event in found}
    assert kinds["admin@contoso.example"] == {"order", "agreement", "codes"}
    assert kinds["finance@contoso.example"] == {"order", "agreement"}
    assert kinds["reseller@demo.example"] == {"order", "agreement"}


def kind_of(title: str) -> str:
    if "lapse" in title:
        return "codes"
    return "agreement" if "greement" in title else "order"


def test_a_holder_takes_last_days_appointments_and_until_when_to_cancel(
    client: CheckingClient, clock: StillClock
) -> None:
    starts_at = clock() + timedelta(days=10)
    make_held(clock(), State.REGISTERED, starts_at=starts_at)
    client.sign_in(ADDRESS)
    found = events(client, "/my/deadlines.ics")
    cancel_by = starts_at - timedelta(hours=24)
    assert days_of(found) == sorted(
        ["20261231", f"{starts_at:%Y%m%dT%H%M%SZ}", f"{cancel_by:%Y%m%dT%H%M%SZ}"]
    )
    assert client.page("/my/codes/").select_one('a[href="/my/deadlines.ics"]')


def test_a_code_that_is_over_is_no_deadline(client: CheckingClient, clock: StillClock) -> None:
    make_held(clock(), expires_at=clock() + timedelta(days=1))
    clock.set(clock() + timedelta(days=1))
    client.sign_in(ADDRESS)
    assert events(client, "/my/deadlines.ics") == []


def test_an_ended_agreement_has_no_deadlines(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2024, 1, 1), last_day=date(2024, 12, 31))
    client.sign_in(ADMIN_EMAIL)
    assert events(client, f"/o/contoso/agreements/{shop.agreement.id}/deadlines.ics") == []


def test_a_deadline_stands_in_the_reader_s_zone_and_in_the_deciding_one(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, time_zone="Asia/Taipei")
        move_to(work, shop.admin.id, "Europe/Paris")
        order = make_order_in(work, shop, OrderState.PROCESSED)
    client.sign_in(ADMIN_EMAIL)
    for address in (f"/o/contoso/orders/{order.id}", "/o/contoso/"):
        told = client.page(address).get_text(" ")
        due = clock() + timedelta(hours=48)
        assert f"{due + timedelta(hours=1):%H:%M} (Paris time) = " in told
        assert f"{due + timedelta(hours=8):%H:%M} (Taipei time)" in told


def move_to(work: Work, user_id: object, zone: str) -> None:
    work.session.get_one(User, user_id).time_zone = zone
    work.flush()
