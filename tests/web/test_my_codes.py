"""A person's own codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.support.clock import START, StillClock
from tests.support.holding import (
    ADDRESS,
    EXAM,
    Held,
    appointments,
    code_of,
    make_held,
    state_now,
    user_of,
)
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.pages import CheckingClient
from vlms.audit.queries import list_entries
from vlms.catalog.models import ProductKind
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State

STARTS_AT = START + timedelta(days=10)
DAY = timedelta(days=1)


def path(held: Held, *parts: str) -> str:
    return "/".join(("/my/codes", str(held.code_id), *parts))


def hold(client: CheckingClient, held: Held) -> Held:
    client.sign_in(ADDRESS)
    return held


def test_terms_first_then_the_code_is_shown_and_each_view_is_told(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock()))
    page = client.page(path(held))
    assert held.text[:4] not in page.text
    assert page.select_one('form[action$="/code"]') is None
    client.press(path(held), "/terms", accepts="y")
    shown = client.press(path(held), "/code")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert display(held.text) in shown.get_data(as_text=True)
    client.press(path(held), "/code")
    with making(clock()) as work:
        told = [entry.action for entry in list_entries(work.session, held.code_id)]
        assert told.count("code.revealed") == 2


def test_the_terms_need_their_tick(client: CheckingClient, clock: StillClock) -> None:
    held = hold(client, make_held(clock()))
    response = client.press(path(held), "/terms")
    assert response.status_code == 422
    with making(clock()) as work:
        assert code_of(work, held).terms_accepted_at is None


def test_the_last_day_is_shown_in_both_zones(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), expires_at=datetime(2026, 6, 30, 16, tzinfo=UTC))
    text = hold(client, held) and client.page(path(held)).text
    assert "30 Jun 2026, until its end (Taipei time)" in text
    assert "30 Jun 2026 15:59 (UTC)" in text


def test_book_move_and_cancel(client: CheckingClient, clock: StillClock) -> None:
    held = hold(client, make_held(clock()))
    booked = {"exam_number": EXAM, "site": "台北考場", "starts_at": "2026-03-12T09:00"}
    assert client.send(path(held, "register"), **booked).location == path(held)
    page = client.page(path(held))
    assert "台北考場" in page.text
    assert "11 Mar 2026 09:00" in page.text
    assert client.send(path(held, "move"), starts_at="2026-03-20T10:30").status_code == 302
    assert appointments(held, clock())[0].starts_at == datetime(2026, 3, 20, 10, 30, tzinfo=UTC)
    assert "stays yours" in client.page(path(held, "cancel")).text
    assert client.send(path(held, "cancel")).status_code == 302
    assert state_now(held, clock()) is State.ASSIGNED


def test_a_time_is_read_in_the_persons_zone(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        user_of(work, held).time_zone = "America/New_York"
    hold(client, held)
    booked = {"exam_number": EXAM, "site": "x", "starts_at": "2026-03-12T09:00"}
    client.send(path(held, "register"), **booked)
    assert appointments(held, clock())[0].starts_at == datetime(2026, 3, 12, 13, tzinfo=UTC)


def test_a_form_sent_twice_registers_once(client: CheckingClient, clock: StillClock) -> None:
    held = hold(client, make_held(clock()))
    from_page = client.page(path(held, "register"))
    hidden = {str(f["name"]): f["value"] for f in from_page.select("main input[type=hidden]")}
    booked = {"exam_number": EXAM, "site": "x", "starts_at": "2026-03-12T09:00", **hidden}
    answers = [client.post(path(held, "register"), data=booked) for _twice in range(2)]
    assert [answer.location for answer in answers] == [path(held)] * 2
    assert len(appointments(held, clock())) == 1


@pytest.mark.parametrize(
    "starts_at", ["", "2026-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "２０２６", "x"]
)
def test_an_impossible_time_is_refused_and_what_was_typed_stays(
    client: CheckingClient, clock: StillClock, starts_at: str
) -> None:
    held = hold(client, make_held(clock()))
    response = client.send(
        path(held, "register"), exam_number=EXAM, site="台北", starts_at=starts_at
    )
    assert response.status_code == 422
    assert "台北" in response.get_data(as_text=True)
    assert state_now(held, clock()) is State.ASSIGNED


def test_a_late_cancellation_asks_before_the_voucher_is_lost(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock(), State.REGISTERED, starts_at=START + DAY))
    clock.move(minutes=1)
    assert "lost" in client.page(path(held, "cancel")).text
    response = client.send(path(held, "cancel"))
    assert response.status_code == 422
    assert state_now(held, clock()) is State.REGISTERED
    assert client.send(path(held, "cancel"), accepts_loss="y").status_code == 302
    assert state_now(held, clock()) is State.FORFEITED
    assert "not shown any more" in client.page(path(held)).text


def test_a_library_is_opened_with_its_address_and_code(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock(), kind=ProductKind.E_REFERENCE))
    assert client.send(path(held, "activate")).status_code == 422
    response = client.send(path(held, "activate"), accepts="y")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert display(held.text) in text
    assert "https://books.example/library" in text
    assert client.send(path(held, "activate"), accepts="y").status_code == 422


def test_calendar_files_name_the_last_day_or_the_appointment(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock(), expires_at=datetime(2026, 6, 30, 16, tzinfo=UTC)))
    text = client.get(path(held, "calendar.ics")).get_data(as_text=True)
    assert "DTSTART;VALUE=DATE:20260630\r\n" in text
    booked = {"exam_number": EXAM, "site": "a, b; c", "starts_at": "2026-03-12T09:00"}
    client.send(path(held, "register"), **booked)
    text = client.get(path(held, "calendar.ics")).get_data(as_text=True)
    assert "DTSTART:20260312T090000Z\r\n" in text
    assert "LOCATION:a\\, b\\; c\r\n" in text


def test_another_persons_code_is_not_there(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    with making(clock()) as work:
        other = make_user(work, "other@fabrikam.example")
        make_person(work, make_organisation(work, "fabrikam"), "Other", user=other)
    client.sign_in("other@fabrikam.example")
    for part in ("", "/register", "/move", "/cancel", "/calendar.ics"):
        assert client.get(path(held) + part).status_code == 404
    token = client.page("/my/codes/").select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"]}
    for part, fields in (("/terms", {"accepts": "y"}), ("/code", {}), ("/activate", {})):
        assert client.post(path(held) + part, data={**sent, **fields}).status_code == 404
    assert str(held.code_id) not in client.page("/my/codes/").text


def test_a_reserved_code_is_not_shown_to_its_person(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock(), State.RESERVED))
    assert str(held.code_id) not in client.page("/my/codes/").text
    client.page(path(held), 404)


def test_an_expired_code_is_not_shown(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), expires_at=START + DAY, terms_accepted_at=START)
    hold(client, held)
    clock.set(START + DAY)
    client.sign_in(ADDRESS)
    token = client.page(path(held)).select_one("input[name=csrf_token]")
    assert token is not None
    assert re.search("Expired", client.page(path(held)).text)
    response = client.post(path(held, "code"), data={"csrf_token": token["value"]})
    assert response.status_code == 422
    assert held.text[:4] not in response.get_data(as_text=True)


def test_the_own_voucher_sheet_holds_the_code_and_is_a_view_of_it(
    client: CheckingClient, clock: StillClock
) -> None:
    held = hold(client, make_held(clock(), terms_accepted_at=START))
    response = client.press(path(held), "/sheet")
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(response.data)).pages)
    assert display(held.text) in text
    assert "林美玲" in text
    with making(clock()) as work:
        assert list_entries(work.session, held.code_id)[0].action == "code.revealed"
