"""Lists: what their address asks, columns, views that are kept, the same step on several rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import Organisation, Person, SavedView, School
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

ADMIN, SECOND, AUDITOR = "ann@contoso.example", "ben@contoso.example", "aud@contoso.example"
CODES, ORDERS = "/o/contoso/codes/", "/o/contoso/orders/"
TOGETHER = "/o/contoso/codes/together"


def set_up(clock: StillClock, count: int = 3) -> list[UUID]:
    """Contoso with two admins, an auditor and reserved codes, one a person."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        for role, email in (
            (Role.LICENSING_ADMIN, ADMIN),
            (Role.LICENSING_ADMIN, SECOND),
            (Role.AUDITOR, AUDITOR),
        ):
            make_member(work, contoso, role, email)
        agreement, product = make_agreement(work, contoso), make_product(work)
        found = []
        for number in range(count):
            person = make_person(work, contoso, f"Öst {number}", f"p{number}@contoso.example")
            line = make_line(work, agreement, product, 1)
            ends = work.now + timedelta(days=20 + 30 * number)
            found += make_codes(work, line, 1, person=person, expires_at=ends)
        return [code.id for code in found]


def rows(page: BeautifulSoup) -> int:
    return len(page.select("main tbody tr"))


def headings(page: BeautifulSoup) -> list[str]:
    return [each.text.strip() for each in page.select("main th")]


def changed(clock: StillClock, code_id: UUID, **values: Any) -> None:
    with making(clock()) as work:
        code = work.session.get_one(Code, code_id)
        for name, value in values.items():
            setattr(code, name, value)


def states(clock: StillClock) -> list[State]:
    with making(clock()) as work:
        return list(work.session.scalars(select(Code.state).order_by(Code.id)))


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("within=30", 1),
        ("within=60", 2),
        ("within=90", 3),
        ("within=31", 3),
        ("state=reserved", 3),
        ("state=available", 0),
        ("state=reserved&within=30", 1),
        ("q=ÖST 1", 1),
        ("q=öst&state=reserved&within=30", 1),
        ("q=öst", 3),
        ("school=not-a-key", 3),
    ],
)
def test_filters_of_the_address_narrow_the_codes(
    app: Flask, client: CheckingClient, clock: StillClock, asked: str, count: int
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    assert rows(client.page(f"{CODES}?{asked}")) == count


def test_codes_are_narrowed_to_a_school_and_its_chip_names_it(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    with making(clock()) as work:
        person = work.session.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        school = School(organisation_id=person.organisation_id, name="North Campus")
        work.session.add(school)
        work.flush()
        person.school_id = school.id
        key = school.id
    client.sign_in(ADMIN)
    page = client.page(f"{CODES}?school={key}&state=reserved")
    assert rows(page) == 1
    assert [chip.text.split(":")[-1].strip() for chip in page.select(".chip")][:2] == [
        "Reserved",
        "North Campus",
    ]
    without = page.select(".chip")[0]["href"]
    assert str(without) == f"{CODES}?school={key}"
    assert page.select(".chip")[2]["href"] == CODES


def test_the_reader_chooses_the_columns(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(AUDITOR)
    for asked in ("columns=agreement,state", "columns=state&columns=agreement"):
        page = client.page(f"{CODES}?{asked}")
        assert headings(page) == ["Number", "Agreement", "State"]
    assert "Person" in headings(client.page(f"{CODES}?columns=nonsense"))
    sorted_by = client.page(f"{CODES}?columns=state").select_one("main th a")
    assert sorted_by is not None
    assert "columns=state" in str(sorted_by["href"])


def test_a_view_is_kept_found_again_renamed_and_deleted_by_its_maker_alone(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    asked = "state=reserved&within=30&sort=-expires&columns=state"
    answer = client.press(f"{CODES}?{asked}&after=x", "/views/keep", name="Hurry")
    assert answer.status_code == 302
    tab = client.page(CODES).select_one(".tabs .tab:nth-of-type(2)")
    assert tab is not None
    assert (tab.text, str(tab["href"])) == ("Hurry", f"{CODES}?{asked}")
    (view_id,) = [each.id for each in views(clock)]
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(SECOND)
    assert "Hurry" not in other.page(CODES).text
    assert "Hurry" not in other.page("/o/contoso/views/").text
    assert other.get(f"/o/contoso/views/{view_id}").status_code == 404
    assert other.press(CODES, "/views/keep", name="Hurry").status_code == 302
    assert client.send(f"/o/contoso/views/{view_id}", name="Soon").status_code == 302
    assert {each.name for each in views(clock)} == {"Soon", "Hurry"}
    assert client.press("/o/contoso/views/", f"{view_id}/delete").status_code == 302
    assert [each.name for each in views(clock)] == ["Hurry"]


def views(clock: StillClock) -> list[SavedView]:
    with making(clock()) as work:
        return list(work.session.scalars(select(SavedView)))


def test_a_view_needs_a_name_and_a_list_that_exists(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    refused = client.press(CODES, "/views/keep", name=" ")
    assert refused.status_code == 422
    assert client.press(CODES, "/views/keep", name="A", list="accounts.sign_in").status_code == 422
    for odd in ("a" * 61, "\0", "\u202e"):
        assert client.press(CODES, "/views/keep", name=odd).status_code == 422


def test_those_that_are_ticked_are_released_and_the_rest_is_left(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    client.sign_in(ADMIN)
    address = f"{TOGETHER}?act=release&which=ticked&row={keys[0]}&row={keys[2]}"
    assert "2 codes were chosen" in client.page(address).text
    done = client.page(client.send(address).location)
    assert "Done: 2. Left out: 0." in done.text
    assert states(clock) == [State.AVAILABLE, State.RESERVED, State.AVAILABLE]


def test_all_that_match_are_assigned_and_what_cannot_is_told_why(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    changed(clock, keys[1], state=State.VOID, sealed_text=None, ended_at=clock())
    client.sign_in(ADMIN)
    address = f"{TOGETHER}?act=assign&which=all&q=öst"
    page = client.page(address)
    assert "3 codes were chosen" in page.text
    done = client.page(client.send(address).location)
    assert "Done: 2. Left out: 1." in done.text
    with making(clock()) as work:
        due = work.session.scalars(select(Code.assign_due_at).order_by(Code.id)).all()
    assert [each is not None for each in due] == [True, False, True]


def test_a_list_that_has_changed_is_shown_again_before_anything_is_done(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    client.sign_in(ADMIN)
    address = f"{TOGETHER}?act=release&which=all&state=reserved"
    refused = client.send(address, seen="7")
    assert refused.status_code == 422
    assert "The list has changed: 3 codes fit now." in refused.get_data(as_text=True)
    assert set(states(clock)) == {State.RESERVED}
    assert len(keys) == 3


def test_the_same_confirmation_does_its_work_once(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    client.sign_in(ADMIN)
    address = f"{TOGETHER}?act=release&row={keys[0]}&row={keys[1]}"
    form = client.page(address).select_one("main form[method=post]")
    assert form is not None
    done = client.post(address, data=values_of(form)).location
    assert "/codes/together/" in done
    assert client.post(address, data=values_of(form)).location == done


def test_nobody_does_to_codes_elsewhere_or_without_the_right(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        make_member(work, fabrikam, Role.LICENSING_ADMIN, "fay@fabrikam.example")
        last4 = work.session.get_one(Code, keys[0]).last4
    client.sign_in("fay@fabrikam.example")
    for words in (last4, "öst"):
        assert rows(client.page(f"/o/fabrikam/codes/?q={words}")) == 0
    foreign = f"/o/fabrikam/codes/together?act=release&row={keys[0]}"
    assert "No code was chosen" in client.page(foreign).text
    reader = app.test_client()
    assert isinstance(reader, CheckingClient)
    reader.sign_in(AUDITOR)
    assert reader.get(f"{TOGETHER}?act=release&row={keys[0]}").status_code == 403
    assert not reader.page(CODES).select("input[name=row]")
    assert set(states(clock)) == {State.RESERVED}


def test_orders_are_narrowed_to_those_that_wait_for_the_visitor(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock, 4)
    with making(clock()) as work:
        found = work.session.scalars(select(Order).order_by(Order.id)).all()
        for order, state in zip(
            found,
            (
                OrderState.AWAITING_APPROVAL,
                OrderState.DRAFT,
                OrderState.CLOSED,
                OrderState.PLACED,
            ),
            strict=True,
        ):
            order.state = state
    client.sign_in(ADMIN)
    page = client.page(f"{ORDERS}?waiting=me")
    assert rows(page) == 1
    assert "Waiting for approval" in page.text
    assert rows(client.page(f"{ORDERS}?open=1")) == 3
    assert rows(client.page(f"{ORDERS}?state=placed")) == 1


def test_agreements_are_narrowed_to_those_that_run_or_end_soon(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    with making(clock()) as work:
        person = work.session.scalars(select(Person)).first()
        assert person is not None
        day = clock().date()
        for ahead in (10, 50, -10):
            make_agreement(
                work,
                work.session.get_one(Organisation, person.organisation_id),
                first_day=day - timedelta(days=300),
                last_day=day + timedelta(days=ahead),
            )
    client.sign_in(ADMIN)
    for asked, count in (("running=1", 3), ("ending=30", 1), ("ending=60", 2), ("ending=x", 4)):
        assert rows(client.page(f"/o/contoso/agreements/?{asked}")) == count, asked
