"""Pages of voucher requests: of who asks, of the manager, of the licensing admin."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_user, making
from tests.support.making_codes import make_codes
from tests.support.making_requests import (
    ADMIN,
    Office,
    all_requests,
    ask_for,
    make_office,
    state_of,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.giving.models.requests import AskState, VoucherLimit
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine

ASK = "/my/requests/ask"
WORKSPACE = "/o/contoso/voucher-requests/"


def give(office: Office, clock: StillClock, place: int, state: State = State.ASSIGNED) -> Code:
    with making(clock()) as work:
        person = work.session.get_one(Person, office.people[place].person_id)
        line = work.session.get_one(OrderLine, office.line_id)
        return make_codes(work, line, 1, state=state, person=person)[0]


def test_somebody_asks_and_withdraws(client: CheckingClient, clock: StillClock) -> None:
    office = make_office(clock())
    client.sign_in(office.people[0].email)
    assert "You have not asked" in client.page("/my/requests/").text
    assert client.send(ASK, reason="", wanted_on="2026-06-01").status_code == 422
    assert client.send(ASK, reason="AZ in June", wanted_on="2026-01-01").status_code == 422
    assert client.send(ASK, reason="AZ in June", wanted_on="2026-06-01").status_code == 302
    assert client.send(ASK, reason="Once more", wanted_on="2026-06-01").status_code == 422
    (request,) = all_requests(clock())
    assert "AZ in June" in client.page("/my/requests/").text
    assert client.press("/my/requests/", "/withdraw").status_code == 302
    assert state_of(request.id, clock()) is AskState.WITHDRAWN


def test_the_manager_sees_their_people_and_answers(
    client: CheckingClient, clock: StillClock
) -> None:
    office, other = make_office(clock()), make_office(clock(), slug="fabrikam")
    code = give(office, clock, 0)
    request_id = ask_for(office, office.people[1], clock())
    foreign = ask_for(other, other.people[0], clock())
    client.sign_in(office.manager.email)
    page = client.page("/my/team/")
    assert "Not claimed yet" in page.text
    assert "Person 1 contoso" in page.text
    assert "fabrikam" not in page.text
    assert code.last4 not in page.text
    client.page(f"/my/team/requests/{foreign}", 404)
    address = f"/my/team/requests/{request_id}"
    assert client.press(address, "/refuse").status_code == 422
    assert client.press(address, "/approve", remark="Good luck").status_code == 302
    assert state_of(request_id, clock()) is AskState.APPROVED
    assert client.press("/my/team/", "/nudge").status_code == 302
    assert client.press("/my/team/", "/nudge").status_code == 409
    with making(clock()) as work:
        sent = work.session.scalars(select(OutboxMessage.template)).all()
        assert sent.count("team_nudge") == 1


def test_who_leads_nobody_is_told_so(client: CheckingClient, clock: StillClock) -> None:
    office = make_office(clock())
    request_id = ask_for(office, office.people[1], clock())
    client.sign_in(office.people[0].email)
    assert "Nobody has you as their manager." in client.page("/my/team/").text
    client.page(f"/my/team/requests/{request_id}", 404)
    with making(clock()) as work:
        make_user(work, "nobody@example.com")
    client.post("/sign-out", data={})
    client.sign_in("nobody@example.com")
    assert "in no organisation" in client.page("/my/requests/").text
    assert "nothing to ask for" in client.page(ASK).text


def test_the_admin_approves_refuses_and_sets_limits(
    client: CheckingClient, clock: StillClock
) -> None:
    office = make_office(clock(), code_count=2, people=3)
    first, second, third = (ask_for(office, asker, clock()) for asker in office.people)
    client.sign_in(ADMIN)
    assert "Person 1 contoso" in client.page(f"{WORKSPACE}?state=asked").text
    assert client.press(f"{WORKSPACE}{first}", "/approve", assigns="y").status_code == 302
    assert client.press(f"{WORKSPACE}{second}", "/refuse", reason="Not now").status_code == 302
    assert client.press(f"{WORKSPACE}{third}", "/approve").status_code == 302
    states = [state_of(one, clock()) for one in (first, second, third)]
    assert states == [AskState.APPROVED, AskState.REFUSED, AskState.APPROVED]
    limits = f"{WORKSPACE}limits"
    assert "There is no limit" in client.page(limits).text
    assert client.press(limits, "/limits", kind="person", most="many").status_code == 422
    assert client.press(limits, "/limits", kind="person", most="1").status_code == 302
    assert client.press(limits, "/limits", kind="person", most="2").status_code == 302
    with making(clock()) as work:
        (limit,) = work.session.scalars(select(VoucherLimit))
        assert limit.most == 2
    assert client.press(limits, "/remove").status_code == 302
    assert "There is no limit" in client.page(limits).text


def test_an_auditor_reads_and_answers_nothing(client: CheckingClient, clock: StillClock) -> None:
    office = make_office(clock())
    request_id = ask_for(office, office.people[0], clock())
    with making(clock()) as work:
        organisation = work.session.get_one(Organisation, office.organisation_id)
        make_member(work, organisation, Role.AUDITOR, "audrey@contoso.example")
    client.sign_in("audrey@contoso.example")
    page = client.page(f"{WORKSPACE}{request_id}")
    assert page.select_one('form[action$="/approve"]') is None
    client.page(f"{WORKSPACE}limits", 403)
