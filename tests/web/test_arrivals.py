"""Sent, came back, claimed: one row a code, and the right address with a new link in one act."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_accounts import enter_as_admin, mailed_links
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import tell_person
from vlms.core.permissions import Role
from vlms.giving.cli import giving
from vlms.notices.bouncing import note_bounce
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import Bounce

NAMES = ("wanda", "sven", "bob", "ulla", "cleo")


def make_told(clock: StillClock, organisation: Organisation) -> None:
    """Five people with a code each: waiting, sent, came back, given up, claimed."""
    with making(clock()) as work:
        line = make_line(work, make_agreement(work, organisation), make_product(work), 5)
        for name, code in zip(NAMES, make_codes(work, line, 5), strict=True):
            person = make_person(work, organisation, name.title(), f"{name}@contoso.example")
            code.state, code.person_id = State.ASSIGNED, person.id
            code.assigned_at = clock()
            message = tell_person(work, code, person)
            assert message is not None
            _place(message, code, name, clock)
    with making(clock()) as work:
        statement = select(OutboxMessage.id).where(OutboxMessage.to_name == "Bob")
        assert note_bounce(work, Bounce(work.session.scalars(statement).one(), "550 <no> user"))


def _place(message: OutboxMessage, code: Code, name: str, clock: StillClock) -> None:
    if name != "wanda":
        message.state, message.attempts, message.sent_at = MessageState.SENT, 1, clock()
    if name == "ulla":
        message.state, message.sent_at = MessageState.DEAD, None
        message.last_error = "recipient refused 550"
    if name == "cleo":
        code.claimed_at = clock()


def names_on(client: CheckingClient, asked: str = "") -> list[str]:
    page = client.page(f"/o/contoso/arrivals/{asked}")
    return sorted(row.select_one("bdi").text for row in page.select("tbody tr"))


@pytest.mark.parametrize(
    ("tab", "names"),
    [
        ("", ["Bob", "Cleo", "Sven", "Ulla", "Wanda"]),
        ("waiting", ["Wanda"]),
        ("sent", ["Cleo", "Sven"]),
        ("bounced", ["Bob", "Ulla"]),
        ("unclaimed", ["Bob", "Sven", "Ulla", "Wanda"]),
        ("claimed", ["Cleo"]),
        ("nonsense", ["Bob", "Cleo", "Sven", "Ulla", "Wanda"]),
    ],
)
def test_each_tab_shows_its_people(
    client: CheckingClient, clock: StillClock, tab: str, names: list[str]
) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    assert names_on(client, f"?tab={tab}") == names


def test_tabs_count_and_the_reason_is_told(client: CheckingClient, clock: StillClock) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    page = client.page("/o/contoso/arrivals/?tab=bounced")
    counts = [badge.text for badge in page.select("nav.tabs .badge")]
    assert counts == ["1", "2", "2", "4", "1"]
    assert "550 <no> user" in page.text
    assert page.select_one("nav.tabs [aria-current]").text.split()[0] == "Came"
    assert names_on(client, "?q=WAND") == ["Wanda"]
    assert names_on(client, "?q=sven@") == ["Sven"]


def test_the_address_is_corrected_and_the_same_codes_link_sent_in_one_act(
    client: CheckingClient, clock: StillClock
) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    page = client.page("/o/contoso/arrivals/?tab=bounced&q=Bob")
    place = str(page.select_one('a[href$="/address"]')["href"])
    clock.move(seconds=60)
    sent = client.send(place, email="bob.right@contoso.example", reason="typed wrong")
    assert sent.status_code == 302
    assert names_on(client, "?tab=waiting") == ["Bob", "Wanda"]
    assert names_on(client, "?tab=bounced") == ["Ulla"]
    (older,) = mailed_links(clock(), "bob@contoso.example")
    (newer,) = mailed_links(clock(), "bob.right@contoso.example")
    client.get("/sign-out")
    client.page(older, 404)
    assert client.get(newer).status_code == 200
    with making(clock()) as work:
        told = work.session.scalars(select(OutboxMessage)).all()
        assert Counter(message.to_name for message in told)["Bob"] == 2
        assert len({message.subject_id for message in told if message.to_name == "Bob"}) == 1


def test_the_same_address_again_is_refused(client: CheckingClient, clock: StillClock) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    page = client.page("/o/contoso/arrivals/?q=Bob")
    place = str(page.select_one('a[href$="/address"]')["href"])
    response = client.send(place, email="bob@contoso.example", reason="again")
    assert (response.status_code, "C2" in response.text) == (422, True)


def test_who_has_claimed_needs_nothing(client: CheckingClient, clock: StillClock) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    page = client.page("/o/contoso/arrivals/?tab=claimed")
    assert page.select("tbody a.btn") == []


def test_of_a_forfeited_code_nobody_is_told_again(
    client: CheckingClient, clock: StillClock
) -> None:
    make_told(clock, enter_as_admin(client, clock()))
    page = client.page("/o/contoso/arrivals/?q=Bob")
    (resend,) = [str(one["href"]) for one in page.select('tbody a.btn[href$="/resend"]')]
    (correct,) = [str(one["href"]) for one in page.select('tbody a.btn[href$="/address"]')]
    with making(clock()) as work:
        bobs = select(OutboxMessage.subject_id).where(OutboxMessage.to_name == "Bob")
        code = work.session.get_one(Code, work.session.scalars(bobs).one())
        code.state = State.FORFEITED
    assert client.page("/o/contoso/arrivals/?q=Bob").select("tbody a.btn") == []
    message = client.page(resend.removesuffix("/resend"))
    assert message.select_one('button[disabled][aria-describedby="no-resend"]')
    assert "The code is forfeited" in message.select_one("#no-resend").text
    assert "The code is forfeited" in client.page(resend, 422).text
    assert "The code is forfeited" in client.page(correct, 422).text


def test_an_auditor_sees_and_changes_nothing(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.AUDITOR, "audit@contoso.example")
    make_told(clock, organisation)
    client.sign_in("audit@contoso.example")
    page = client.page("/o/contoso/arrivals/")
    assert page.select("tbody a.btn") == []
    with making(clock()) as work:
        code_id = work.session.scalars(select(Code.id)).first()
    client.page(f"/o/contoso/arrivals/codes/{code_id}/address", 403)


def test_mail_of_others_is_not_there(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
    make_told(clock, other)
    assert "No code has been assigned yet" in client.page("/o/contoso/arrivals/").text
    with making(clock()) as work:
        code_id = work.session.scalars(select(Code.id)).first()
    client.page(f"/o/contoso/arrivals/codes/{code_id}/address", 404)


def test_on_the_command_line(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    make_told(clock, organisation)
    words = ["arrivals", "--tab", "claimed", "--json"]
    result = CliRunner().invoke(giving, words, obj=lambda: app)
    assert result.exit_code == 0, result.exception
    (row,) = json.loads(result.stdout)
    assert (row["name"], row["claimed"], row["state"]) == ("Cleo", True, "sent")
